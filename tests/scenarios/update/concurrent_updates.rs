//! Concurrent changes of an incident by several users are all kept.

use crate::harness::prelude::*;
use crate::update::update::assert_one_announcement;

/// The timeline entry of the channel rename that follows the title.
const CHANNEL_RENAMED: &str = "somebody saw the channel go from #incident-1-checkout-is-slow to \
     #incident-1-checkout-is-down";

#[test]
fn open_modal_changes_only_fields_edited_by_its_user() {
    over_both_transports(async |world, [alice, bob, ..]| {
        let declared = declare_with_bob(world).await;
        alice
            .types(&declared.channel, "/datadog incident update")
            .await;
        let bobs = [SEV_1, STABLE];
        bob.updates(&declared.channel, &bobs).await;
        alice.submits(&[("Title", "Checkout is down")]).await;

        assert_eq!(
            world.timeline(1).await[1..],
            [
                "bob changed severity “UNKNOWN” to “SEV-1”, status “active” to “stable”",
                "alice changed title “Checkout is slow” to “Checkout is down”",
                CHANNEL_RENAMED,
            ]
        );
        assert!(alice.announcement(1).unwrap().rendered_text().starts_with(
            "IR-1 Checkout is down\n*Severity*\n🔴 SEV-1 Critical\n*Status*\n🧯 STABLE\n"
        ));
        assert_one_announcement(world, &declared);
        world.expects_unread(5, "header, announcement, its reply, two posts");
    });
}

#[test]
fn concurrent_updates_are_merged() {
    scenario(async |world, [alice, bob, ..]| {
        let declared = declare_with_bob(world).await;
        alice
            .types(&declared.channel, "/datadog incident update")
            .await;
        bob.types(&declared.channel, "/datadog incident update")
            .await;
        tokio::join!(
            alice.submits(&[SEV_1]),
            bob.submits(&[("Title", "Checkout is down"), ("Incident Commander", "bob")]),
        );
        let mut changes = world.timeline(1).await.split_off(1);
        changes.sort();
        assert_eq!(
            changes,
            [
                "alice changed severity “UNKNOWN” to “SEV-1”",
                "bob changed title “Checkout is slow” to “Checkout is down”, \
                 commander “alice” to “bob”",
                CHANNEL_RENAMED,
            ]
        );
        assert_eq!(
            world.slack.topic("incident-1-checkout-is-down"),
            "SEV-1 Critical · ACTIVE · Commander: <@U0BOB000001>"
        );
        assert_one_announcement(world, &declared);
        world.expects_unread(5, "header, announcement, its reply, post, direct message");
    });
}

#[test]
fn update_already_made_by_another_user_is_not_repeated() {
    scenario(async |world, [alice, ..]| {
        let declared = resolve_while_modal_is_open(world).await;

        world.advance_to_minute(10).await;
        alice.submits(&[RESOLVED]).await;
        assert_eq!(alice.reads(&declared.channel), [""; 0]);
        assert_eq!(alice.reads("#incidents"), [""; 0]);
        assert_eq!(
            world.timeline(1).await[1..],
            ["bob changed status “active” to “resolved”"]
        );
    });
}

#[test]
fn redelivered_update_is_applied_once() {
    incident_scenario(async |world, channel, [alice, bob, ..]| {
        bob.joins(channel).await;
        alice.updates(channel, &[SEV_2]).await;
        bob.updates(channel, &[SEV_4]).await;
        world.expects_unread(
            6,
            "header, announcement, two announcement replies, two posts",
        );

        alice.redelivers_last_request().await;
        assert_eq!(alice.reads(channel), [""; 0]);
        assert_eq!(
            world.timeline(1).await[1..],
            [
                "alice changed severity “UNKNOWN” to “SEV-2”",
                "bob changed severity “SEV-2” to “SEV-4”",
            ]
        );
    });
}

#[test]
fn incident_resolved_while_the_modal_is_open_can_be_updated() {
    scenario(async |world, [alice, ..]| {
        let declared = resolve_while_modal_is_open(world).await;

        let late = [SEV_3, ("Why it happened", "A full disk.")];
        alice.submits_and_closes(&late).await;
        assert_eq!(
            alice.reads(&declared.channel).pop().unwrap(),
            "alice updated the incident\nSeverity UNKNOWN → SEV-3\nWhy it happened: A full disk."
        );
        assert_eq!(
            alice.reads_thread("#incidents", &declared.announcement_ts),
            ["alice changed severity UNKNOWN → SEV-3"]
        );
        assert_eq!(
            world.timeline(1).await[1..],
            [
                "bob changed status “active” to “resolved”",
                "alice changed severity “UNKNOWN” to “SEV-3”, root cause “” to “A full disk.”",
            ]
        );
        let announcement = alice.announcement(1).unwrap();
        assert!(
            announcement
                .rendered_text()
                .contains("*Status*\n✅ RESOLVED\n"),
            "{}",
            announcement.rendered_text()
        );
        alice.reads("#incidents");
    });
}

/// Declares an incident, which bob resolves while alice has the update modal open.
async fn resolve_while_modal_is_open(world: &World) -> DeclaredIncident {
    let (alice, bob) = (world.user("alice"), world.user("bob"));
    let declared = declare_with_bob(world).await;
    alice
        .types(&declared.channel, "/datadog incident update")
        .await;
    bob.updates(&declared.channel, &[RESOLVED]).await;
    world.expects_unread(4, "header, announcement, its reply, post");
    declared
}

/// Declares an incident whose channel bob joins.
async fn declare_with_bob(world: &World) -> DeclaredIncident {
    let declared = world.user("alice").declares("Checkout is slow").await;
    world.user("bob").joins(&declared.channel).await;
    declared
}
