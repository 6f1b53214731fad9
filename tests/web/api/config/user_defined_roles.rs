//! Roles.

use serde_json::{Value, json};

use super::{NO_ID, Program, ROLES, TYPES, body, change, check_requests, id};
use crate::harness::scenario::scenario_with_pages;

const KIND: &str = "incident_user_defined_roles";

#[test]
fn role_of_a_program_is_in_the_settings_and_follows_them() {
    scenario_with_pages(async |world, [alice, ..]| {
        let program = Program::admin(world, "alice").await;
        // The role that Muster starts with can be named, too.
        assert_eq!(program.names(ROLES).await, ["Communications Lead"]);
        let first = id(&program.gets(TYPES).await.body["data"][0]);
        let attributes = json!({ "name": "Scribe", "policy": { "is_single": true } });
        let created = program
            .creates(ROLES, body(KIND, &attributes, &first))
            .await;
        assert_eq!(created["attributes"]["name"], "Scribe");
        assert_eq!(created["attributes"]["description"], Value::Null);
        assert_eq!(
            created["attributes"]["policy"],
            json!({ "is_single": true })
        );
        let page = alice.signs_in().await.opens("/settings").await;
        page.shows(&["Scribe"]);

        let path = format!("{ROLES}/{}", id(&created));
        let update = json!({ "description": "Writes notes", "policy": { "is_single": false } });
        let changed = program
            .patches(&path, change(KIND, &id(&created), &update))
            .await;
        assert_eq!(*changed.attribute("description"), "Writes notes");
        assert_eq!(*changed.attribute("policy"), json!({ "is_single": false }));
        for description in [json!(""), Value::Null] {
            let update = json!({ "description": description });
            let changed = program
                .patches(&path, change(KIND, &id(&created), &update))
                .await;
            assert_eq!(*changed.attribute("description"), description);
        }
    });
}

#[test]
fn role_keeps_its_id_when_a_user_renames_it() {
    scenario_with_pages(async |world, _| {
        let program = Program::admin(world, "alice").await;
        let outage = program.creates_type("Outage").await;
        let role = body(KIND, &json!({ "name": "Scribe" }), &outage);
        let path = format!("{ROLES}/{}", id(&program.creates(ROLES, role).await));
        let settings = world.store().await.settings().await.unwrap();
        let mut roles = settings.roles.clone();
        roles[1].name = "Secretary".to_owned();
        world.advance(60).await;
        world.change_settings(&[("roles", json!(roles))]);
        assert_eq!(*program.gets(&path).await.attribute("name"), "Secretary");
        let include = format!("{path}?include=created_by_user,last_modified_by_user,incident_type");
        let included = program.gets(&include).await.body["included"].clone();
        assert_eq!(included.as_array().unwrap().len(), 3, "{included}");
        assert_eq!(program.deletes(&path).await.status, 204);
        assert_eq!(program.names(ROLES).await, ["Communications Lead"]);
    });
}

#[test]
fn mistakes_of_roles_are_objects() {
    scenario_with_pages(async |world, _| {
        let program = Program::admin(world, "alice").await;
        let outage = program.creates_type("Outage").await;
        let role = |name: &str| body(KIND, &json!({ "name": name }), &outage);
        check_requests(world, ROLES, &role("Scribe")).await;
        for (name, problem) in [
            (
                "Responder",
                "roles can't include Responder, which is built in.",
            ),
            ("Incident Commander", "which is built in."),
            ("communications lead", "is listed twice."),
        ] {
            program
                .posts(ROLES, role(name))
                .await
                .is_rejected(400, &[problem]);
        }
        let wrong = body(KIND, &json!({ "policy": { "is_single": 1 } }), &outage);
        let rejected = program.posts(ROLES, wrong).await;
        rejected.is_rejected(
            400,
            &[
                "/data/attributes/name\" is missing",
                "/data/attributes/policy/is_single\" must be true",
            ],
        );
        let unknown = program.posts(ROLES, body(KIND, &json!({}), NO_ID)).await;
        unknown.is_rejected(404, &["incident type not found"]);
        let rule = json!({ "name": "A", "recipients": ["@role:Communications Lead"] });
        world.change_settings(&[("notification_rules", json!([rule]))]);
        let lead = id(&program.gets(ROLES).await.body["data"][0]);
        let rejected = program.deletes(&format!("{ROLES}/{lead}")).await;
        rejected.is_rejected(
            400,
            &["The notification rule “A” names role Communications Lead."],
        );
    });
}
