//! A program changes an incident.

use muster_domain::Timestamp;
use reqwest::Method;
use serde_json::json;

use super::change;
use crate::api::{ApiResponse, Program, receive};
use crate::harness::scenario::{incident_scenario_with_pages, scenario_with_pages};

const INCIDENT: &str = "/api/v2/incidents/1";

/// Changes the title, the time of detection and fields. The slug can't be changed.
async fn changes_fields(program: &Program<'_>) -> ApiResponse {
    let attributes = json!({
        "title": "Checkout is down",
        "detected": "2026-11-23T15:00:00+01:00",
        "fields": {
            "severity": { "type": "dropdown", "value": "SEV-1" },
            "state": { "type": "dropdown", "value": "stable" },
            "root_cause": { "type": "textbox", "value": "A lock" },
            "slug": { "type": "textbox", "value": "IR-9" },
        },
    });
    let response = program.patches(INCIDENT, change(attributes)).await;
    assert_eq!(response.status, 200, "{response:?}");
    response.assert_attributes(&json!({
        "title": "Checkout is down",
        "severity": "SEV-1",
        "state": "stable",
        "detected": "2026-11-23T14:00:00.000Z",
        "public_id": 1,
    }));
    response
}

#[test]
fn program_changes_what_it_names_and_nothing_else() {
    incident_scenario_with_pages(async |world, _, [alice, bob, _]| {
        let program = Program::writer(world, "bob").await;
        let before = program.gets(INCIDENT).await;
        let response = changes_fields(&program).await;
        assert_eq!(response.attribute("summary"), before.attribute("summary"));
        assert_ne!(response.headers["etag"], before.headers["etag"]);
        world.deliver_all().await;
        let announcement = bob.announcement(1).unwrap();
        let announcement = announcement.rendered_text();
        assert!(announcement.contains("Checkout is down"), "{announcement}");
        let page = alice.signs_in().await.opens("/incidents/1/timeline").await;
        page.shows(&["bob", "from the API", "SEV-1", "STABLE", "Detected"]);
        let responders = bob.signs_in().await.opens("/incidents/1").await;
        responders.shows(&["bob", "Checkout is down"]);
        world.deliver_all().await;
        world.skips_messages();
    });
}

#[test]
fn program_clears_what_is_null_and_repeats_without_a_change() {
    incident_scenario_with_pages(async |world, _, _| {
        let program = Program::writer(world, "bob").await;
        let before = program.gets(INCIDENT).await;
        changes_fields(&program).await;
        let cleared = json!({ "detected": null, "fields": { "root_cause": { "value": null } } });
        let cleared = program.patches(INCIDENT, change(cleared)).await;
        assert_eq!(cleared.attribute("detected"), before.attribute("declared"));
        assert_eq!(
            cleared.attribute("fields")["root_cause"]["value"],
            json!(null)
        );
        let unchanged = program.patches(INCIDENT, change(json!({}))).await;
        assert_eq!(unchanged.status, 200);
        assert_eq!(unchanged.headers["etag"], cleared.headers["etag"]);
        world.deliver_all().await;
        world.skips_messages();
    });
}

#[test]
fn commander_is_set_and_removed() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let program = Program::muster_writer(world).await;
        world.user("bob").opens_home().await;
        let bob = program.gets("/api/v2/users?filter=bob").await.body["data"][0]["id"].clone();
        for (user, id) in [
            (json!({ "type": "users", "id": bob }), bob.clone()),
            (json!(null), json!(null)),
        ] {
            let mut body = change(json!({}));
            body["data"]["relationships"] = json!({ "commander_user": { "data": user } });
            let response = program.patches(INCIDENT, body).await;
            assert_eq!(response.status, 200, "{response:?}");
            let commander = &response.body["data"]["relationships"]["commander_user"]["data"];
            assert_eq!(commander["id"], id);
        }
        world.deliver_all().await;
        let messages = alice.reads(channel).join("\n");
        assert!(messages.contains("none yet"), "{messages}");
        world.skips_messages();
    });
}

#[test]
fn update_of_an_older_revision_is_rejected() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        let program = Program::writer(world, "alice").await;
        let tag = program.gets(INCIDENT).await.headers["etag"].clone();
        let title = |title: &str| change(json!({ "title": title }));
        let patch = |tag: &str, body| {
            let request = program.request(Method::PATCH, INCIDENT);
            receive(request.header("If-Match", tag).json(&body))
        };
        let first = patch(tag.to_str().unwrap(), title("Checkout is down")).await;
        assert_eq!(first.status, 200, "{first:?}");
        let second = patch(tag.to_str().unwrap(), title("Search is down")).await;
        assert_eq!(second.status, 412);
        let current = first.headers["etag"].to_str().unwrap();
        assert!(second.error().contains(current), "{second:?}");
        let page = alice.signs_in().await.opens("/incidents/1").await;
        page.shows(&["Checkout is down"]);
        let latin = reqwest::header::HeaderValue::from_bytes(b"\"\xe9\"").unwrap();
        let request = program.request(Method::PATCH, INCIDENT);
        let request = request.header("If-Match", latin);
        let unreadable = receive(request.json(&title("Search is down"))).await;
        assert_eq!(unreadable.status, 412);
        let any = patch("*", title("Search is down")).await;
        assert_eq!(any.status, 200);
        world.deliver_all_advancing().await;
        world.skips_messages();
    });
}

#[test]
fn wrong_members_of_a_change_are_named() {
    scenario_with_pages(async |world, [alice, ..]| {
        alice.declares("Checkout is slow").await;
        let program = Program::writer(world, "alice").await;
        let mut wrong = json!({
            "title": "",
            "detected": "yesterday",
            "customer_impact_start": 7,
            "fields": { "state": { "value": ["active", "stable"] } },
        });
        let response = program.patches(INCIDENT, change(wrong.clone())).await;
        let errors = [
            "data.attributes.customer_impact_start: must be a string",
            "data.attributes.detected: must be a time in RFC 3339, such as 2026-11-23T14:05:09Z",
        ];
        response.assert_errors(400, &errors);
        let attributes = wrong.as_object_mut().unwrap();
        attributes.retain(|name, _| name == "title" || name == "fields");
        let response = program.patches(INCIDENT, change(wrong)).await;
        let errors = [
            "data.attributes.title: An incident needs a title.",
            "data.attributes.fields.state: must have one value",
        ];
        assert_eq!((response.status, response.errors()), (400, errors.into()));
        let page = alice.signs_in().await.opens("/incidents/1").await;
        page.shows(&["Checkout is slow"]);
    });
}

#[test]
fn members_that_cannot_be_changed_are_named_in_a_header() {
    scenario_with_pages(async |world, [alice, ..]| {
        alice.declares("Checkout is slow").await;
        let program = Program::writer(world, "alice").await;
        let before = program.gets(INCIDENT).await;
        let attributes = json!({
            "resolved": "2026-11-23T10:00:00Z",
            "visibility": "private",
            "is_test": true,
            "customer_impact_scop": "Carts",
        });
        let response = program.patches(INCIDENT, change(attributes)).await;
        assert_eq!(response.status, 200, "{response:?}");
        assert_eq!(
            response.headers["muster-ignored"],
            "data.attributes.resolved, data.attributes.visibility, \
             data.attributes.is_test, data.attributes.customer_impact_scop"
        );
        assert_eq!(response.headers["etag"], before.headers["etag"]);
        assert_eq!(response.attribute("visibility"), "organization");
    });
}

#[test]
fn times_in_the_future_or_before_1970_are_rejected() {
    scenario_with_pages(async |world, [alice, ..]| {
        alice.declares("Checkout is slow").await;
        let program = Program::writer(world, "alice").await;
        let names = ["detected", "customer_impact_start", "customer_impact_end"];
        for (time, error) in [
            ("2026-11-24T14:05:00Z", "is in the future"),
            ("0001-01-01T00:00:00Z", "must be a time from 1970 to 9999"),
            (
                "9999-12-31T23:59:59-01:00",
                "must be a time from 1970 to 9999",
            ),
        ] {
            let attributes = names.map(|name| (name.to_owned(), json!(time)));
            let attributes = serde_json::Map::from_iter(attributes).into();
            let response = program.patches(INCIDENT, change(attributes)).await;
            let errors = names.map(|name| format!("data.attributes.{name}: {error}"));
            let errors: Vec<_> = errors.iter().map(String::as_str).collect();
            response.assert_errors(400, &errors);
        }
        let incident = program.gets(INCIDENT).await;
        assert_eq!(
            incident.attribute("detected"),
            incident.attribute("declared")
        );
    });
}

#[test]
fn time_of_a_clock_that_is_a_little_ahead_is_now() {
    incident_scenario_with_pages(async |world, _, _| {
        let program = Program::writer(world, "alice").await;
        let now = Timestamp::from_epoch_millis(world.now());
        let ahead = now.plus(chrono::Duration::seconds(30)).to_string();
        let attributes = json!({ "detected": ahead });
        let response = program.patches(INCIDENT, change(attributes)).await;
        assert_eq!(response.status, 200, "{response:?}");
        assert_eq!(response.attribute("detected"), &json!(now));
        world.deliver_all().await;
        world.skips_messages();
    });
}

#[test]
fn header_shortens_a_long_summary_and_root_cause() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let program = Program::writer(world, "alice").await;
        let long = "word ".repeat(13_000);
        let fields = json!({ "summary": { "value": long }, "root_cause": { "value": long } });
        let response = program
            .patches(INCIDENT, change(json!({ "fields": fields })))
            .await;
        assert_eq!(response.status, 200, "{response:?}");
        world.deliver_all().await;
        let messages = alice.reads(channel);
        assert!(messages[0].contains("word word…"), "{messages:?}");
        assert!(messages[0].len() < 6_000, "{}", messages[0].len());
        world.skips_messages();
    });
}

#[test]
fn change_of_another_or_unknown_incident_is_rejected() {
    scenario_with_pages(async |world, [alice, ..]| {
        alice.declares("Checkout is slow").await;
        let program = Program::writer(world, "alice").await;
        let mut other = change(json!({ "title": "Mine" }));
        other["data"]["id"] = json!("00000000-0000-0000-0000-000000000000");
        let response = program.patches(INCIDENT, other).await;
        response.assert_error(400, "data.id: isn't the ID in the path");
        let unknown = program
            .patches("/api/v2/incidents/99", change(json!({})))
            .await;
        unknown.assert_error(404, "incident not found");
        let include = format!("{INCIDENT}?include=everything");
        let response = program.patches(&include, change(json!({}))).await;
        assert_eq!(response.status, 400);
        let page = alice.signs_in().await.opens("/incidents/1").await;
        page.shows(&["Checkout is slow"]);
    });
}
