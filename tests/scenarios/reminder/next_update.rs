//! The due time of the next status update in the pinned header. The header is edited only if its content
//! changes.

use serde_json::json;

use crate::harness::prelude::*;

const MINUTE: i64 = 60;

/// Declares an incident of the highest severity as alice.
async fn declare_critical(world: &World) -> DeclaredIncident {
    let severity = SEV_1;
    let alice = world.user("alice");
    alice.declares_with("Checkout is slow", &[severity]).await
}

/// Returns the due time of the next update in the pinned header.
fn next_update_due(world: &World, channel: &str) -> Option<String> {
    let pinned = world
        .slack
        .pins(channel)
        .pop()
        .expect("no message is pinned");
    let header = world.slack.message(channel, &pinned).unwrap();
    header.rendered_text().lines().find_map(|entry| {
        let due = entry.strip_prefix("*Next update due* 2026-11-23 ")?;
        due.strip_suffix(" UTC").map(str::to_owned)
    })
}

/// Counts the message edits so far.
fn count_message_edits(world: &World) -> usize {
    let calls = world.slack.calls().into_iter();
    calls.filter(|call| call.method == "chat.update").count()
}

/// Clicks a button of the last reminder.
async fn click_last_reminder(world: &World, channel: &str, button: &str) {
    let messages = world.slack.messages(channel).into_iter();
    let mut reminders = messages.filter(|it| it.rendered_text().ends_with(" [Stop]"));
    let reminder = reminders.next_back();
    let alice = world.user("alice");
    alice.clicks(channel, &reminder.unwrap().ts, button).await;
}

#[test]
fn header_shows_when_the_next_update_is_due() {
    over_both_transports(async |world, [alice, ..]| {
        let channel = &declare_critical(world).await.channel;
        let is_due =
            |time: &str| assert_eq!(next_update_due(world, channel).as_deref(), Some(time));
        is_due("14:35");
        // Only a status update moves the due time to half an hour later.
        world.advance(10 * MINUTE).await;
        alice
            .types(channel, "/datadog incident note We look at it.")
            .await;
        alice
            .updates(channel, &[("What happened", "A slow query.")])
            .await;
        is_due("14:35");
        alice
            .types(channel, "/datadog incident update We look at it.")
            .await;
        is_due("14:45");
        // Each reminder schedules the next one.
        world.advance(30 * MINUTE).await;
        is_due("15:15");
        world.advance(5 * MINUTE).await;
        click_last_reminder(world, channel, "snooze_reminder").await;
        is_due("15:20");
        world.advance(30 * MINUTE).await;
        is_due("15:50");
        click_last_reminder(world, channel, "stop_reminders").await;
        assert_eq!(next_update_due(world, channel), None);
        alice.updates(channel, &[RESOLVED]).await;
        assert_eq!(next_update_due(world, channel), None);
        alice.updates(channel, &[("Status", "ACTIVE")]).await;
        is_due("15:50");
        // Less severe incidents have no reminders by default.
        alice.updates(channel, &[SEV_3]).await;
        assert_eq!(next_update_due(world, channel), None);
        world.expects_unread(
            14,
            "header, announcement, four announcement replies, six posts, two reminders",
        );
    });
}

#[test]
fn briefing_shows_when_the_next_update_is_due() {
    scenario(async |world, [_, bob, ..]| {
        let channel = declare_critical(world).await.channel;
        bob.joins(&channel).await;
        let briefings = world.unread_briefings("bob");
        assert!(
            briefings[0].contains("\n*Next update due* 2026-11-23 14:35 UTC\n"),
            "{briefings:?}"
        );
    });
}

#[test]
fn header_is_edited_only_when_its_content_changes() {
    over_http(async |world, [alice, ..]| {
        let channel = &declare_critical(world).await.channel;
        let before = count_message_edits(world);
        world.advance(MINUTE).await;
        let mut written = Vec::new();
        for number in 0..10 {
            written.push(
                alice
                    .posts(channel, &format!("Looking at host {number}"))
                    .await,
            );
        }
        for ts in &written {
            world
                .slack
                .runs_message_action("alice", channel, ts, "add_to_incident")
                .await;
        }
        world.deliver_all().await;
        assert_eq!(
            count_message_edits(world),
            before,
            "there was no status update"
        );
        assert_eq!(next_update_due(world, channel).as_deref(), Some("14:35"));
        // All updates are stored before any delivery is sent.
        for ts in &written {
            let update = format!("/datadog incident update I read {ts}");
            world.slack.types("alice", channel, &update).await;
        }
        world.deliver_all_advancing().await;
        let edited = count_message_edits(world) - before;
        assert!((1..=2).contains(&edited), "{edited} edits");
        assert_eq!(next_update_due(world, channel).as_deref(), Some("14:36"));
        world.expects_unread(31, "header, 10 replies, 10 posts, 10 announcement replies");
    });
}

#[test]
fn header_shows_no_due_time_when_reminders_are_disabled() {
    over_http(async |world, [alice, ..]| {
        let channel = &declare_critical(world).await.channel;
        world.change_settings(&[("reminder_minutes", json!({}))]);
        world.advance(30 * MINUTE).await;
        assert_eq!(next_update_due(world, channel), None);
        world.change_settings(&[("reminder_minutes", json!({ "SEV-1": 60 }))]);
        alice
            .types(channel, "/datadog incident update We look at it.")
            .await;
        assert_eq!(next_update_due(world, channel).as_deref(), Some("15:35"));
        world.expects_unread(3, "header, post, announcement reply");
    });
}
