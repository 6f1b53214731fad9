//! Incident types.

use serde_json::{Value, json};

use super::{NO_ID, Program, TYPES, change, check_requests, id, type_body};
use crate::api::INCIDENTS;
use crate::harness::scenario::scenario_with_pages;

/// The configuration of a type without changes.
fn configuration() -> Value {
    json!({
        "private_incidents": false,
        "private_incidents_by_default": false,
        "allow_workflows": true,
        "allow_incident_deletion": false,
        "editable_timestamps": false,
        "test_incidents": true,
        "create_message": "",
        "slug_source": "default",
        "disable_out_of_the_box_postmortem_template": false,
    })
}

fn incident(incident_type: &str) -> Value {
    json!({ "data": { "type": "incidents", "attributes": {
        "title": "Checkout is slow", "customer_impacted": false, "incident_type_uuid": incident_type,
    } } })
}

#[test]
fn program_creates_changes_and_deletes_an_incident_type() {
    scenario_with_pages(async |world, [alice, ..]| {
        alice.declares("Checkout is slow").await;
        let program = Program::admin(world, "alice").await;
        let first = program.gets(TYPES).await.body["data"].clone();
        let declared = program.gets(&format!("{INCIDENTS}/1")).await;
        assert_eq!(first[0]["id"], *declared.attribute("incident_type_uuid"));
        assert_eq!(first[0]["attributes"]["is_default"], true);
        assert_eq!(first.as_array().unwrap().len(), 1);

        let attributes = json!({ "name": "Outage", "description": "Customer-facing" });
        let created = program.creates(TYPES, type_body(&attributes)).await;
        let alice_id = program.gets("/api/v2/current_user").await.body["data"]["id"].clone();
        for (name, expected) in [
            ("name", json!("Outage")),
            ("description", json!("Customer-facing")),
            ("is_default", json!(false)),
            ("prefix", json!("IR")),
            ("createdBy", alice_id.clone()),
            ("lastModifiedBy", alice_id),
            ("configuration", configuration()),
        ] {
            assert_eq!(created["attributes"][name], expected, "{name}");
        }
        let path = format!("{TYPES}/{}", id(&created));
        assert_eq!(program.gets(&path).await.body["data"], created);
    });
}

#[test]
fn program_configures_and_deletes_an_incident_type() {
    scenario_with_pages(async |world, _| {
        let program = Program::admin(world, "alice").await;
        let body = type_body(&json!({ "name": "Outage" }));
        let created = program.creates(TYPES, body).await;
        let path = format!("{TYPES}/{}", id(&created));
        world.advance(60).await;
        let configured = json!({ "configuration": { "private_incidents": true } });
        let body = change("incident_types", &id(&created), &configured);
        let changed = program.patches(&path, body).await;
        assert_eq!(changed.status, 200, "{changed:?}");
        let mut expected = configuration();
        expected["private_incidents"] = json!(true);
        assert_eq!(*changed.attribute("configuration"), expected);
        assert_eq!(*changed.attribute("name"), "Outage");
        assert_eq!(
            *changed.attribute("createdAt"),
            created["attributes"]["createdAt"]
        );
        assert_ne!(
            *changed.attribute("modifiedAt"),
            created["attributes"]["modifiedAt"]
        );

        assert_eq!(program.deletes(&path).await.status, 204);
        let gone = program.sends(reqwest::Method::GET, &path).await;
        gone.is_rejected(404, &["incident type doesn't exist"]);
        assert_eq!(program.deletes(&path).await.status, 404);
        assert_eq!(program.names(TYPES).await, ["Incident"]);
        let deleted = format!("{TYPES}?include_deleted=true");
        assert_eq!(program.names(&deleted).await, ["Incident", "Outage"]);
    });
}

#[test]
fn one_type_is_the_default_and_types_with_incidents_stay() {
    scenario_with_pages(async |world, _| {
        let program = Program::admin(world, "alice").await;
        let first = id(&program.gets(TYPES).await.body["data"][0]);
        let outage = program.creates_type("Outage").await;
        let (first_path, path) = (format!("{TYPES}/{first}"), format!("{TYPES}/{outage}"));
        let set_default =
            |id: &str, value: bool| change("incident_types", id, &json!({ "is_default": value }));
        let made = program.patches(&path, set_default(&outage, true)).await;
        assert_eq!(*made.attribute("is_default"), true);
        assert_eq!(
            *program.gets(&first_path).await.attribute("is_default"),
            false
        );
        let unset = program.patches(&path, set_default(&outage, false)).await;
        unset.is_rejected(
            400,
            &["Outage is the default incident type. Make another type"],
        );
        program.deletes(&path).await.is_rejected(
            400,
            &["Outage is the default incident type, so it can't be deleted."],
        );

        let declared = program.posts(INCIDENTS, incident(&outage)).await;
        assert_eq!(*declared.attribute("incident_type_uuid"), json!(outage));
        let unknown = program.posts(INCIDENTS, incident(NO_ID)).await;
        unknown.is_rejected(404, &["incident type not found"]);
        program
            .patches(&first_path, set_default(&first, true))
            .await;
        let rejected = program.deletes(&path).await;
        rejected.is_rejected(
            400,
            &["1 incident has the type Outage, so it can't be deleted."],
        );
        let incident = format!("{INCIDENTS}/{}", id(&declared.body["data"]));
        assert_eq!(program.deletes(&incident).await.status, 204);
        assert_eq!(program.deletes(&path).await.status, 204);
    });
}

#[test]
fn mistakes_of_incident_types_are_all_listed() {
    scenario_with_pages(async |world, _| {
        check_requests(world, TYPES, &type_body(&json!({ "name": "Security" }))).await;
        let program = Program::admin(world, "alice").await;
        let wrong = json!({
            "description": 7, "is_default": "yes", "configuration": { "slug_source": "jira" },
        });
        let rejected = program.posts(TYPES, type_body(&wrong)).await;
        assert_eq!(rejected.status, 400);
        let mut texts = rejected.errors();
        texts.sort_unstable();
        assert_eq!(
            texts,
            [
                "data.attributes.configuration.slug_source: isn't one of default, servicenow",
                "data.attributes.description: must be a string",
                "data.attributes.is_default: must be true or false",
                "data.attributes.name: is missing",
            ]
        );
        for name in [" ".to_owned(), "a".repeat(51)] {
            let rejected = program
                .posts(TYPES, type_body(&json!({ "name": name })))
                .await;
            rejected.is_rejected(400, &["data.attributes.name: "]);
        }
        let outage = program.creates_type("Outage").await;
        let path = format!("{TYPES}/{outage}");
        let other = change("incident_types", NO_ID, &json!({ "name": "Other" }));
        program
            .patches(&path, other)
            .await
            .is_rejected(400, &["data.id: isn't the ID in the path"]);
        assert_eq!(*program.gets(&path).await.attribute("name"), "Outage");
    });
}
