//! When the next update of an incident is due: its pinned header says so, as things stand, and is not edited
//! for what changes nothing of it.

use serde_json::json;

use super::person::Declared;
use super::world::{World, by_each_door, over_http};

const MINUTE: i64 = 60;

/// Has alice declare an incident that is as bad as it gets.
async fn critical(world: &World) -> Declared {
    let severity = ("Severity Level", "SEV-1 Critical");
    let alice = world.person("alice");
    alice.declares_with("Checkout is slow", &[severity]).await
}

/// Gives when the pinned header says that the next update is due.
fn due(world: &World, channel: &str) -> Option<String> {
    let pinned = world
        .slack
        .pins(channel)
        .pop()
        .expect("the header is pinned");
    let header = world.slack.message(channel, &pinned).unwrap();
    header.as_read().lines().find_map(|line| {
        let due = line.strip_prefix("*Next update due* 2026-11-23 ")?;
        due.strip_suffix(" UTC").map(str::to_owned)
    })
}

/// Gives how often a message was edited so far.
fn edits(world: &World) -> usize {
    let calls = world.slack.calls().into_iter();
    calls.filter(|call| call.method == "chat.update").count()
}

/// Presses a button of the last reminder.
async fn presses(world: &World, channel: &str, button: &str) {
    let messages = world.slack.messages(channel).into_iter();
    let mut reminders = messages.filter(|it| it.as_read().ends_with(" [Stop]"));
    let reminder = reminders.next_back();
    let alice = world.person("alice");
    alice.presses(channel, &reminder.unwrap().ts, button).await;
}

#[tokio::test]
async fn the_header_says_when_the_next_update_is_due() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let channel = &critical(world).await.channel;
        let is_due = |time: &str| assert_eq!(due(world, channel).as_deref(), Some(time));
        is_due("14:35");
        // Whoever says how things stand has until half an hour later.
        world.leaps(10 * MINUTE).await;
        alice
            .says(channel, "/datadog incident note We look at it.")
            .await;
        is_due("14:45");
        alice
            .updates(channel, &[("What happened", "A slow query.")])
            .await;
        is_due("14:45");
        // A reminder is followed by another.
        world.leaps(30 * MINUTE).await;
        is_due("15:15");
        world.leaps(5 * MINUTE).await;
        presses(world, channel, "snooze_reminder").await;
        is_due("15:20");
        presses(world, channel, "stop_reminders").await;
        assert_eq!(due(world, channel), None);
        alice.updates(channel, &[("Status", "RESOLVED")]).await;
        assert_eq!(due(world, channel), None);
        alice.updates(channel, &[("Status", "ACTIVE")]).await;
        is_due("15:20");
        // One that is understood, or not so bad, need not be told of so often.
        alice
            .updates(channel, &[("Severity Level", "SEV-3 Moderate")])
            .await;
        assert_eq!(due(world, channel), None);
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn whoever_joins_is_told_when_the_next_update_is_due() {
    by_each_door(async |world| {
        let channel = critical(world).await.channel;
        world.person("bob").joins(&channel).await;
        let told = world.briefings_of("bob");
        assert!(
            told[0].contains("\n*Next update due* 2026-11-23 14:35 UTC\n"),
            "{told:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn what_changes_nothing_of_it_edits_no_header_and_what_comes_at_once_edits_it_once() {
    over_http(async |world| {
        let alice = world.person("alice");
        let channel = &critical(world).await.channel;
        let before = edits(world);
        world.leaps(MINUTE).await;
        let mut written = Vec::new();
        for number in 0..10 {
            written.push(
                alice
                    .writes(channel, &format!("Looking at host {number}"))
                    .await,
            );
        }
        assert_eq!(edits(world), before, "nobody said how things stand");

        // Ten messages are added before Slack is told of any.
        for ts in &written {
            world
                .slack
                .message_action("alice", channel, ts, "add_to_incident")
                .await;
        }
        world.settles().await;
        let edited = edits(world) - before;
        assert!((1..=2).contains(&edited), "{edited} edits");
        assert_eq!(due(world, channel).as_deref(), Some("14:36"));
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn a_team_that_wants_no_reminders_any_more_reads_of_none() {
    over_http(async |world| {
        let alice = world.person("alice");
        let channel = &critical(world).await.channel;
        world.sets(&[("reminder_minutes", json!({}))]);
        world.leaps(30 * MINUTE).await;
        assert_eq!(due(world, channel), None);
        world.sets(&[("reminder_minutes", json!({ "SEV-1": 60 }))]);
        alice
            .says(channel, "/datadog incident note We look at it.")
            .await;
        assert_eq!(due(world, channel).as_deref(), Some("15:35"));
        alice.reads_everything();
    })
    .await;
}
