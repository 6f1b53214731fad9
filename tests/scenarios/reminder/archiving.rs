//! Automatic archiving of the channels of resolved incidents after the configured number of days.

use serde_json::json;

use crate::harness::prelude::*;

const DAY: i64 = 24 * 60 * 60;

/// Declares and resolves an incident as alice, and reads all messages about it.
async fn declare_and_resolve(alice: TestUser<'_>) -> DeclaredIncident {
    let severity = SEV_3;
    let declared = alice.declares_with("Checkout", &[severity]).await;
    alice.updates(&declared.channel, &[RESOLVED]).await;
    alice
        .world
        .expects_unread(4, "header, announcement, its reply, post");
    declared
}

fn is_archived(world: &World, channel: &str) -> bool {
    world.slack.is_archived(channel)
}

#[test]
fn channel_is_archived_days_after_the_incident_is_resolved() {
    over_both_transports(async |world, [alice, ..]| {
        world.change_settings(&[("archive_after_days", json!(2))]);
        let declared = declare_and_resolve(alice).await;
        world.advance(2 * DAY - 60).await;
        assert!(!is_archived(world, &declared.channel));
        world.advance(60).await;
        assert!(is_archived(world, &declared.channel));
        let announcement = alice.reads("#incidents");
        assert!(
            announcement[0].ends_with("\nIts channel is archived."),
            "{announcement:?}"
        );
        assert_eq!(
            world.timeline(1).await[2..],
            ["somebody put the channel away after 2 days"]
        );
    });
}

#[test]
fn archiving_waits_for_a_day_without_user_messages() {
    scenario(async |world, [alice, ..]| {
        world.change_settings(&[("archive_after_days", json!(2))]);
        let channel = declare_and_resolve(alice).await.channel;
        let first = alice.posts(&channel, "The customers were told.").await;
        world.advance(DAY + DAY / 2).await;
        alice.replies(&channel, &first, "And thanked us.").await;
        world.advance(DAY / 2).await;
        assert!(!is_archived(world, &channel));
        world.advance(DAY / 2 - 5).await;
        assert!(!is_archived(world, &channel));
        world.advance(10).await;
        assert!(is_archived(world, &channel));
        alice.reads("#incidents");
    });
}

#[test]
fn channel_is_not_archived_when_disabled_or_reopened() {
    scenario(async |world, [alice, ..]| {
        let first = declare_and_resolve(alice).await.channel;
        world.change_settings(&[("archive_after_days", json!(1))]);
        let second = declare_and_resolve(alice).await.channel;
        let third = declare_and_resolve(alice).await.channel;
        alice.updates(&second, &[STABLE]).await;
        world.expects_unread(4, "header, announcement, its reply, post");
        world.advance(DAY / 2).await;
        world.change_settings(&[("archive_after_days", json!(0))]);
        world.advance(30 * DAY).await;
        for channel in [first, second, third] {
            assert!(!is_archived(world, &channel), "{channel}");
        }
    });
}

#[test]
fn reopened_incident_gets_a_new_channel_when_its_own_is_archived() {
    scenario(async |world, [alice, bob, ..]| {
        let slack = &world.slack;
        world.change_settings(&[
            ("archive_after_days", json!(1)),
            ("reminder_minutes", json!({})),
        ]);
        let declared = declare_and_resolve(alice).await;
        world.advance(DAY).await;
        assert!(is_archived(world, &declared.channel));
        alice.reads("#incidents");

        // A resolved incident can still be selected, even while no incident is open and while others are.
        let over = "IR-1 · SEV-3 · RESOLVED · Checkout";
        bob.types("#random", "/datadog incident update").await;
        assert_eq!(bob.suggested_options("Incident", "").await, [over]);
        bob.closes_modal().await;
        alice.declares("Search").await;
        bob.types("#random", "/datadog incident update").await;
        let offered = bob.suggested_options("Incident", "").await;
        assert_eq!(offered, ["IR-2 · UNKNOWN · Search", over]);
        bob.submits(&[("Incident", "1")]).await;
        bob.submits(&[("Status", "ACTIVE")]).await;
        let channel = "#incident-1-checkout-2";
        let read = bob.reads(channel);
        assert!(read[0].contains("IR-1 Checkout\n"), "{read:?}");
        assert_eq!(
            read[1..],
            [
                "The incident was reopened. Its old channel #incident-1-checkout is archived, so it \
                 continues here.\nbob changed status RESOLVED → ACTIVE"
            ]
        );
        assert!(slack.members(channel).contains(&slack.user("alice")));
        assert_eq!(
            bob.reads_thread("#incidents", &declared.announcement_ts),
            ["bob changed status RESOLVED → ACTIVE"]
        );
        let announcement = bob.reads("#incidents").concat();
        assert!(announcement.contains("\n[Join Channel]"), "{announcement}");
    });
}
