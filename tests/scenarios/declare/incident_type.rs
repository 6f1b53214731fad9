//! The incident type in the declaration modal, and the settings that belong to a type.

use rusqlite::Connection;
use serde_json::json;

use crate::field::{incident, skip_messages};
use crate::harness::prelude::*;

const SHOW: &str = "/datadog incident show IR-1";

/// Adds the incident type Security, whose number is 2, as a program does.
fn add_security(world: &World) {
    let database = Connection::open(world.database_path()).unwrap();
    let insert = "INSERT INTO incident_types (name, is_default, configuration, created_at, modified_at)
                  VALUES ('Security', 0, '{}', '2026-11-23T14:05:09.120Z', '2026-11-23T14:05:09.120Z')";
    database.execute(insert, []).unwrap();
}

/// Defines a field that each of the two types requires, and one for both.
fn define_fields(world: &World) {
    let field = |name: &str, incident_type: i64| json!({ "name": name, "type": "text", "required": "declaration", "incident_type": incident_type });
    world.change_settings(&[
        (
            "fields",
            json!([
                { "name": "cause", "type": "text", "section": "attributes" },
                field("region", 1),
                field("attack_vector", 2),
            ]),
        ),
        (
            "roles",
            json!([{ "name": "Legal", "people": "one", "incident_type": 2 }]),
        ),
    ]);
}

#[test]
fn selected_type_has_its_fields_and_is_in_the_header() {
    over_both_transports(async |world, [alice, bob, ..]| {
        add_security(world);
        define_fields(world);
        alice.opens_declare_modal().await;
        assert_eq!(alice.field_value("Incident type"), "1");
        let labels = alice.modal().labels();
        assert!(labels.contains(&"Region".to_owned()), "{labels:?}");
        assert!(!labels.contains(&"Attack vector".to_owned()), "{labels:?}");
        alice
            .fills(&[("Title", "Data leak"), ("Cause", "Phishing")])
            .await;
        alice.selects_in_modal("incident_type", "Security").await;
        let labels = alice.modal().labels();
        assert!(!labels.contains(&"Region".to_owned()), "{labels:?}");
        assert_eq!(alice.field_value("Title"), "Data leak");
        assert_eq!(alice.field_value("Cause"), "Phishing");
        alice
            .submits_and_closes(&[("Attack vector", "A mail")])
            .await;
        let stored = incident(world, 1).await;
        assert_eq!(stored.incident_type, 2);
        assert_eq!(stored.fields["attack_vector"].to_line(), "A mail");
        assert!(!stored.fields.contains_key("region"));
        let channel = "#incident-1-data-leak";
        let header = alice.reads(channel).remove(0);
        assert!(header.contains("*Incident type* Security"), "{header}");
        bob.types("#general", SHOW).await;
        let details = bob.reads_ephemeral().join("\n");
        assert!(details.contains("*Incident type* Security"), "{details}");
        alice.types(channel, "/datadog incident update").await;
        let labels = alice.modal().labels();
        assert!(labels.contains(&"Attack vector".to_owned()), "{labels:?}");
        assert!(!labels.contains(&"Region".to_owned()), "{labels:?}");
        alice.closes_modal().await;
        skip_messages(world);
    });
}

#[test]
fn roles_of_a_type_are_assigned_in_its_incidents_only() {
    incident_scenario(async |world, channel, [alice, ..]| {
        add_security(world);
        define_fields(world);
        alice
            .types(channel, "/datadog incident role Legal @bob")
            .await;
        let reply = alice.reads_ephemeral().join("\n");
        let reason = "Legal is a role of another incident type. Nothing was changed.";
        assert!(reply.contains(reason), "{reply}");
        alice.types(channel, "/datadog incident responders").await;
        let labels = alice.modal().labels();
        assert!(!labels.contains(&"Legal".to_owned()), "{labels:?}");
        alice.closes_modal().await;
        assert!(incident(world, 1).await.roles.is_empty());
        // A field of the other type is not required to set a status.
        alice.updates(channel, &[("Region", "eu")]).await;
        alice.types(channel, "/datadog incident stable").await;
        let status = incident(world, 1).await.status;
        assert_eq!(status, muster_domain::Status::Stable);
        let header = alice.reads(channel).remove(0);
        assert!(header.contains("*Incident type* Incident"), "{header}");
        skip_messages(world);
    });
}

#[test]
fn type_is_on_no_form_and_no_header_without_a_choice() {
    over_http(async |world, [alice, ..]| {
        alice.opens_declare_modal().await;
        let labels = alice.modal().labels();
        assert!(!labels.contains(&"Incident type".to_owned()), "{labels:?}");
        alice.submits_and_closes(&[]).await;
        assert_eq!(incident(world, 1).await.incident_type, 1);
        let header = alice.reads("#incident-1-checkout-is-slow").remove(0);
        assert!(!header.contains("Incident type"), "{header}");
        skip_messages(world);
    });
}

#[test]
fn modal_gets_the_required_fields_when_the_type_arrives_with_the_submission() {
    over_http(async |world, [alice, ..]| {
        add_security(world);
        define_fields(world);
        alice.opens_declare_modal().await;
        alice
            .fills(&[("Region", "eu"), ("Incident type", "Security")])
            .await;
        let screen = alice.submits(&[]).await;
        assert!(screen.view.is_some(), "{screen:?}");
        assert_eq!(alice.field_value("Incident type"), "2");
        assert_eq!(alice.field_value("Title"), "Checkout is slow");
        alice
            .submits_and_closes(&[("Attack vector", "A mail")])
            .await;
        let stored = incident(world, 1).await;
        assert_eq!(stored.incident_type, 2);
        let names: Vec<_> = stored.fields.keys().collect();
        assert_eq!(names, ["attack_vector"]);
        skip_messages(world);
    });
}

#[test]
fn another_default_type_is_preselected() {
    over_http(async |world, [alice, ..]| {
        add_security(world);
        let database = Connection::open(world.database_path()).unwrap();
        let update = "UPDATE incident_types SET is_default = (number = 2)";
        database.execute(update, []).unwrap();
        alice.opens_declare_modal().await;
        assert_eq!(alice.field_value("Incident type"), "2");
        alice.submits_and_closes(&[]).await;
        assert_eq!(incident(world, 1).await.incident_type, 2);
        skip_messages(world);
    });
}
