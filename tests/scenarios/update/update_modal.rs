//! The modal of `/datadog incident update`: initial values, and submissions after concurrent changes.

use crate::harness::prelude::*;

const PREFILLED_VALUES: [&str; 7] = [
    "Checkout is slow",
    "SEV-3",
    "active",
    "unknown",
    "",
    "",
    "U0ALICE0001",
];

#[test]
fn untouched_update_modal_changes_and_posts_nothing() {
    over_both_transports(async |world, [alice, bob, ..]| {
        let declared = alice.declares_with("Checkout is slow", &[SEV_3]).await;
        bob.joins(&declared.channel).await;
        bob.types(&declared.channel, "/datadog inc edit").await;
        let form = bob.modal();
        assert_eq!(
            (form.title.as_str(), form.submit.as_deref()),
            ("Update IR-1", Some("Save"))
        );
        let fields: Vec<_> = form.labels().iter().map(|it| bob.field_value(it)).collect();
        assert_eq!(
            form.labels(),
            [
                "Title",
                "Severity Level",
                "Status",
                "Detection Method",
                "What happened",
                "Why it happened",
                "Incident Commander"
            ]
        );
        assert_eq!(fields, PREFILLED_VALUES);
        bob.submits_and_closes(&[]).await;
        assert_eq!(world.timeline(1).await.len(), 1);
        assert_eq!(bob.reads(&declared.channel), [""; 0]);
        assert_eq!(bob.reads("#incidents"), [""; 0]);
    });
}

#[test]
fn title_and_commander_are_required_and_input_is_preserved() {
    incident_scenario(async |world, channel, [alice, ..]| {
        alice.types(channel, "/datadog incident update").await;
        alice.fills(&[("What happened", "Carts time out.")]).await;
        let long = "x".repeat(300);
        let attempts = [
            ("Title", "", "Please complete this required field."),
            ("Title", "\u{2060}", "An incident needs a title."),
            (
                "Title",
                &long,
                "This title is 300 characters long; 255 is the most. \
                 Please shorten it.",
            ),
        ];
        for (field, value, error) in attempts {
            let screen = alice.submits(&[(field, value)]).await;
            assert_eq!(screen.errors[field], error);
            assert_eq!(alice.field_value(field), value);
            assert_eq!(alice.field_value("What happened"), "Carts time out.");
        }
        alice.fills(&[("Title", "Checkout is slow")]).await;
        alice.clears("Incident Commander").await;
        let screen = alice.submits(&[]).await;
        assert_eq!(
            screen.errors["Incident Commander"],
            "Please complete this required field."
        );
        assert_eq!(world.timeline(1).await.len(), 1);
    });
}

#[test]
fn long_text_is_shortened_in_the_post_and_complete_in_the_header() {
    incident_scenario(async |_, channel, [alice, ..]| {
        let long = "Carts time out. ".repeat(74) + "And then it was.";
        assert_eq!(long.len(), 1200);
        alice.updates(channel, &[("What happened", &long)]).await;
        let more = format!("What happened\n{long}\n");
        let glance = MessageText {
            details: &more,
            ..MessageText::default()
        };
        let expected = format!("alice wrote What happened: {}…", &long[..299].trim_end());
        assert_eq!(alice.reads(channel), [glance.header(), expected]);
    });
}
