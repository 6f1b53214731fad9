//! Crash tests for scheduled work: reminders and channel archiving.

use muster::clock::Clock;
use muster::domain::DeliveryKind;
use muster::store::OfflineSettings;
use muster_commands::payload::button_click;
use muster_commands::settings;
use muster_sandbox::AccountKind;
use serde_json::json;

use super::deliveries::declare_incident;
use crate::exactly_once::{assert_event_count, test_button_redelivery};
use crate::expected_state::CHANNEL;
use crate::harness::{World, assert_accepted, wait_for};
use crate::kill_points::{KillPoint, SendMode, kill_at};
use crate::matrix::run_matrix;
use crate::redelivery;
use crate::redelivery::kill_and_redeliver;
use crate::request_kinds::RequestName;

/// Kills the bot while it posts a reminder.
pub async fn kill_during_reminder(kind: DeliveryKind) {
    run_matrix(
        "a reminder",
        &KillPoint::ALL,
        async move |mut world: World, kill_point| {
            declare_incident(&world).await;
            world.deliver_all().await;
            kill_at(
                &mut world,
                (kind, SendMode::Create, kill_point),
                async |world| {
                    make_due_and_wake(world, "update").await;
                },
            )
            .await;
            world.start_app().await;
            world.deliver_all().await;
            let posts = world.slack.messages(CHANNEL).into_iter();
            let reminders =
                posts.filter(|it| it.rendered_text().contains("nobody has said for 1 day"));
            assert_eq!(reminders.count(), 1, "the reminders");
            assert_eq!(
                world.database.count("outbox WHERE kind = 'post_reminder'"),
                1
            );
            let waiting = "reminders WHERE kind = 'update' AND state = 'waiting'";
            assert_eq!(world.database.count(waiting), 1, "the next reminder");
            assert_eq!(world.log_warnings(), Vec::<String>::new());
        },
    )
    .await;
}

/// Kills the bot while it archives the channel of a resolved incident.
pub async fn kill_during_archiving(kind: DeliveryKind) {
    run_matrix(
        "archiving",
        &KillPoint::ALL,
        async move |mut world: World, kill_point| {
            set_archive_after_one_day(&world);
            declare_incident(&world).await;
            world.deliver_all().await;
            let text = "/datadog incident update";
            let resolved = [("Status", "RESOLVED")];
            let form = world.open_modal(("alice", CHANNEL), text, &resolved).await;
            world.submit_modal("alice", &form).await;
            world.deliver_all().await;
            kill_at(
                &mut world,
                (kind, SendMode::Create, kill_point),
                async |world| {
                    make_due_and_wake(world, "archive").await;
                },
            )
            .await;
            world.start_app().await;
            world.deliver_all().await;
            assert!(world.slack.is_archived(CHANNEL));
            // Slack sends an event as well. A bot that has not fetched its own identity records it like an
            // archiving by a user.
            let archived = "timeline WHERE json_extract(event, '$.event') IN
                        ('channel_auto_archived', 'channel_archived')";
            assert_eq!(world.database.count(archived), 1, "the timeline entries");
            assert_eq!(
                world.database.count("reminders WHERE due_at IS NOT NULL"),
                0
            );
            assert_eq!(world.log_warnings(), Vec::<String>::new());
        },
    )
    .await;
}

/// Waits for a reminder. Returns its channel and `ts`.
async fn post_reminder(world: &World) -> (String, String) {
    make_due_and_wake(world, "update").await;
    let posted = "outbox WHERE kind = 'post_reminder' AND state = 'done'";
    let is_posted = async || world.database.count(posted) == 1;
    wait_for("reminder", is_posted).await;
    let mut posts = world.slack.messages(CHANNEL).into_iter();
    let reminder = posts.find(|it| it.rendered_text().contains("nobody has said"));
    (CHANNEL.to_owned(), reminder.unwrap().ts)
}

#[tokio::test]
async fn redelivered_stop_click_stops_reminders_once() {
    test_button_redelivery(button_click::STOP_REMINDERS, post_reminder, |world| {
        assert_event_count(world, "reminders_stopped", 1);
        let stopped = "reminders WHERE kind = 'update' AND state = 'stopped'";
        assert_eq!(world.database.count(stopped), 1);
    })
    .await;
}

#[tokio::test]
async fn redelivered_snooze_click_snoozes_the_reminder_once() {
    test_button_redelivery(button_click::SNOOZE, post_reminder, |world| {
        let waiting = "reminders WHERE kind = 'update' AND state = 'waiting'
                          AND due_at > strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+25 minutes')
                          AND due_at < strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+30 minutes')";
        assert_eq!(
            world.database.count(waiting),
            1,
            "half an hour from the click"
        );
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
            let origin = ("olga", "#general");
            let days = [("Archive after", "3")];
            let form = world.open_modal(origin, "/datadog settings", &days).await;
            let slack = world.slack.clone();
            let gesture = slack.submits("olga", &form);
            kill_and_redeliver(
                &mut world,
                (kill_point, RequestName::Modal(settings::CALLBACK_ID)),
                gesture,
            )
            .await;
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
async fn make_due_and_wake(world: &World, kind: &str) {
    world.database.make_reminder_due(kind);
    let result = world.slack.types("chioma", "#general", "/datadog help");
    assert_accepted(&result.await);
}
