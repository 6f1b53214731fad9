//! A program imports incidents of another tool.

use reqwest::Method;
use serde_json::{Value, json};

use super::declaration_with;
use crate::api::{ApiResponse, INCIDENTS, Program};
use crate::harness::scenario::scenario_with_pages;
use crate::harness::world::World;

const IMPORT: &str = "/api/v2/incidents/import";

/// Returns the attributes of an incident that was resolved after two hours, in January.
fn resolved() -> Value {
    json!({
        "title": "Checkout is slow",
        "declared": "2026-01-05T10:00:00+00:00",
        "detected": "2026-01-05T09:55:00Z",
        "resolved": "2026-01-05T12:00:00Z",
        "fields": {
            "state": { "value": "resolved" },
            "severity": { "value": "SEV-2" },
            "detection_method": { "value": "monitor" },
            "summary": { "value": "Payments timed out" },
            "root_cause": { "value": null },
        },
        "visibility": "organization",
    })
}

/// Checks the attributes of an incident of `resolved`.
#[track_caller]
fn assert_resolved(imported: &ApiResponse) {
    assert_eq!(imported.status, 201, "{imported:?}");
    imported.assert_attributes(&json!({
        "public_id": 1,
        "title": "Checkout is slow",
        "declared": "2026-01-05T10:00:00.000Z",
        "detected": "2026-01-05T09:55:00.000Z",
        "resolved": "2026-01-05T12:00:00.000Z",
        "state": "resolved",
        "severity": "SEV-2",
        "visibility": "organization",
    }));
    let attributes = imported.body["data"]["attributes"].as_object().unwrap();
    for absent in ["customer_impacted", "time_to_resolve", "commander"] {
        assert!(!attributes.contains_key(absent), "{absent}");
    }
}

/// Returns the UUID of a user.
async fn uuid(program: &Program<'_>, name: &str) -> Value {
    let path = format!("/api/v2/users?filter={name}");
    program.gets(&path).await.body["data"][0]["id"].clone()
}

/// Checks that nothing was posted or created in Slack.
async fn assert_silent(world: &World) {
    world.deliver_all().await;
    assert_eq!(world.incident_channels(), [""; 0]);
}

#[test]
fn imported_incident_has_its_own_times_and_notifies_no_user() {
    scenario_with_pages(async |world, [alice, bob, _]| {
        let program = Program::writer(world, "alice").await;
        bob.opens_home().await;
        let bob_id = uuid(&program, "bob").await;
        let mut body = declaration_with(resolved());
        let user = json!({ "data": { "type": "users", "id": bob_id } });
        body["data"]["relationships"] = json!({ "commander_user": user, "declared_by_user": user });
        let path = format!("{IMPORT}?include=commander_user,created_by_user,incident_type");
        let imported = program.posts(&path, body).await;
        assert_resolved(&imported);
        let relationships = &imported.body["data"]["relationships"];
        assert_eq!(relationships["commander_user"]["data"]["id"], bob_id);
        assert_eq!(relationships["declared_by_user"]["data"]["id"], bob_id);
        let alice_id = uuid(&program, "alice").await;
        assert_eq!(relationships["created_by_user"]["data"]["id"], alice_id);
        assert_eq!(
            relationships["incident_type"]["data"]["type"],
            "incident_types"
        );
        let included = imported.body["included"].as_array().unwrap();
        let included: Vec<_> = included.iter().map(|it| it["id"].clone()).collect();
        assert_eq!(included.len(), 3);
        assert!(included.contains(&bob_id) && included.contains(&alice_id));
        assert_silent(world).await;
        assert!(bob.announcement(1).is_none());

        let got = program.gets("/api/v2/incidents/1").await;
        assert_eq!(*got.attribute("time_to_resolve"), 7200);
        let page = alice.signs_in().await.opens("/incidents/1/timeline").await;
        page.shows(&[
            "bob declared this incident. It was imported through the API.",
            "from the API",
        ]);
        world.skips_messages();
    });
}

#[test]
fn import_needs_nothing_but_a_title() {
    scenario_with_pages(async |world, [alice, ..]| {
        let program = Program::muster_writer(world).await;
        let body = declaration_with(json!({ "title": "Disk is full" }));
        let imported = program.posts(IMPORT, body).await;
        assert_eq!(imported.status, 201, "{imported:?}");
        assert_eq!(*imported.attribute("state"), "active");
        assert_eq!(*imported.attribute("severity"), "UNKNOWN");
        assert_silent(world).await;
        let page = alice.signs_in().await.opens("/incidents/1/timeline").await;
        page.shows(&["This incident was imported through the API."]);
        world.skips_messages();
    });
}

#[test]
fn every_wrong_value_of_an_import_is_named() {
    scenario_with_pages(async |world, _| {
        let program = Program::muster_writer(world).await;
        let wrong = declaration_with(json!({
            "title": " ",
            "declared": "2026-01-05T10:00:00Z",
            "detected": "2100-01-01T00:00:00Z",
            "resolved": "2026-01-05T09:00:00Z",
            "fields": { "severity": { "value": "SEV-77" }, "regionn": { "value": "eu" } },
            "visibility": "private",
        }));
        let starts = [
            "data.attributes.title: can't be empty",
            "data.attributes.fields.regionn: isn't a field.",
            "data.attributes.fields.severity: ",
            "data.attributes.detected: is in the future",
            "data.attributes.resolved: is only possible with fields.state",
            "data.attributes.visibility: can't be private",
        ];
        let response = program.posts(IMPORT, wrong).await;
        response.assert_error_starts(400, &starts);
        assert_eq!(program.gets(INCIDENTS).await.numbers(), [0; 0]);
    });
}

#[test]
fn import_of_an_invalid_incident_is_rejected() {
    scenario_with_pages(async |world, _| {
        let program = Program::muster_writer(world).await;
        let post =
            async |attributes: Value| program.posts(IMPORT, declaration_with(attributes)).await;
        let mut early = resolved();
        early["resolved"] = json!("2026-01-05T09:59:59Z");
        let error = "data.attributes.resolved: is before the time of the declaration";
        post(early).await.assert_error(400, error);
        let invalid = post(json!({ "declared": 7, "fields": [], "visibility": "secret" })).await;
        assert_eq!((invalid.status, invalid.errors().len()), (400, 4));
        let long = post(json!({ "title": "a".repeat(1025) })).await;
        assert_eq!(long.status, 400);
        let of_type =
            json!({ "title": "a", "incident_type_uuid": "00000000-0000-0000-0000-000000000001" });
        assert_eq!(post(of_type).await.status, 404);
        let include = format!("{IMPORT}?include=users");
        let include = program
            .posts(&include, declaration_with(json!({ "title": "a" })))
            .await;
        assert_eq!(include.status, 400);
        assert!(include.error().starts_with("include: "), "{include:?}");
        assert_eq!(program.gets(INCIDENTS).await.numbers(), [0; 0]);
    });
}

#[test]
fn private_import_is_visible_to_its_responders_only() {
    scenario_with_pages(async |world, _| {
        let program = Program::writer(world, "alice").await;
        let outsider = Program::writer(world, "bob").await;
        let mut attributes = resolved();
        attributes["visibility"] = json!("private");
        let imported = program.posts(IMPORT, declaration_with(attributes)).await;
        assert_eq!(imported.status, 201, "{imported:?}");
        assert_eq!(*imported.attribute("visibility"), "private");
        let hidden = outsider.sends(Method::GET, "/api/v2/incidents/1").await;
        assert_eq!((hidden.status, hidden.error()), (404, "incident not found"));
        assert_eq!(outsider.gets(INCIDENTS).await.numbers(), [0; 0]);
        program.gets("/api/v2/incidents/1").await;
    });
}

#[test]
fn import_is_repeated_by_its_key_and_needs_the_scope() {
    scenario_with_pages(async |world, _| {
        let program = Program::writer(world, "alice").await;
        let mut body = declaration_with(resolved());
        body["data"]["attributes"]["fields"]["severity"]["type"] = json!("dropdown");
        let first = program.posts_once(IMPORT, "import-7", &body).await;
        assert_eq!(first.status, 201, "{first:?}");
        let ignored = "data.attributes.fields.severity.type";
        assert_eq!(first.headers["muster-ignored"], ignored);
        let again = program.posts_once(IMPORT, "import-7", &body).await;
        assert_eq!((again.status, &again.body), (201, &first.body));
        body["data"]["attributes"]["title"] = json!("Another");
        let other = program.posts_once(IMPORT, "import-7", &body).await;
        assert_eq!(other.status, 422);
        assert_eq!(program.gets(INCIDENTS).await.numbers(), [1]);
        let reader = Program::of_muster(world).await;
        let rejected = reader.posts(IMPORT, body.clone()).await;
        assert_eq!(rejected.status, 403);
        body["data"]["type"] = json!("incident");
        assert_eq!(program.posts(IMPORT, body).await.status, 400);
    });
}
