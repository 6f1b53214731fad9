//! Reminders of existing incidents follow changes of the settings.

use muster_sandbox::AccountKind;
use serde_json::json;

use crate::harness::prelude::*;

const MINUTE: i64 = 60;
const DAY: i64 = 24 * 60 * MINUTE;

/// Declares an incident of the given severity as alice.
async fn declare_with_severity(world: &World, severity: &str) -> DeclaredIncident {
    let severity = ("Severity Level", severity);
    let alice = world.user("alice");
    alice.declares_with("Checkout is slow", &[severity]).await
}

/// Returns the due time of the next update in the pinned header.
fn next_update_due(world: &World, channel: &str) -> Option<String> {
    let pinned = world.slack.pins(channel).pop();
    let header = world.slack.message(channel, &pinned?)?;
    header.rendered_text().lines().find_map(|entry| {
        let due = entry.strip_prefix("*Next update due* 2026-11-23 ")?;
        due.strip_suffix(" UTC").map(str::to_owned)
    })
}

/// Reads the posted reminders. Returns the silence that each of them states.
fn read_reminders(user: &TestUser<'_>, channel: &str) -> Vec<String> {
    let read = user.reads(channel).into_iter();
    let long = |it: String| {
        let (_, rest) = it.split_once("no update for ")?;
        Some(rest.split_once(". What's the latest?")?.0.to_owned())
    };
    read.filter_map(long).collect()
}

#[test]
fn changed_interval_applies_to_existing_incidents() {
    over_both_transports(async |world, [alice, ..]| {
        let zone = "Europe/Oslo";
        world
            .slack
            .add_user("olga", "Olga Owner", zone, AccountKind::Admin);
        let olga = world.user("olga");
        let channel = &declare_with_severity(world, "SEV-1 Critical").await.channel;
        let is_due =
            |time: Option<&str>| assert_eq!(next_update_due(world, channel).as_deref(), time);
        is_due(Some("14:35"));
        world.advance(10 * MINUTE).await;
        // Changed in a terminal, while the bot is running.
        world.change_settings(&[("reminder_minutes", json!({ "SEV-1": 60 }))]);
        world.deliver_all().await;
        is_due(Some("15:05"));
        world.advance(49 * MINUTE).await;
        assert_eq!(read_reminders(&alice, channel), [""; 0]);
        world.advance(MINUTE).await;
        assert_eq!(read_reminders(&alice, channel), ["1 hour"]);
        is_due(Some("16:05"));
        // Changed in Slack.
        olga.types("#general", "/datadog settings").await;
        let screen = olga
            .submits(&[("Update reminders (minutes)", "SEV-1: 45")])
            .await;
        assert!(screen.errors.is_empty(), "{screen:?}");
        olga.closes_modal().await;
        is_due(Some("15:50"));
        // An overdue reminder does not fire at once, and not later than its old due time.
        world.advance(40 * MINUTE).await;
        world.change_settings(&[("reminder_minutes", json!({ "SEV-1": 30 }))]);
        world.deliver_all().await;
        assert_eq!(read_reminders(&alice, channel), [""; 0]);
        is_due(Some("15:50"));
        world.advance(5 * MINUTE).await;
        assert_eq!(read_reminders(&alice, channel), ["1 hour 45 min"]);
        is_due(Some("16:20"));
        world.change_settings(&[("reminder_minutes", json!({}))]);
        world.deliver_all().await;
        is_due(None);
        world.advance(DAY).await;
        assert_eq!(read_reminders(&alice, channel), [""; 0]);
    });
}

#[test]
fn newly_enabled_reminder_counts_from_the_last_activity() {
    scenario(async |world, [alice, ..]| {
        let channel = &declare_with_severity(world, "SEV-3 Moderate").await.channel;
        world.advance(100 * MINUTE).await;
        world.change_settings(&[("reminder_minutes", json!({ "SEV-3": 90 }))]);
        world.deliver_all().await;
        assert_eq!(read_reminders(&alice, channel), [""; 0]);
        assert_eq!(next_update_due(world, channel).as_deref(), Some("17:05"));
        world.advance(80 * MINUTE).await;
        assert_eq!(read_reminders(&alice, channel), ["3 hours"]);
    });
}

#[test]
fn snoozed_reminder_is_unaffected_when_the_interval_changes() {
    scenario(async |world, [alice, ..]| {
        let channel = &declare_with_severity(world, "SEV-1 Critical").await.channel;
        world.advance(30 * MINUTE).await;
        let messages = world.slack.messages(channel).into_iter();
        let mut reminder = messages.filter(|it| it.rendered_text().ends_with(" [Stop]"));
        let ts = reminder.next_back().unwrap().ts;
        alice.clicks(channel, &ts, "snooze_reminder").await;
        alice.reads_ephemeral();
        world.expects_unread(2, "header, reminder");
        world.change_settings(&[("reminder_minutes", json!({ "SEV-1": 5 }))]);
        world.advance(29 * MINUTE).await;
        assert_eq!(read_reminders(&alice, channel), [""; 0]);
        world.advance(MINUTE).await;
        assert_eq!(read_reminders(&alice, channel), ["1 hour"]);
        world.advance(5 * MINUTE).await;
        assert_eq!(read_reminders(&alice, channel), ["1 hour 5 min"]);
    });
}

#[test]
fn settings_changed_while_the_app_is_stopped_apply_after_the_start() {
    scenario(async |world, [alice, ..]| {
        let channel = &declare_with_severity(world, "SEV-1 Critical").await.channel;
        world.advance(10 * MINUTE).await;
        world.stop().await;
        world.change_settings(&[("reminder_minutes", json!({ "SEV-1": 60 }))]);
        world.advance(30 * MINUTE).await;
        world.start().await;
        assert_eq!(read_reminders(&alice, channel), [""; 0]);
        assert_eq!(next_update_due(world, channel).as_deref(), Some("15:05"));
        world.advance(20 * MINUTE).await;
        assert_eq!(read_reminders(&alice, channel), ["1 hour"]);
    });
}

#[test]
fn archiving_follows_the_current_setting_with_a_day_of_delay() {
    over_http(async |world, [alice, ..]| {
        let resolves = async || {
            let declared = declare_with_severity(world, "SEV-3 Moderate").await;
            let resolved = [RESOLVED];
            alice.updates(&declared.channel, &resolved).await;
            world.expects_unread(4, "header, announcement, its reply, post");
            declared.channel
        };
        let is_archived = |channel: &str| world.slack.is_archived(channel);
        // Resolved while archiving was off.
        let old = resolves().await;
        world.advance(20 * DAY + DAY / 2).await;
        let young = resolves().await;
        world.change_settings(&[("archive_after_days", json!(30))]);
        world.advance(5 * DAY).await;
        world.change_settings(&[("archive_after_days", json!(7))]);
        world.deliver_all().await;
        world.advance(DAY).await;
        assert!(!is_archived(&old) && !is_archived(&young));
        world.advance(DAY / 2).await;
        assert!(is_archived(&old) && !is_archived(&young));
        world.advance(DAY / 2).await;
        assert!(is_archived(&young));
        alice.reads("#incidents");
    });
}
