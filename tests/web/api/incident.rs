//! One incident: its addresses, its attributes, what it includes, and its revision.

use reqwest::Method;
use serde_json::{Value, json};

use super::{ApiResponse, INCIDENTS, Program};
use crate::harness::scenario::{incident_scenario_with_pages, scenario_with_pages};

/// The attributes that every incident has, as the typed clients expect them.
const ATTRIBUTES: [&str; 35] = [
    "archived",
    "case_id",
    "commander",
    "created",
    "created_by",
    "created_by_uuid",
    "creation_idempotency_key",
    "customer_impact_duration",
    "customer_impact_end",
    "customer_impact_scope",
    "customer_impact_start",
    "customer_impacted",
    "declared",
    "declared_by",
    "declared_by_uuid",
    "detected",
    "field_analytics",
    "fields",
    "incident_type_uuid",
    "is_test",
    "last_modified_by",
    "last_modified_by_uuid",
    "modified",
    "non_datadog_creator",
    "notification_handles",
    "public_id",
    "resolved",
    "severity",
    "state",
    "time_to_detect",
    "time_to_internal_response",
    "time_to_repair",
    "time_to_resolve",
    "title",
    "visibility",
];

fn entity_tag(response: &ApiResponse) -> String {
    response.headers["etag"].to_str().unwrap().to_owned()
}

#[test]
fn incident_is_found_by_uuid_slug_and_number() {
    incident_scenario_with_pages(async |world, _, _| {
        let program = Program::of_muster(world).await;
        let first = program.gets("/api/v2/incidents/1").await;
        let uuid = first.body["data"]["id"].as_str().unwrap();
        let upper = uuid.to_uppercase();
        for id in ["IR-1", "ir-1", uuid, &upper] {
            let response = program.gets(&format!("{INCIDENTS}/{id}")).await;
            assert_eq!(response.body, first.body, "{id}");
        }
        let zero = "00000000-0000-0000-0000-000000000000";
        let no_hyphens = uuid.replace('-', "");
        for id in [
            "2",
            "IR-2",
            "0",
            "-1",
            "IR-",
            "seven",
            "%FF",
            "1%00",
            zero,
            &no_hyphens,
            "99999999999999999999",
        ] {
            let path = format!("{INCIDENTS}/{id}");
            let response = program.sends(Method::GET, &path).await;
            assert_eq!(
                (response.status, response.error()),
                (404, "incident not found"),
                "{id}"
            );
        }
    });
}

/// Checks the users of the incident and the numbers of its parts.
fn assert_users_and_parts(data: &Value) {
    let user = |name: &str| &data["attributes"][name]["data"]["attributes"];
    assert_eq!(user("created_by")["name"], "alice");
    assert_eq!(user("commander")["name"], "bob");
    assert_eq!(user("last_modified_by")["name"], "bob");
    let relationships = &data["relationships"];
    for (name, count) in [
        ("impacts", 1),
        ("responders", 2),
        ("integrations", 1),
        ("attachments", 1),
        ("user_defined_fields", 2),
    ] {
        let list = relationships[name]["data"].as_array().unwrap();
        assert_eq!(list.len(), count, "{name}");
    }
    let commander = &relationships["commander_user"]["data"]["id"];
    assert_eq!(*commander, data["attributes"]["commander"]["data"]["id"]);
}

#[test]
fn incident_has_all_attributes_and_relationships() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        for command in [
            "severity SEV-2",
            "incident impact since 15 minutes ago Customers cannot pay",
            "incident commander @bob",
        ] {
            alice.types(channel, &format!("/datadog {command}")).await;
        }
        let documented = "/datadog incident link https://example.com/runbook Runbook";
        bob.types(channel, documented).await;
        world.deliver_all().await;
        world.skips_messages();
        let program = Program::of_muster(world).await;
        let response = program.gets("/api/v2/incidents/1").await;
        let data = &response.body["data"];
        let attributes = data["attributes"].as_object().unwrap();
        let mut names: Vec<_> = attributes.keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ATTRIBUTES);
        assert_eq!(attributes["severity"], "SEV-2");
        assert_eq!(attributes["fields"]["severity"]["value"], "SEV-2");
        // The clock advances while deliveries wait for a rate limit.
        let lasted = attributes["customer_impact_duration"].as_i64().unwrap();
        assert!((900..960).contains(&lasted), "{lasted}");
        let detected = attributes["time_to_detect"].as_i64().unwrap();
        assert!((840..=900).contains(&detected), "{detected}");
        assert_eq!(attributes["customer_impact_scope"], "Customers cannot pay");
        assert_eq!(attributes["resolved"], Value::Null);
        let teams = json!({ "type": "autocomplete", "value": null });
        assert_eq!(attributes["fields"]["teams"], teams);
        let time = attributes["created"].as_str().unwrap();
        assert!(time.len() == 24 && time.ends_with('Z'), "{time}");
        assert_users_and_parts(data);
    });
}

#[test]
fn users_and_attachments_are_included_once_on_request() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let documented = "/datadog incident link https://example.com/runbook Runbook";
        alice.types(channel, documented).await;
        world.deliver_all().await;
        world.skips_messages();
        let program = Program::of_muster(world).await;
        let plain = program.gets("/api/v2/incidents/1").await;
        assert_eq!(plain.body.get("included"), None);
        for query in [
            "include=users,attachments",
            "include=users&include=attachments",
        ] {
            let response = program.gets(&format!("{INCIDENTS}/1?{query}")).await;
            assert_eq!(response.body["data"], plain.body["data"]);
            let included = response.body["included"].as_array().unwrap();
            let types: Vec<_> = included.iter().map(|it| &it["type"]).collect();
            assert_eq!(types, ["users", "incident_attachments"], "{query}");
            assert_eq!(included[0]["attributes"]["name"], "alice");
            let attachment = &included[1]["attributes"];
            assert_eq!(attachment["attachment_type"], "link");
            let document =
                json!({ "documentUrl": "https://example.com/runbook", "title": "Runbook" });
            assert_eq!(attachment["attachment"], document);
            let attached = &plain.body["data"]["relationships"]["attachments"]["data"];
            assert_eq!(attached[0]["id"], included[1]["id"]);
        }
        let path = "/api/v2/incidents/1?include=users,todos";
        let response = program.sends(Method::GET, path).await;
        assert_eq!(response.status, 400);
        let expected = "include: “todos” isn't one of users, attachments";
        assert_eq!(response.error(), expected);
    });
}

#[test]
fn entity_tag_changes_with_the_incident_and_not_with_time_or_notes() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let impact = "/datadog incident impact Customers cannot pay";
        alice.types(channel, impact).await;
        let program = Program::of_muster(world).await;
        let before = program.gets("/api/v2/incidents/1").await;
        world.advance(60).await;
        let note = "/datadog incident note I looked at the graphs";
        alice.types(channel, note).await;
        let noted = program.gets("/api/v2/incidents/1").await;
        assert_eq!(entity_tag(&noted), entity_tag(&before));
        assert_ne!(noted.body, before.body, "the impact lasts longer");
        alice.types(channel, "/datadog severity SEV-1").await;
        let changed = program.gets("/api/v2/incidents/1").await;
        assert_ne!(entity_tag(&changed), entity_tag(&before));
        world.deliver_all().await;
        world.skips_messages();
    });
}

#[test]
fn head_has_the_headers_of_get_and_no_body() {
    scenario_with_pages(async |world, [alice, ..]| {
        alice.declares("Checkout is slow").await;
        let program = Program::of_muster(world).await;
        for path in ["/api/v2/incidents/1", INCIDENTS, "/api/v2/users"] {
            let get = program.gets(path).await;
            let head = program.sends(Method::HEAD, path).await;
            assert_eq!((head.status, &head.body), (200, &Value::Null), "{path}");
            for name in ["content-type", "content-length"] {
                assert_eq!(head.headers[name], get.headers[name], "{path}");
            }
            assert_eq!(head.headers.get("etag"), get.headers.get("etag"));
        }
    });
}
