//! Reminders of incidents that are there already follow the settings when these change.

use muster::sandbox::PersonKind;
use serde_json::json;

use super::person::{Declared, Person};
use super::world::{World, by_each_door, over_http};

const MINUTE: i64 = 60;
const DAY: i64 = 24 * 60 * MINUTE;

/// Has alice declare an incident of some severity.
async fn declares(world: &World, severity: &str) -> Declared {
    let severity = ("Severity Level", severity);
    let alice = world.person("alice");
    alice.declares_with("Checkout is slow", &[severity]).await
}

/// Gives when the pinned header says that the next update is due.
fn due(world: &World, channel: &str) -> Option<String> {
    let pinned = world.slack.pins(channel).pop();
    let header = world.slack.message(channel, &pinned?)?;
    header.as_read().lines().find_map(|line| {
        let due = line.strip_prefix("*Next update due* 2026-11-23 ")?;
        due.strip_suffix(" UTC").map(str::to_owned)
    })
}

/// Reads the reminders that came; gives for how long nobody said anything, by each of them.
fn reminders(person: &Person<'_>, channel: &str) -> Vec<String> {
    let read = person.reads(channel).into_iter();
    let long = |it: String| {
        let (_, rest) = it.split_once("nobody has said for ")?;
        Some(rest.split_once(" how things stand")?.0.to_owned())
    };
    read.filter_map(long).collect()
}

#[tokio::test]
async fn a_time_that_changes_holds_for_incidents_that_are_there_already() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let zone = "Europe/Oslo";
        world
            .slack
            .add_person("olga", "Olga Owner", zone, PersonKind::Admin);
        let olga = world.person("olga");
        let channel = &declares(world, "SEV-1 Critical").await.channel;
        let is_due = |time: Option<&str>| assert_eq!(due(world, channel).as_deref(), time);
        is_due(Some("14:35"));
        world.leaps(10 * MINUTE).await;
        // In a terminal, beside the bot that runs.
        world.sets(&[("reminder_minutes", json!({ "SEV-1": 60 }))]);
        world.settles().await;
        is_due(Some("15:05"));
        world.leaps(49 * MINUTE).await;
        assert_eq!(reminders(&alice, channel), [""; 0]);
        world.leaps(MINUTE).await;
        assert_eq!(reminders(&alice, channel), ["1 hour"]);
        is_due(Some("16:05"));
        // In Slack.
        olga.says("#general", "/datadog settings").await;
        let seen = olga.submits(&[("Reminders", "SEV-1: 45")]).await;
        assert!(seen.errors.is_empty(), "{seen:?}");
        olga.closes().await;
        is_due(Some("15:50"));
        // What would have come already does not come at once, nor later than it was to come.
        world.leaps(40 * MINUTE).await;
        world.sets(&[("reminder_minutes", json!({ "SEV-1": 30 }))]);
        world.settles().await;
        assert_eq!(reminders(&alice, channel), [""; 0]);
        is_due(Some("15:50"));
        world.leaps(5 * MINUTE).await;
        assert_eq!(reminders(&alice, channel), ["1 hour 45 minutes"]);
        is_due(Some("16:20"));
        world.sets(&[("reminder_minutes", json!({}))]);
        world.settles().await;
        is_due(None);
        world.leaps(DAY).await;
        assert_eq!(reminders(&alice, channel), [""; 0]);
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn a_severity_that_is_to_be_reminded_from_now_on_counts_from_what_was_done_last() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let channel = &declares(world, "SEV-3 Moderate").await.channel;
        world.leaps(100 * MINUTE).await;
        world.sets(&[("reminder_minutes", json!({ "SEV-3": 90 }))]);
        world.settles().await;
        assert_eq!(reminders(&alice, channel), [""; 0]);
        assert_eq!(due(world, channel).as_deref(), Some("17:05"));
        world.leaps(80 * MINUTE).await;
        assert_eq!(reminders(&alice, channel), ["3 hours"]);
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn what_somebody_put_off_comes_when_they_were_told() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let channel = &declares(world, "SEV-1 Critical").await.channel;
        world.leaps(30 * MINUTE).await;
        let messages = world.slack.messages(channel).into_iter();
        let mut reminder = messages.filter(|it| it.as_read().ends_with(" [Stop]"));
        let ts = reminder.next_back().unwrap().ts;
        alice.presses(channel, &ts, "snooze_reminder").await;
        alice.reads_alone();
        alice.reads_everything();
        world.sets(&[("reminder_minutes", json!({ "SEV-1": 5 }))]);
        world.leaps(29 * MINUTE).await;
        assert_eq!(reminders(&alice, channel), [""; 0]);
        world.leaps(MINUTE).await;
        assert_eq!(reminders(&alice, channel), ["1 hour"]);
        world.leaps(5 * MINUTE).await;
        assert_eq!(reminders(&alice, channel), ["1 hour 5 minutes"]);
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn what_changed_while_the_bot_was_away_holds_once_it_is_back() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let channel = &declares(world, "SEV-1 Critical").await.channel;
        world.leaps(10 * MINUTE).await;
        world.stops().await;
        world.sets(&[("reminder_minutes", json!({ "SEV-1": 60 }))]);
        world.leaps(30 * MINUTE).await;
        world.starts().await;
        assert_eq!(reminders(&alice, channel), [""; 0]);
        assert_eq!(due(world, channel).as_deref(), Some("15:05"));
        world.leaps(20 * MINUTE).await;
        assert_eq!(reminders(&alice, channel), ["1 hour"]);
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn channels_are_archived_by_the_days_of_today_and_none_without_a_day_to_think_again() {
    over_http(async |world| {
        let alice = world.person("alice");
        let resolves = async || {
            let declared = declares(world, "SEV-3 Moderate").await;
            let resolved = [("Status", "RESOLVED")];
            alice.updates(&declared.channel, &resolved).await;
            alice.reads_everything();
            declared.channel
        };
        let is_archived = |channel: &str| world.slack.is_archived(channel);
        // Resolved while nobody wanted channels archived.
        let old = resolves().await;
        world.leaps(20 * DAY + DAY / 2).await;
        let young = resolves().await;
        world.sets(&[("archive_after_days", json!(30))]);
        world.leaps(5 * DAY).await;
        world.sets(&[("archive_after_days", json!(7))]);
        world.settles().await;
        world.leaps(DAY).await;
        assert!(!is_archived(&old) && !is_archived(&young));
        world.leaps(DAY / 2).await;
        assert!(is_archived(&old) && !is_archived(&young));
        world.leaps(DAY / 2).await;
        assert!(is_archived(&young));
        alice.reads("#incidents");
    })
    .await;
}
