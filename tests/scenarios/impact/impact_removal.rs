//! `/datadog incident impact remove`, and **Remove** in the timeline and in the modal.

use crate::harness::prelude::*;

/// Adds an impact that starts now, and reads the messages about it.
async fn add_impact(user: TestUser<'_>, channel: &str, description: &str) {
    let command = format!("/datadog incident impact {description}");
    user.types(channel, &command).await;
    user.world.expects_unread(3, "header, post, announcement");
}

#[test]
fn removed_impact_disappears_and_its_post_is_crossed_out() {
    incident_over_both_transports(async |world, channel, [alice, ..]| {
        add_impact(alice, channel, "it burns").await;
        world.advance_to_minute(5).await;
        alice
            .types(channel, "/datadog incident impact remove")
            .await;
        assert_eq!(alice.reads_ephemeral(), ["Removed impact 1 of IR-1."]);
        let glance = MessageText::default();
        assert_eq!(
            alice.reads(channel),
            [
                glance.header(),
                "alice added an impact: it burns Removed by alice.".to_owned()
            ]
        );
        assert_eq!(alice.reads("#incidents"), [glance.announcement()]);
        assert_eq!(
            world.timeline(1).await,
            [
                "alice declared it as UNKNOWN, customer impact unknown",
                "alice removed the impact"
            ]
        );
        for (command, reply) in [
            ("remove 1", "Impact 1 of IR-1 has already been removed."),
            ("edit 1", "IR-1 has no impact 1."),
            ("remove 7", "IR-1 has no impact 7."),
            ("fixed", "IR-1 has no ongoing customer impact."),
            (
                "remove",
                "IR-1 has no customer impact. To remove an impact: /datadog incident impact remove 1, or \
                 Remove in /datadog incident timeline.",
            ),
        ] {
            let command = format!("/datadog incident impact {command}");
            alice.types(channel, &command).await;
            assert_eq!(alice.reads_ephemeral(), [reply], "{command}");
        }
        assert_eq!(alice.reads(channel), [""; 0]);
    });
}

#[test]
fn remove_command_asks_which_of_several_impacts() {
    incident_scenario(async |world, channel, [alice, ..]| {
        add_impact(alice, channel, "carts fail").await;
        alice.types(channel, "/datadog incident impact fixed").await;
        world.expects_unread(3, "header, post, announcement");
        world.advance_to_minute(5).await;
        add_impact(alice, channel, "it burns").await;
        let list = alice
            .opens_list(channel, "/datadog incident impact remove")
            .await;
        assert_eq!(
            alice.reads_ephemeral(),
            ["Which impact of IR-1 should be removed?\n\
              2 2026-11-23 14:10 UTC, ongoing: it burns\n[Remove]\n\
              1 2026-11-23 14:05 UTC to 2026-11-23 14:05 UTC: carts fail\n[Remove]"]
        );
        alice.selects(channel, &list, "impact_remove", "1 1").await;
        assert_eq!(alice.reads_ephemeral(), ["Removed impact 1 of IR-1."]);
        assert_eq!(
            alice.reads(channel)[1..],
            [
                "alice added an impact: carts fail Removed by alice.",
                "alice ended the impact. Removed by alice."
            ]
        );
        alice.reads("#incidents");
        // The number of a removed impact is not used again.
        alice
            .types(channel, "/datadog incident impact remove 2")
            .await;
        world.expects_unread(4, "reply, header, post, announcement");
        alice.types(channel, "/datadog incident impact again").await;
        alice
            .types(channel, "/datadog incident impact edit 3")
            .await;
        assert_eq!(alice.field_value("What customers notice"), "again");
        world.expects_unread(3, "header, post, announcement");
    });
}

#[test]
fn impact_is_removed_in_the_timeline() {
    incident_scenario(async |world, channel, [alice, bob, ..]| {
        bob.joins(channel).await;
        add_impact(alice, channel, "it burns").await;
        world.advance_to_minute(5).await;
        let list = bob.opens_list(channel, "/datadog incident timeline").await;
        let before = bob.reads_ephemeral().remove(0);
        assert!(
            before.contains("it burns\n[Flag] [Edit] [Remove]"),
            "{before}"
        );
        bob.clicks(channel, &list, "timeline_remove").await;
        let after = bob.reads_ephemeral().remove(0);
        assert!(!after.contains("added an impact"), "{after}");
        assert!(
            after.contains("bob removed the impact that started"),
            "{after}"
        );
        assert_eq!(
            alice.reads(channel)[1..],
            ["alice added an impact: it burns Removed by bob."]
        );
        alice.reads("#incidents");
    });
}

#[test]
fn impact_is_removed_in_its_modal_while_another_user_edits_it() {
    incident_scenario(async |world, channel, [alice, bob, ..]| {
        bob.joins(channel).await;
        add_impact(alice, channel, "it burns").await;
        for user in [alice, bob] {
            user.types(channel, "/datadog incident impact edit").await;
        }
        alice.selects_in_modal("impact_remove", "1 1").await;
        assert_eq!(alice.modal().title, "Remove Impact");
        assert_eq!(
            alice.reads(channel)[1..],
            ["alice added an impact: it burns Removed by alice."]
        );
        let screen = bob
            .submits(&[("What customers notice", "Everything burns.")])
            .await;
        assert_eq!(
            screen.errors["ended"],
            "Impact 1 of IR-1 has already been removed."
        );
        bob.selects_in_modal("impact_remove", "1 1").await;
        assert_eq!(bob.modal().title, "Remove Impact");
        assert_eq!(alice.reads(channel), [""; 0]);
        alice.reads("#incidents");
        assert_eq!(world.timeline(1).await.len(), 2);
    });
}
