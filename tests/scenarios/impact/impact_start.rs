//! An impact that starts long before the declaration is questioned.

use crate::harness::prelude::*;

const LONG_AGO: &str = "/datadog incident impact since 3 weeks ago carts fail";

const QUESTION: &str = "2026-11-02 14:05 UTC is 3 weeks before IR-1 was declared. Nothing was added yet.\n\
                        [Add anyway] [Edit]";

#[test]
fn command_asks_about_a_start_long_before_the_declaration() {
    incident_over_both_transports(async |world, channel, [alice, ..]| {
        let question = alice.opens_list(channel, LONG_AGO).await;
        assert_eq!(alice.reads_ephemeral(), [QUESTION]);
        assert_eq!(alice.reads(channel), [""; 0]);
        alice.clicks(channel, &question, "impact_edit_draft").await;
        assert_eq!(alice.field_value("Started"), "2026-11-02 15:05");
        assert_eq!(alice.field_value("What customers notice"), "carts fail");
        alice
            .submits_and_closes(&[("Started", "yesterday 20:00")])
            .await;
        let read = alice.reads(channel);
        assert!(
            read[1].starts_with("alice added an impact since 2026-11-22 19:00 UTC: carts fail"),
            "{read:?}"
        );
        alice.types(channel, "/datadog incident impact fixed").await;
        world.expects_unread(3, "announcement twice, header, post");

        let question = alice.opens_list(channel, LONG_AGO).await;
        assert_eq!(alice.reads_ephemeral(), [QUESTION]);
        alice.clicks(channel, &question, "impact_add_anyway").await;
        assert_eq!(alice.reads_ephemeral(), ["Added customer impact to IR-1."]);
        assert_eq!(
            alice.reads(channel)[1..],
            ["alice added an impact since 2026-11-02 14:05 UTC: carts fail"]
        );
        alice.reads("#incidents");
    });
}

#[test]
fn modal_asks_to_confirm_a_start_long_before_the_declaration() {
    incident_scenario(async |_, channel, [alice, ..]| {
        alice.types(channel, "/datadog incident impact").await;
        let fields = [
            ("Started", "3 weeks ago"),
            ("What customers notice", "Carts."),
        ];
        let screen = alice.submits(&fields).await;
        assert!(screen.view.is_some(), "the modal asks");
        assert_eq!(alice.field_value("Started"), "3 weeks ago");
        // Without the confirmation, it asks again.
        assert!(alice.submits(&[]).await.view.is_some());
        assert_eq!(alice.reads(channel), [""; 0]);
        let confirm = (
            "That’s 3 weeks before IR-1 was declared",
            "The start is correct",
        );
        alice.submits_and_closes(&[confirm]).await;
        assert_eq!(
            alice.reads(channel)[1..],
            ["alice added an impact since 2026-11-02 14:05 UTC: Carts."]
        );
        alice.reads("#incidents");

        alice.types(channel, "/datadog incident impact edit").await;
        let screen = alice.submits(&[("Started", "2 weeks ago")]).await;
        assert!(screen.view.is_some(), "the modal asks");
        let confirm = (
            "That’s 2 weeks before IR-1 was declared",
            "The start is correct",
        );
        alice.submits_and_closes(&[confirm]).await;
        assert_eq!(
            alice.reads(channel)[1..],
            ["alice changed the impact's start to 2026-11-09 14:05 UTC."]
        );
        alice.reads("#incidents");
    });
}
