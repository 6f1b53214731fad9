//! Crash tests for the postmortem: the requests that generate, attach and edit it, and its reminder.

use muster::clock::Clock;
use muster::store::OfflineSettings;
use muster_commands::payload::button_click;
use muster_commands::postmortem_modal;
use muster_sandbox::{AccountKind, Message};
use serde_json::json;

use crate::app_messages::direct_messages;
use crate::deliveries::overdue_notice::daytime_zone;
use crate::deliveries::reminders::make_due_and_wake;
use crate::harness::prelude::*;

const POSTMORTEM: &str = "/datadog incident postmortem";

/// Allows postmortems of open incidents.
fn allow_at_any_time(world: &World) {
    let mut offline = OfflineSettings::open(world.database.path().as_ref()).unwrap();
    let changes = [("postmortem_any_time".to_owned(), json!(true))];
    let changed = offline.change(|before| before.with_values(changes), Clock::system().now());
    assert_eq!(changed.unwrap().unwrap().len(), 1);
}

/// Returns the bot's replies in the thread of the announcement.
fn announcement_replies(world: &World) -> Vec<String> {
    let announcements = world.slack.messages("incidents");
    let mut announcements = announcements.iter();
    let announcement = announcements.find(|it| it.rendered_text().starts_with("IR-1 "));
    let ts = &announcement.expect("the incident is not announced").ts;
    let replies = world.slack.replies("incidents", ts);
    replies
        .iter()
        .map(|it| it.rendered_text().to_owned())
        .collect()
}

/// Checks that alice generated the postmortem once.
fn assert_generated_once(world: &World) {
    assert_event_count(world, "postmortem_generated", 1);
    assert_eq!(world.database.count("postmortems"), 1);
    assert_eq!(world.database.count("postmortem_sections"), 11);
    assert_eq!(world.database.count("postmortem_revisions"), 11);
    assert_activity_posted(world, "alice generated the postmortem. bob owns it.");
    let reply = "alice generated the postmortem. bob owns it.";
    assert_eq!(announcement_replies(world), [reply]);
}

#[tokio::test]
async fn redelivered_postmortem_modal_generates_it_once() {
    let fills = async |world: &World| {
        allow_at_any_time(world);
        world.open_modal("alice", CHANNEL, POSTMORTEM, &[]).await
    };
    let request_name = RequestName::Modal(postmortem_modal::CALLBACK_ID);
    test_modal_redelivery(request_name, fills, assert_generated_once).await;
}

#[tokio::test]
async fn redelivered_postmortem_command_attaches_the_document_once() {
    let url = "https://example.com/pm";
    let prepare = async |world: &World| allow_at_any_time(world);
    let gesture = async |slack: &Sandbox, (): &()| {
        let command = format!("{POSTMORTEM} {url} Disk full");
        slack.types("alice", CHANNEL, &command).await
    };
    let request_name = RequestName::Command("postmortem");
    test_redelivery(request_name, prepare, gesture, |world, ()| {
        assert_event_count(world, "postmortem_attached", 1);
        assert_eq!(
            world.database.query("SELECT attached_url FROM postmortems"),
            [url]
        );
        let attached = "alice attached the postmortem Disk full.";
        assert_activity_posted(world, attached);
        assert_eq!(announcement_replies(world), [attached]);
        let bookmarks = world.slack.bookmarks(CHANNEL).into_iter();
        let ours = bookmarks.filter(|it| it.title == "Postmortem" && it.link == url);
        assert_eq!(ours.count(), 1, "the bookmarks");
    })
    .await;
}

#[tokio::test]
async fn redelivered_edit_postmortem_modal_completes_it_once() {
    let fills = async |world: &World| {
        allow_at_any_time(world);
        let form = world.open_modal("alice", CHANNEL, POSTMORTEM, &[]).await;
        world.submit_modal("alice", &form).await;
        world.deliver_all().await;
        let (channel, ts) = open_ephemeral(world, POSTMORTEM).await;
        let click = world
            .slack
            .clicks("alice", &channel, &ts, "postmortem_open", None);
        assert_accepted(&click.await);
        world.fill_modal("alice", &[("Status", "Completed")]).await
    };
    let request_name = RequestName::Modal(postmortem_modal::EDIT_CALLBACK_ID);
    test_modal_redelivery(request_name, fills, |world| {
        assert_event_count(world, "postmortem_status_changed", 1);
        let frozen = "postmortem_sections WHERE frozen IS NOT NULL";
        assert_eq!(world.database.count(frozen), 11);
        let completed = "alice changed the postmortem: Draft → Completed.";
        assert_activity_posted(world, completed);
        let replies = announcement_replies(world);
        assert_eq!(replies.last().map(String::as_str), Some(completed));
    })
    .await;
}

/// Resolves the incident with a commander in whose zone it is daytime.
async fn resolve_by_day(world: &World) {
    let zone = daytime_zone();
    world
        .slack
        .add_user("olga", "Olga Owner", zone, AccountKind::Member);
    for command in ["commander @olga", "resolve Rolled back."] {
        run_command(world, &format!("/datadog incident {command}")).await;
    }
    world.deliver_all().await;
}

/// Returns the texts of the reminders in the channel, and of those to olga.
fn reminders(world: &World) -> [Vec<String>; 2] {
    let texts_of = |messages: Vec<Message>| {
        let texts = messages.iter().map(|it| it.rendered_text().to_owned());
        texts
            .filter(|it| it.contains("has no postmortem yet"))
            .collect()
    };
    [
        texts_of(world.slack.messages(CHANNEL)),
        texts_of(direct_messages(&world.slack, "olga")),
    ]
}

#[tokio::test]
async fn postmortem_reminder_is_sent_once_to_the_commander_and_the_channel() {
    // The post in the channel follows the direct message; `deliveries/reminders` kills the bot during such a post.
    let case = DeliveryCase::create(DeliveryKind::SendDirectMessage, "a missing postmortem");
    let act = async |world: &World, (): &()| make_due_and_wake(world, "postmortem_reminder").await;
    kill_during(case, resolve_by_day, act, |world, ()| {
        assert_eq!(reminders(world).map(|it| it.len()), [1, 1]);
        let next = "schedule WHERE kind = 'postmortem_reminder' AND due_at IS NOT NULL";
        assert_eq!(world.database.count(next), 1, "the next reminder");
        assert_eq!(world.log_warnings(), [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn redelivered_stop_click_stops_postmortem_reminders_once() {
    let post_reminder = async |world: &World| {
        resolve_by_day(world).await;
        make_due_and_wake(world, "postmortem_reminder").await;
        let posted = "outbox WHERE kind = 'post_reminder' AND state = 'done'";
        wait_for("reminder", async || world.database.count(posted) == 1).await;
        let mut posts = world.slack.messages(CHANNEL).into_iter();
        let reminder = posts.find(|it| it.rendered_text().contains("has no postmortem yet"));
        (CHANNEL.to_owned(), reminder.unwrap().ts)
    };
    test_button_redelivery(button_click::STOP_REMINDERS, post_reminder, |world| {
        assert_event_count(world, "reminders_stopped", 1);
        let stopped = "schedule WHERE kind = 'postmortem_reminder' AND stopped = 1";
        assert_eq!(world.database.count(stopped), 1);
    })
    .await;
}
