//! Required fields: users are asked for them, wherever they set the status.

use serde_json::json;

use crate::field::{define_fields, incident, skip_messages};
use crate::harness::prelude::*;

#[test]
fn command_without_a_required_field_opens_the_form_or_names_the_field() {
    incident_over_both_transports(async |world, channel, [alice, ..]| {
        define_fields(world);
        world.change_settings(&[("status_completed", json!(true))]);
        alice.types(channel, "/datadog incident complete").await;
        assert_eq!(
            alice.reads_ephemeral(),
            [
                "IR-1 can't be COMPLETED without Customer region. Fill in the field first. Type /datadog incident update."
            ]
        );
        alice.types(channel, "/datadog incident stable").await;
        assert_eq!(incident(world, 1).await.status.as_str(), "stable");

        alice
            .types(channel, "/datadog incident resolve Rolled back.")
            .await;
        assert_eq!(alice.field_value("What fixed it"), "Rolled back.");
        // Slack itself asks for a required field.
        let view = alice.modal();
        let screen = world.slack.submits("alice", &view.id).await;
        assert!(screen.errors.contains_key("field_region"), "{screen:?}");
        alice.submits_and_closes(&[("Customer region", "us")]).await;
        let resolved = incident(world, 1).await;
        assert_eq!(resolved.status.as_str(), "resolved");
        assert_eq!(resolved.fields["region"].to_line(), "us");
        assert_eq!(resolved.last_update.unwrap().text, "Rolled back.");

        // Now nothing is missing, so the command is enough.
        alice.types(channel, "/datadog incident reopen").await;
        alice
            .types(channel, "/datadog incident resolve Again.")
            .await;
        assert_eq!(incident(world, 1).await.status.as_str(), "resolved");
        skip_messages(world);
    });
}

#[test]
fn update_modal_asks_for_the_field_that_the_new_status_requires() {
    incident_scenario(async |world, channel, [alice, ..]| {
        define_fields(world);
        let screen = alice.updates(channel, &[("Status", "RESOLVED")]).await;
        assert_eq!(
            screen.errors["field_region"],
            "Customer region is required to set RESOLVED."
        );
        alice.submits_and_closes(&[("Customer region", "eu")]).await;
        assert_eq!(incident(world, 1).await.status.as_str(), "resolved");

        alice.types(channel, "/datadog incident update").await;
        alice.clears("Customer region").await;
        let screen = alice.submits(&[]).await;
        assert_eq!(
            screen.errors["field_region"],
            "Customer region can't be empty from RESOLVED on."
        );
        alice.closes_modal().await;
        skip_messages(world);
    });
}

#[test]
fn field_that_a_declaration_requires_has_its_default() {
    scenario(async |world, [alice, ..]| {
        let tier = json!({
            "name": "tier", "type": "single_select", "values": ["1", "2"], "default": "2",
            "required": "declaration",
        });
        let cause = json!({ "name": "cause", "type": "text", "required": "declaration" });
        world.change_settings(&[("fields", json!([tier, cause]))]);
        alice.opens_declare_modal().await;
        assert_eq!(alice.field_value("Tier"), "2");
        let view = alice.modal();
        let screen = world.slack.submits("alice", &view.id).await;
        assert!(screen.errors.contains_key("field_cause"), "{screen:?}");
        alice.submits_and_closes(&[("Cause", "A deploy")]).await;
        assert_eq!(incident(world, 1).await.fields["tier"].to_line(), "2");
        skip_messages(world);
    });
}
