//! Channels that are archived some days after their incident was resolved, where the team wants it.

use serde_json::json;

use super::person::{Declared, Person};
use super::world::{World, by_each_door};

const DAY: i64 = 24 * 60 * 60;

/// Has alice declare an incident and resolve it, and reads everything that is said of it.
async fn resolved(alice: Person<'_>) -> Declared {
    let severity = ("Severity Level", "SEV-3 Moderate");
    let declared = alice.declares_with("Checkout", &[severity]).await;
    alice
        .updates(&declared.channel, &[("Status", "RESOLVED")])
        .await;
    alice.reads_everything();
    declared
}

fn is_archived(world: &World, channel: &str) -> bool {
    world.slack.is_archived(channel)
}

#[tokio::test]
async fn a_channel_is_archived_some_days_after_its_incident_was_resolved() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        world.sets(&[("archive_after_days", json!(2))]);
        let declared = resolved(alice).await;
        world.leaps(2 * DAY - 60).await;
        assert!(!is_archived(world, &declared.channel));
        world.leaps(60).await;
        assert!(is_archived(world, &declared.channel));
        let card = alice.reads("#incidents");
        assert!(card[0].ends_with("\nIts channel is archived."), "{card:?}");
        assert_eq!(
            world.timeline(1).await[2..],
            ["somebody put the channel away after 2 days"]
        );
    })
    .await;
}

#[tokio::test]
async fn a_channel_in_which_somebody_spoke_lately_is_left_until_they_are_silent_for_a_day() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        world.sets(&[("archive_after_days", json!(2))]);
        let channel = resolved(alice).await.channel;
        let first = alice.writes(&channel, "The customers were told.").await;
        world.leaps(DAY + DAY / 2).await;
        alice.replies(&channel, &first, "And thanked us.").await;
        world.leaps(DAY / 2).await;
        assert!(!is_archived(world, &channel));
        world.leaps(DAY / 2 - 5).await;
        assert!(!is_archived(world, &channel));
        world.leaps(10).await;
        assert!(is_archived(world, &channel));
        alice.reads("#incidents");
    })
    .await;
}

#[tokio::test]
async fn a_channel_stays_where_nobody_wants_it_archived_or_the_incident_goes_on() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let first = resolved(alice).await.channel;
        world.sets(&[("archive_after_days", json!(1))]);
        let second = resolved(alice).await.channel;
        let third = resolved(alice).await.channel;
        alice.updates(&second, &[("Status", "STABLE")]).await;
        alice.reads_everything();
        world.leaps(DAY / 2).await;
        world.sets(&[("archive_after_days", json!(0))]);
        world.leaps(30 * DAY).await;
        for channel in [first, second, third] {
            assert!(!is_archived(world, &channel), "{channel}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_incident_that_is_reopened_goes_on_in_a_new_channel_if_its_own_is_archived() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        world.sets(&[
            ("archive_after_days", json!(1)),
            ("reminder_minutes", json!({})),
        ]);
        let declared = resolved(alice).await;
        world.leaps(DAY).await;
        assert!(is_archived(world, &declared.channel));
        alice.reads("#incidents");

        // It is over, and none is open; it can still be chosen, now and when others are.
        let over = "IR-1 · SEV-3 · RESOLVED · Checkout";
        bob.says("#random", "/datadog incident update").await;
        assert_eq!(bob.offered("Incident", "").await, [over]);
        bob.closes().await;
        alice.declares("Search").await;
        bob.says("#random", "/datadog incident update").await;
        let offered = bob.offered("Incident", "").await;
        assert_eq!(offered, ["IR-2 · UNKNOWN · Search", over]);
        bob.submits(&[("Incident", "1")]).await;
        bob.submits(&[("Status", "ACTIVE")]).await;
        let channel = "#incident-1-checkout-2";
        let read = bob.reads(channel);
        assert!(read[0].contains("IR-1 Checkout\n"), "{read:?}");
        assert_eq!(
            read[1..],
            [
                "The incident is open again. Its earlier channel #incident-1-checkout is archived, so it \
                 goes on here.\nbob changed the status from RESOLVED to ACTIVE."
            ]
        );
        assert!(world.slack.members(channel).contains(&world.slack.person("alice")));
        assert_eq!(
            bob.reads_thread("#incidents", &declared.card),
            ["bob changed the status from RESOLVED to ACTIVE."]
        );
        let card = bob.reads("#incidents");
        assert!(card[0].contains("\n[Join Channel]"), "{card:?}");
    })
    .await;
}
