//! Crash tests for scheduled work: reminders and channel archiving.

use muster::clock::Clock;
use muster::store::OfflineSettings;
use muster_commands::payload::button_click;
use muster_commands::settings;
use muster_domain::DeliveryKind;
use muster_sandbox::{AccountKind, Message};
use serde_json::json;

use crate::exactly_once::{assert_event_count, test_button_redelivery};
use crate::expected_state::CHANNEL;
use crate::harness::{World, assert_accepted, no_preparation, wait_for};
use crate::kill_points::{DeliveryCase, kill_during};
use crate::matrix::run_matrix;
use crate::redelivery;
use crate::redelivery::kill_and_redeliver;
use crate::request_kinds::RequestName;

/// Kills the bot while it posts a reminder.
pub async fn kill_during_reminder(kind: DeliveryKind) {
    let case = DeliveryCase::create(kind, "an active incident");
    let act = async |world: &World, (): &()| make_due_and_wake(world, "update_reminder").await;
    kill_during(case, no_preparation, act, |world, ()| {
        let posts = world.slack.messages(CHANNEL).into_iter();
        let reminders = posts.filter(|it| it.rendered_text().contains("no update for 1 day"));
        assert_eq!(reminders.count(), 1, "the reminders");
        let enqueued = "outbox WHERE kind = 'post_reminder'";
        assert_eq!(world.database.count(enqueued), 1);
        let waiting = "schedule WHERE kind = 'update_reminder' AND due_at IS NOT NULL";
        assert_eq!(world.database.count(waiting), 1, "the next reminder");
        assert_eq!(world.log_warnings(), [""; 0]);
    })
    .await;
}

/// Kills the bot while it rewrites a reminder that a status update answered.
pub async fn kill_during_answered_reminder(kind: DeliveryKind) {
    let case = DeliveryCase::edit(kind, "an answered reminder");
    let act = async |world: &World, _: &(String, String)| {
        let command = "/datadog incident update On it.";
        assert_accepted(&world.slack.types("alice", CHANNEL, command).await);
    };
    kill_during(case, post_reminder, act, |world, (channel, ts)| {
        let reminder = world.slack.message(channel, ts).unwrap();
        let text = reminder.rendered_text();
        assert!(text.starts_with("Answered by "), "{text}");
        assert!(!text.contains("[Stop]"), "{text}");
        let enqueued = "outbox WHERE kind = 'edit_reminder'";
        assert_eq!(world.database.count(enqueued), 1);
        assert_eq!(world.log_warnings(), [""; 0]);
    })
    .await;
}

/// Kills the bot while it archives the channel of a resolved incident.
pub async fn kill_during_archiving(kind: DeliveryKind) {
    let case = DeliveryCase::create(kind, "a resolved incident");
    let resolve = async |world: &World| {
        set_archive_after_one_day(world);
        let (text, resolved) = ("/datadog incident update", [("Status", "RESOLVED")]);
        let form = world.open_modal("alice", CHANNEL, text, &resolved).await;
        world.submit_modal("alice", &form).await;
    };
    let act = async |world: &World, (): &()| make_due_and_wake(world, "channel_archiving").await;
    kill_during(case, resolve, act, |world, ()| {
        assert!(world.slack.is_archived(CHANNEL));
        // Slack sends an event as well. A bot that has not fetched its own identity records it like an
        // archiving by a user.
        let entries = "timeline WHERE json_extract(event, '$.event') IN
                       ('channel_auto_archived', 'channel_archived')";
        assert_eq!(world.database.count(entries), 1, "the timeline entries");
        let scheduled = "schedule WHERE due_at IS NOT NULL AND kind <> 'postmortem_reminder'";
        assert_eq!(world.database.count(scheduled), 0);
        assert_eq!(world.log_warnings(), [""; 0]);
    })
    .await;
}

/// Waits for a reminder. Returns its channel and `ts`.
pub async fn post_reminder(world: &World) -> (String, String) {
    make_due_and_wake(world, "update_reminder").await;
    let posted = "outbox WHERE kind = 'post_reminder' AND state = 'done'";
    let is_posted = async || world.database.count(posted) == 1;
    wait_for("reminder", is_posted).await;
    let mut posts = world.slack.messages(CHANNEL).into_iter();
    let reminder = posts.find(|it| it.rendered_text().contains("no update for"));
    (CHANNEL.to_owned(), reminder.unwrap().ts)
}

#[tokio::test]
async fn redelivered_stop_click_stops_reminders_once() {
    test_button_redelivery(button_click::STOP_REMINDERS, post_reminder, |world| {
        assert_event_count(world, "reminders_stopped", 1);
        let stopped = "schedule WHERE kind = 'update_reminder' AND stopped = 1";
        assert_eq!(world.database.count(stopped), 1);
        assert_reminder_closed(world, "Reminders stopped by ");
    })
    .await;
}

/// Checks that the only reminder was rewritten.
fn assert_reminder_closed(world: &World, begins: &str) {
    let posts = world.slack.messages(CHANNEL);
    let texts: Vec<&str> = posts.iter().map(Message::rendered_text).collect();
    let closed = texts.iter().filter(|text| text.starts_with(begins));
    assert_eq!(closed.count(), 1, "{texts:#?}");
    assert!(
        !texts.iter().any(|text| text.ends_with("[Stop]")),
        "{texts:#?}"
    );
}

#[tokio::test]
async fn redelivered_snooze_click_snoozes_the_reminder_once() {
    test_button_redelivery(button_click::SNOOZE, post_reminder, |world| {
        let waiting = "schedule WHERE kind = 'update_reminder'
                          AND due_at > strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+25 minutes')
                          AND due_at < strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+30 minutes')";
        assert_eq!(
            world.database.count(waiting),
            1,
            "half an hour from the click"
        );
        assert_reminder_closed(world, "Snoozed by ");
    })
    .await;
}

#[tokio::test]
async fn redelivered_settings_modal_is_stored_once() {
    let kill_points = redelivery::RequestKillPoint::ALL;
    run_matrix(
        "the settings modal",
        &kill_points,
        async |mut world: World, kill_point| {
            let zone = "Europe/Oslo";
            world
                .slack
                .add_user("olga", "Olga Owner", zone, AccountKind::Admin);
            let (text, days) = (
                "/datadog settings",
                [("Archive channels after (days)", "3")],
            );
            let form = world.open_modal("olga", "#general", text, &days).await;
            let slack = world.slack.clone();
            let gesture = slack.submits("olga", &form);
            let request_name = RequestName::Modal(settings::CALLBACK_ID);
            kill_and_redeliver(&mut world, kill_point, request_name, gesture).await;
            let stored = world
                .database
                .query("SELECT key || ' ' || value FROM settings");
            assert_eq!(stored, ["archive_after_days 3"]);
        },
    )
    .await;
}

fn set_archive_after_one_day(world: &World) {
    let mut offline = OfflineSettings::open(world.database.path().as_ref()).unwrap();
    let changes = [("archive_after_days".to_owned(), json!(1))];
    let changed = offline.change(|before| before.with_values(changes), Clock::system().now());
    assert_eq!(changed.unwrap().unwrap().len(), 1);
}

/// Makes a schedule entry due now, and wakes the worker with a command of an unresolved user.
pub async fn make_due_and_wake(world: &World, kind: &str) {
    world.database.make_scheduled_due(kind);
    let result = world.slack.types("chioma", "#general", "/datadog help");
    assert_accepted(&result.await);
}
