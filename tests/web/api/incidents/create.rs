//! A program declares an incident, and users work on it.

use serde_json::{Value, json};

use super::{declaration, declaration_with};
use crate::api::{ApiResponse, INCIDENTS, Program};
use crate::harness::scenario::scenario_with_pages;

/// Returns a body that declares an incident with fields, an impact and notes.
fn detailed_declaration(commander: &Value) -> Value {
    let attributes = json!({
        "title": "Checkout fails for one in five",
        "customer_impacted": true,
        "customer_impact_scope": "Payments are declined",
        "fields": {
            "severity": { "type": "dropdown", "value": "SEV-2" },
            "detection_method": { "type": "dropdown", "value": "monitor" },
            "summary": { "type": "textbox", "value": "Since the release of 14:00" },
            "root_cause": { "type": "textbox", "value": "A lock" },
        },
        "initial_cells": [
            { "cell_type": "markdown", "content": { "content": "Error rate 21 %" }, "important": true },
            { "cell_type": "markdown", "content": {} },
        ],
    });
    let mut body = declaration_with(attributes);
    let user = json!({ "data": { "type": "users", "id": commander } });
    body["data"]["relationships"] = json!({ "commander_user": user });
    body
}

/// Checks the attributes of an incident of `detailed_declaration`.
#[track_caller]
fn assert_detailed(created: &ApiResponse) {
    assert_eq!(created.status, 201, "{created:?}");
    created.assert_attributes(&json!({
        "public_id": 1,
        "title": "Checkout fails for one in five",
        "severity": "SEV-2",
        "state": "active",
        "customer_impacted": true,
        "customer_impact_scope": "Payments are declined",
        "visibility": "organization",
        "is_test": false,
    }));
    let fields = created.attribute("fields");
    assert_eq!(fields["detection_method"]["value"], "monitor");
    assert_eq!(fields["summary"]["value"], "Since the release of 14:00");
    assert_eq!(fields["root_cause"]["value"], "A lock");
}

#[test]
fn program_of_a_user_declares_an_incident_like_the_user() {
    scenario_with_pages(async |world, [alice, bob, _]| {
        let program = Program::writer(world, "alice").await;
        bob.opens_home().await;
        let bob_id = program.gets("/api/v2/users?filter=bob").await.body["data"][0]["id"].clone();
        let body = detailed_declaration(&bob_id);
        let created = program.posts(INCIDENTS, body).await;
        assert_detailed(&created);
        let relationships = &created.body["data"]["relationships"];
        assert_eq!(relationships["commander_user"]["data"]["id"], bob_id);
        let got = program.gets("/api/v2/incidents/1").await;
        assert_eq!(got.body["data"], created.body["data"]);
        assert_eq!(got.headers["etag"], created.headers["etag"]);

        world.deliver_all().await;
        let announcement = bob.announcement(1).unwrap().rendered_text().to_owned();
        for text in ["Checkout fails for one in five", "SEV-2", "bob"] {
            assert!(announcement.contains(text), "{announcement}");
        }
        let channels = world.incident_channels();
        let [channel] = channels.as_slice() else {
            panic!("there is one channel: {channels:?}");
        };
        let messages = alice.reads(channel).join("\n");
        assert!(messages.contains("Error rate 21 %"), "{messages}");
        let page = alice.signs_in().await.opens("/incidents/1/timeline").await;
        page.shows(&[
            "alice declared this incident.",
            "from the API",
            "Error rate 21 %",
            "Important",
            "Payments are declined",
        ]);
        world.skips_messages();
    });
}

#[test]
fn program_of_muster_declares_an_incident_without_a_commander() {
    scenario_with_pages(async |world, [alice, ..]| {
        let program = Program::muster_writer(world).await;
        let created = program.posts(INCIDENTS, declaration("Disk is full")).await;
        assert_eq!(created.status, 201, "{created:?}");
        let relationships = &created.body["data"]["relationships"];
        assert_eq!(relationships["commander_user"], json!({ "data": null }));
        assert_eq!(relationships["responders"]["data"], json!([]));
        assert_eq!(created.attribute("commander"), &json!(null));
        let creator = &created.attribute("created_by")["data"]["attributes"]["name"];
        assert_eq!(creator, "Muster");
        world.deliver_all().await;
        let announcement = alice.announcement(1).unwrap().rendered_text().to_owned();
        assert!(announcement.contains("Disk is full"), "{announcement}");
        assert!(announcement.contains("none yet"), "{announcement}");
        world.skips_messages();
    });
}

#[test]
fn key_that_acts_as_muster_declares_no_private_incident() {
    scenario_with_pages(async |world, _| {
        world.user("bob").opens_home().await;
        let program = Program::muster_writer(world).await;
        let bob = program.gets("/api/v2/users?filter=bob").await.body["data"][0]["id"].clone();
        let mut body = declaration("Account taken over");
        body["data"]["attributes"]["visibility"] = json!("private");
        let commander = json!({ "data": { "type": "users", "id": bob } });
        body["data"]["relationships"] = json!({ "commander_user": commander });
        let rejected = program.posts(INCIDENTS, body).await;
        rejected.assert_error(
            400,
            "data.attributes.visibility: can't be private with a key that acts as Muster, \
             which sees public incidents only",
        );
        assert_eq!(program.gets(INCIDENTS).await.numbers(), [0_i64; 0]);
    });
}

#[test]
fn private_and_test_incidents_are_declared() {
    scenario_with_pages(async |world, [_, bob, _]| {
        let program = Program::writer(world, "alice").await;
        let outsider = Program::writer(world, "bob").await;
        let attributes = json!({
            "title": "Account taken over",
            "customer_impacted": false,
            "visibility": "private",
            "fields": { "state": { "type": "dropdown", "value": "stable" } },
        });
        let created = program.posts(INCIDENTS, declaration_with(attributes)).await;
        assert_eq!(created.status, 201, "{created:?}");
        assert_eq!(created.attribute("visibility"), "private");
        assert_eq!(created.attribute("state"), "stable");
        world.deliver_all().await;
        assert!(bob.announcement(1).is_none());
        let hidden = outsider
            .patches("/api/v2/incidents/1", declaration("Mine"))
            .await;
        assert_eq!((hidden.status, hidden.error()), (404, "incident not found"));
        assert_eq!(outsider.deletes("/api/v2/incidents/1").await.status, 404);

        let attributes = json!({ "title": "Drill", "customer_impacted": false, "is_test": true });
        let drill = program.posts(INCIDENTS, declaration_with(attributes)).await;
        assert_eq!(drill.status, 201, "{drill:?}");
        assert_eq!(drill.attribute("is_test"), &json!(true));
        world.deliver_all().await;
        world.skips_messages();
    });
}

#[test]
fn recipients_are_notified_of_the_declaration() {
    scenario_with_pages(async |world, [alice, bob, _]| {
        let program = Program::writer(world, "alice").await;
        bob.opens_home().await;
        let attributes = json!({
            "title": "Login fails",
            "customer_impacted": false,
            "notification_handles": [{ "display_name": "Bob", "handle": "@bob" }],
        });
        let created = program.posts(INCIDENTS, declaration_with(attributes)).await;
        assert_eq!(created.status, 201, "{created:?}");
        world.deliver_all().await;
        let page = alice
            .signs_in()
            .await
            .opens("/incidents/1/notifications")
            .await;
        page.shows(&["Login fails", "bob, by mail", "Accepted by the relay"]);
        world.skips_messages();
    });
}
