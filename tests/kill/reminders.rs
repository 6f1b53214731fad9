//! What is due some time later: reminders and archiving, killed at each of their moments.

use muster::clock::Clock;
use muster::domain::Owed;
use muster::sandbox::PersonKind;
use muster::store::Beside;
use muster_commands::{buttons, settings};
use serde_json::json;

use super::again::{self, comes_again};
use super::asks::Ask;
use super::blow::{Blow, Turn, strike};
use super::cases::each;
use super::deliveries::declares;
use super::once::{happened, presses};
use super::standing::CHANNEL;
use super::world::{World, eventually, is_fine};

/// Kills the bot while it posts a reminder.
pub async fn of_a_reminder(owed: Owed) {
    each(
        "a reminder",
        &Blow::ALL,
        async move |mut world: World, blow| {
            declares(&world).await;
            world.settles().await;
            strike(&mut world, (owed, Turn::First, blow), async |world| {
                comes_due(world, "update").await;
            })
            .await;
            world.starts().await;
            world.settles().await;
            let posts = world.slack.messages(CHANNEL).into_iter();
            let reminders = posts.filter(|it| it.as_read().contains("nobody has said for 1 day"));
            assert_eq!(reminders.count(), 1, "the reminders");
            assert_eq!(world.records.count("outbox WHERE kind = 'remind'"), 1);
            let waiting = "reminders WHERE kind = 'update' AND state = 'waiting'";
            assert_eq!(world.records.count(waiting), 1, "the next reminder");
            assert_eq!(world.complaints(), Vec::<String>::new());
        },
    )
    .await;
}

/// Kills the bot while it archives the channel of an incident that was resolved.
pub async fn of_an_archiving(owed: Owed) {
    each(
        "archiving",
        &Blow::ALL,
        async move |mut world: World, blow| {
            archives_after_a_day(&world);
            declares(&world).await;
            world.settles().await;
            let text = "/datadog incident update";
            let resolved = [("Status", "RESOLVED")];
            let form = world.opens(("alice", CHANNEL), text, &resolved).await;
            world.submits("alice", &form).await;
            world.settles().await;
            strike(&mut world, (owed, Turn::First, blow), async |world| {
                comes_due(world, "archive").await;
            })
            .await;
            world.starts().await;
            world.settles().await;
            assert!(world.slack.is_archived(CHANNEL));
            // Slack tells of it as well: a bot that does not know yet who it is takes its word for it.
            let told = "timeline WHERE json_extract(what, '$.what') IN
                        ('channel_put_away', 'channel_archived')";
            assert_eq!(world.records.count(told), 1, "what the timeline says");
            assert_eq!(world.records.count("reminders WHERE due_at IS NOT NULL"), 0);
            assert_eq!(world.complaints(), Vec::<String>::new());
        },
    )
    .await;
}

/// Lets a reminder come; gives where it stands.
async fn reminder_is_posted(world: &World) -> (String, String) {
    comes_due(world, "update").await;
    let posted = "outbox WHERE kind = 'remind' AND state = 'done'";
    let is_posted = async || world.records.count(posted) == 1;
    eventually("reminder", is_posted).await;
    let mut posts = world.slack.messages(CHANNEL).into_iter();
    let reminder = posts.find(|it| it.as_read().contains("nobody has said"));
    (CHANNEL.to_owned(), reminder.unwrap().ts)
}

#[tokio::test]
async fn a_click_that_comes_again_stops_reminders_once() {
    presses(buttons::STOP, reminder_is_posted, |world| {
        happened(world, "reminders_stopped", 1);
        let stopped = "reminders WHERE kind = 'update' AND state = 'stopped'";
        assert_eq!(world.records.count(stopped), 1);
    })
    .await;
}

#[tokio::test]
async fn a_click_that_comes_again_puts_a_reminder_off_once() {
    presses(buttons::SNOOZE, reminder_is_posted, |world| {
        let waiting = "reminders WHERE kind = 'update' AND state = 'waiting'
                          AND due_at > strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+25 minutes')
                          AND due_at < strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+30 minutes')";
        assert_eq!(
            world.records.count(waiting),
            1,
            "half an hour from the click"
        );
    })
    .await;
}

#[tokio::test]
async fn settings_that_come_again_are_stored_once() {
    let blows = again::Blow::ALL;
    each(
        "the form of settings",
        &blows,
        async |mut world: World, blow| {
            let zone = "Europe/Oslo";
            world
                .slack
                .add_person("olga", "Olga Owner", zone, PersonKind::Admin);
            let place = ("olga", "#general");
            let days = [("Archive after", "3")];
            let form = world.opens(place, "/datadog settings", &days).await;
            let slack = world.slack.clone();
            let gesture = slack.submits("olga", &form);
            comes_again(&mut world, (blow, Ask::Form(settings::FORM)), gesture).await;
            let stored = world
                .records
                .ask("SELECT key || ' ' || value FROM settings");
            assert_eq!(stored, ["archive_after_days 3"]);
        },
    )
    .await;
}

fn archives_after_a_day(world: &World) {
    let mut beside = Beside::open(world.records.path().as_ref()).unwrap();
    let wanted = [("archive_after_days".to_owned(), json!(1))];
    let changed = beside.change(|before| before.with(wanted), Clock::system().now());
    assert_eq!(changed.unwrap().unwrap().len(), 1);
}

/// Lets what is due some day be due now, and wakes the bot by a word of somebody whom it does not know yet.
async fn comes_due(world: &World, kind: &str) {
    world.records.is_due_now(kind);
    let seen = world.slack.types("chioma", "#general", "/datadog help");
    is_fine(&seen.await);
}
