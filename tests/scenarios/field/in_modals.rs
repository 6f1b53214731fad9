//! The fields in the modals that declare and update an incident.

use serde_json::json;

use crate::field::{define_fields, incident, skip_messages};
use crate::harness::prelude::*;

#[test]
fn declared_fields_are_shown_in_the_header_and_recorded() {
    over_both_transports(async |world, [alice, ..]| {
        define_fields(world);
        alice.opens_declare_modal().await;
        // What is only known later is left out.
        assert!(!alice.modal().blocks.to_string().contains("Customer region"));
        let offered = alice
            .suggested_options("field_services", "service-12")
            .await;
        assert_eq!(offered, ["service-12", "service-120"]);
        alice
            .fills_several("Services", &["payments", "service-7"])
            .await;
        alice
            .submits_and_closes(&[("Teams", "payments"), ("A number", "3.50")])
            .await;
        let channel = "#incident-1-checkout-is-slow";
        let header = alice.reads(channel).remove(0);
        assert!(
            header.contains("Services payments, service-7 · Teams payments"),
            "{header}"
        );
        assert!(!header.contains("3.5"), "{header}");
        let stored = incident(world, 1).await.fields;
        assert_eq!(stored["a_number"].to_line(), "3.5");
        assert_eq!(stored["services"].to_line(), "payments, service-7");
        skip_messages(world);
    });
}

/// The changes that the channel reports.
const CHANGES: [&str; 6] = [
    "alice set Services: payments\n",
    "alice wrote A text: Because.",
    "alice changed Services: payments → payments, service-9",
    "alice cleared A text.",
    "alice set A text array: b, a",
    "alice set A datetime: ",
];

#[test]
fn each_changed_field_is_recorded_with_old_and_new_value() {
    incident_over_both_transports(async |world, channel, [alice, ..]| {
        define_fields(world);
        alice.types(channel, "/datadog incident update").await;
        alice
            .submits_and_closes(&[("Services", "payments"), ("A text", "Because.")])
            .await;
        alice.types(channel, "/datadog incident update").await;
        assert_eq!(alice.field_value("Services"), "payments");
        assert_eq!(alice.field_value("A text"), "Because.");
        alice
            .fills_several("Services", &["payments", "service-9"])
            .await;
        alice.clears("A text").await;
        alice
            .submits_and_closes(&[
                ("A datetime", "yesterday 23:10"),
                ("A text array", "b\na\nb"),
            ])
            .await;
        alice.redelivers_last_request().await;
        let posts = alice.reads(channel).join("\n");
        for sentence in CHANGES {
            assert_eq!(posts.matches(sentence).count(), 1, "{sentence}: {posts}");
        }
        let timeline = world.timeline(1).await;
        assert_eq!(
            timeline[3..],
            [
                "alice changed services “payments” to “payments, service-9”",
                "alice changed a_text “Because.” to “”",
                "alice changed a_text_array “” to “b, a”",
                "alice changed a_datetime “” to “2026-11-22T22:10:00.000Z”",
            ]
        );
        alice.types(channel, "/datadog incident update").await;
        assert_eq!(alice.field_value("A datetime"), "2026-11-22 23:10");
        alice.submits_and_closes(&[]).await;
        assert_eq!(world.timeline(1).await.len(), 7, "unchanged");
        skip_messages(world);
    });
}

#[test]
fn mistakes_are_reported_under_their_fields() {
    incident_scenario(async |world, channel, [alice, ..]| {
        define_fields(world);
        alice.types(channel, "/datadog incident update").await;
        let screen = alice
            .submits(&[
                ("Title", "Checkout is down"),
                ("A number", "abc"),
                ("A datetime", "when I get to it"),
            ])
            .await;
        let errors = screen.errors;
        assert_eq!(
            errors["field_a_number"],
            "“abc” isn't a number. Enter digits, such as 42 or 3.5."
        );
        assert!(
            errors["field_a_datetime"].starts_with("I can't read “when I get to it” as a time.")
        );
        alice
            .submits_and_closes(&[("A number", "42"), ("A datetime", "14:00")])
            .await;
        assert_eq!(incident(world, 1).await.title, "Checkout is down");
        skip_messages(world);
    });
}

#[test]
fn value_that_was_removed_from_its_list_stays_until_it_is_changed() {
    incident_scenario(async |world, channel, [alice, ..]| {
        define_fields(world);
        alice.types(channel, "/datadog incident update").await;
        alice
            .submits_and_closes(&[("Teams", "payments"), ("Customer region", "eu")])
            .await;
        world.change_settings(&[("teams", json!(["core"]))]);
        alice.types(channel, "/datadog incident update").await;
        assert_eq!(alice.field_value("Teams"), "payments");
        alice.submits_and_closes(&[("A number", "1")]).await;
        assert_eq!(
            incident(world, 1).await.fields["teams"].to_line(),
            "payments"
        );
        alice.types(channel, "/datadog incident update").await;
        alice.submits_and_closes(&[("Teams", "core")]).await;
        alice.types(channel, "/datadog incident update").await;
        assert!(!alice.modal().blocks.to_string().contains("payments\""));
        alice.closes_modal().await;

        // The values of a removed field are kept, and the field is hidden.
        world.change_settings(&[("fields", json!([]))]);
        alice.types(channel, "/datadog incident update").await;
        assert!(!alice.modal().blocks.to_string().contains("field_"));
        alice
            .submits_and_closes(&[("Title", "Checkout is down")])
            .await;
        assert_eq!(incident(world, 1).await.fields["region"].to_line(), "eu");
        skip_messages(world);
    });
}

#[test]
fn field_that_was_removed_while_the_modal_is_open_is_named() {
    incident_scenario(async |world, channel, [alice, ..]| {
        define_fields(world);
        alice.types(channel, "/datadog incident update").await;
        world.change_settings(&[("fields", json!([]))]);
        let screen = alice.submits(&[("A text", "Because.")]).await;
        assert_eq!(
            screen.errors["field_a_text"],
            "This field doesn't exist any more. Open the form again."
        );
        alice.closes_modal().await;
    });
}

#[test]
fn entered_fields_survive_the_question_about_a_similar_incident() {
    incident_scenario(async |world, _, [alice, ..]| {
        define_fields(world);
        alice.opens_declare_modal().await;
        alice
            .fills_several("Services", &["payments", "service-7"])
            .await;
        let screen = alice
            .submits(&[("Teams", "payments"), ("A number", "7")])
            .await;
        assert_eq!(screen.view.unwrap().title, "Already declared?");
        assert_eq!(alice.field_value("Services"), "payments, service-7");
        alice.submits_and_closes(&[]).await;
        let stored = incident(world, 2).await.fields;
        assert_eq!(stored["services"].to_line(), "payments, service-7");
        assert_eq!(stored["a_number"].to_line(), "7");
        skip_messages(world);
    });
}
