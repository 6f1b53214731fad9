//! Fields.

use serde_json::{Value, json};

use super::{FIELDS, NO_ID, Program, TYPES, body, change, check_requests, id};
use crate::harness::scenario::scenario_with_pages;

const KIND: &str = "user_defined_field";

fn attributes(name: &str) -> Value {
    json!({
        "name": name,
        "type": 1,
        "valid_values": [
            { "value": "eu", "display_name": "Europe" },
            { "value": "us", "display_name": "America", "description": "Both coasts" },
        ],
    })
}

#[test]
fn field_of_a_program_is_in_the_form_and_has_all_attributes() {
    scenario_with_pages(async |world, [alice, ..]| {
        let program = Program::admin(world, "alice").await;
        let outage = program.creates_type("Outage").await;
        let created = program
            .creates(FIELDS, body(KIND, &attributes("region"), &outage))
            .await;
        let stored = &created["attributes"];
        let values = json!([
            { "value": "eu", "display_name": "Europe", "description": "", "short_description": "" },
            { "value": "us", "display_name": "America", "description": "Both coasts", "short_description": "" },
        ]);
        for (name, expected) in [
            ("name", json!("region")),
            ("type", json!(1)),
            ("display_name", json!("Region")),
            ("category", Value::Null),
            ("collected", Value::Null),
            ("default_value", Value::Null),
            ("ordinal", json!("3")),
            ("required", json!(false)),
            ("tag_key", Value::Null),
            ("valid_values", values),
            ("modified", Value::Null),
            ("deleted", Value::Null),
            ("reserved", json!(false)),
            ("metadata", Value::Null),
        ] {
            assert_eq!(stored.get(name), Some(&expected), "{name}");
        }
        assert_eq!(stored.as_object().unwrap().len(), 15);
        assert_eq!(created["relationships"].as_object().unwrap().len(), 3);
        let form = alice
            .signs_in()
            .await
            .opens("/incidents/new?incident_type=Outage")
            .await;
        form.shows(&["Region", "eu", "us"]);
    });
}

#[test]
fn field_is_changed_and_cleared() {
    scenario_with_pages(async |world, [alice, ..]| {
        let program = Program::admin(world, "alice").await;
        let outage = program.creates_type("Outage").await;
        let region = body(KIND, &attributes("region"), &outage);
        let created = program.creates(FIELDS, region).await;
        let path = format!("{FIELDS}/{}", id(&created));
        let update = json!({
            "display_name": "Customer region", "category": "what_happened", "required": true,
            "default_value": "eu", "ordinal": "1.5",
        });
        world.advance(60).await;
        let changed = program
            .patches(&path, change(KIND, &id(&created), &update))
            .await;
        assert_eq!(changed.status, 200, "{changed:?}");
        for (name, value) in update.as_object().unwrap() {
            assert_eq!(changed.attribute(name), value, "{name}");
        }
        assert_eq!(
            *changed.attribute("valid_values"),
            created["attributes"]["valid_values"]
        );
        assert!(changed.attribute("modified").is_string());
        let form = alice
            .signs_in()
            .await
            .opens("/incidents/new?incident_type=Outage")
            .await;
        form.shows(&["Customer region"]);
        let cleared = json!({ "category": null, "required": null, "default_value": null });
        let cleared = program
            .patches(&path, change(KIND, &id(&created), &cleared))
            .await;
        assert_eq!(*cleared.attribute("required"), false);
        assert_eq!(*cleared.attribute("default_value"), Value::Null);
    });
}

#[test]
fn deleted_field_is_listed_on_request() {
    scenario_with_pages(async |world, _| {
        let program = Program::admin(world, "alice").await;
        let first = id(&program.gets(TYPES).await.body["data"][0]);
        let built_in = [
            "severity",
            "state",
            "detection_method",
            "summary",
            "root_cause",
            "services",
            "teams",
        ];
        assert_eq!(program.names(FIELDS).await, built_in);
        let created = program
            .creates(FIELDS, body(KIND, &attributes("region"), &first))
            .await;
        let page = program
            .gets(&format!("{FIELDS}?page[size]=3&page[number]=2"))
            .await;
        assert_eq!(page.body["meta"], json!({ "offset": 6, "size": 2 }));
        assert_eq!(page.body["data"][1]["id"], created["id"]);
        let path = format!("{FIELDS}/{}", id(&created));
        assert_eq!(program.deletes(&path).await.status, 204);
        let gone = program.sends(reqwest::Method::GET, &path).await;
        gone.is_rejected(404, &["field not found"]);
        assert_eq!(program.names(FIELDS).await, built_in);
        let deleted = program
            .gets(&format!("{FIELDS}?include-deleted=true"))
            .await;
        let deleted = &deleted.body["data"][7]["attributes"];
        assert!(deleted["deleted"].is_string(), "{deleted}");
        assert_eq!(
            deleted["valid_values"],
            created["attributes"]["valid_values"]
        );
    });
}

#[test]
fn built_in_fields_stay_and_services_get_values() {
    scenario_with_pages(async |world, _| {
        let program = Program::admin(world, "alice").await;
        let listed = program.gets(FIELDS).await.body["data"].clone();
        for (index, problem) in [(0, "Severity is built in"), (5, "services is built in")] {
            assert_eq!(listed[index]["attributes"]["reserved"], true);
            let path = format!("{FIELDS}/{}", id(&listed[index]));
            program.gets(&path).await;
            program.deletes(&path).await.is_rejected(400, &[problem]);
        }
        let services = id(&listed[5]);
        let values =
            json!({ "valid_values": [{ "value": "checkout", "display_name": "Checkout" }] });
        let path = format!("{FIELDS}/{services}");
        let changed = program
            .patches(&path, change(KIND, &services, &values))
            .await;
        assert_eq!(changed.status, 200, "{changed:?}");
        let settings = world.store().await.settings().await.unwrap();
        assert_eq!(settings.services[0].name, "checkout");
    });
}

async fn check_attributes(program: &Program<'_>, outage: &str) {
    for (changed, problem) in [
        (
            json!({ "name": "Root Cause" }),
            "/data/attributes/name\" must have a name",
        ),
        (
            json!({ "name": "severity" }),
            "/data/attributes/name\" is built in",
        ),
        (
            json!({ "valid_values": [] }),
            "/data/attributes/valid_values\" needs values",
        ),
        (
            json!({ "default_value": "asia" }),
            "/data/attributes/default_value\" has an invalid",
        ),
        (
            json!({ "ordinal": "first" }),
            "/data/attributes/ordinal\" must be a decimal",
        ),
        (
            json!({ "required": true, "collected": "stable" }),
            "/data/attributes/collected\" can't be set",
        ),
        (
            json!({ "type": 9 }),
            "/data/attributes/type\" is greater than 8",
        ),
    ] {
        let mut attributes = attributes("region");
        for (name, value) in changed.as_object().unwrap() {
            attributes[name] = value.clone();
        }
        let rejected = program.posts(FIELDS, body(KIND, &attributes, outage)).await;
        rejected.is_rejected(400, &[problem]);
    }
}

#[test]
fn mistakes_of_fields_name_their_members() {
    scenario_with_pages(async |world, _| {
        let program = Program::admin(world, "alice").await;
        let outage = program.creates_type("Outage").await;
        check_requests(world, FIELDS, &body(KIND, &attributes("region"), &outage)).await;
        let unknown = program
            .posts(FIELDS, body(KIND, &attributes("zone"), NO_ID))
            .await;
        unknown.is_rejected(404, &["incident type not found"]);
        check_attributes(&program, &outage).await;
        let without_type = json!({ "data": { "type": KIND, "attributes": attributes("region") } });
        let rejected = program.posts(FIELDS, without_type).await;
        rejected.is_rejected(400, &["/data/relationships\" is missing"]);
    });
}
