//! Crash tests for notifications that users send: the form and its deliveries.

use std::collections::HashSet;

use muster_commands::notify;
use muster_sandbox::Mail;

use crate::deliveries::declare_and_deliver;
use crate::harness::prelude::*;
use crate::kill_points::kill_at;
use crate::redelivery::kill_when_stored;
use crate::web_form::{WebForm, post, sign_in, test_form_redelivery};

/// The form of a notification to bob, to a group with bob and chioma, and to a channel.
const FORM: WebForm = WebForm {
    route: "/incidents/{id}/notifications/new",
    path: "/incidents/1/notifications/new",
    user: "alice",
    fields: &[
        ("to", "bob, @oncall, #general"),
        ("subject", "Checkout is being fixed"),
        ("body", "We roll back."),
        ("step", "send"),
    ],
    prepared_by: &[],
    sent_before: None,
};

const SUBJECT: &str = "Checkout is being fixed";

/// Returns the number of messages in a channel that contain the subject.
fn count_posts(world: &World, channel: &str) -> usize {
    let messages = world.slack.messages(channel).into_iter();
    let messages = messages.filter(|it| it.rendered_text().contains(SUBJECT));
    messages.count()
}

/// Returns the number of mails to a user, without copies, and of direct messages. A user who could not be fetched in
/// time gets the latter.
fn count_received(world: &World, user: &str) -> usize {
    let mails = world.slack.mails_to(&format!("{user}@acme.example"));
    let ids: HashSet<String> = mails.iter().map(Mail::message_id).collect();
    let channel = world.slack.direct_message_channel(user);
    let posts = channel.map_or(0, |channel| count_posts(world, channel.as_ref()));
    ids.len() + posts
}

/// Checks that each target received the notification once.
fn assert_notified_once(world: &World) {
    for user in ["bob", "chioma"] {
        assert_eq!(count_received(world, user), 1, "{user}");
    }
    assert_eq!(count_posts(world, "general"), 1);
    let states = "SELECT state FROM notification_targets";
    assert_eq!(world.database.query(states), ["sent"; 4]);
    assert_event_count(world, "notification_sent", 1);
    assert_eq!(world.database.count("notifications"), 1);
}

#[tokio::test]
async fn repeated_notification_form_notifies_once() {
    test_form_redelivery(&FORM, assert_notified_once).await;
}

/// Kills the bot during a delivery of a notification.
pub async fn kill_during_notification(kind: DeliveryKind) {
    let case = DeliveryCase::create(kind, "a notification");
    let name = case.to_string();
    run_web_matrix(
        &name,
        &KillPoint::ALL,
        async move |mut world: World, kill_point| {
            declare_and_deliver(&world).await;
            let cookie = sign_in(&world, FORM.user).await;
            if kind == DeliveryKind::PrepareNotification {
                // It makes no call that could be held.
                send_and_kill(&mut world, &cookie).await;
            } else {
                let send = async |world: &World| drop(post(world, &FORM, &cookie).await);
                kill_at(&mut world, case, kill_point, send).await;
            }
            world.start_app().await;
            world.deliver_all().await;
            assert_notified_once(&world);
            world.assert_all_is_done();
        },
    )
    .await;
}

/// Sends the form and kills the bot as soon as the notification is stored.
async fn send_and_kill(world: &mut World, cookie: &str) {
    let before = world.database.count("inbox");
    let watched = kill_when_stored(world.database.clone(), before, world.kill_handle());
    let watching = tokio::task::spawn_blocking(watched);
    // A response that arrived just before the kill does not matter.
    drop(post(world, &FORM, cookie).await);
    watching.await.unwrap();
    world.kill_app().await;
}

#[tokio::test]
async fn redelivered_notify_modal_notifies_once() {
    let fields = [
        ("Other recipients", "@bob\n@oncall\n#general"),
        ("Subject", "Checkout is being fixed"),
        ("Body", "We roll back."),
    ];
    let command = "/datadog incident notify";
    let request_name = RequestName::Modal(notify::CALLBACK_ID);
    test_command_modal_redelivery(request_name, command, &fields, assert_notified_once).await;
}

#[tokio::test]
async fn repeated_draft_form_saves_one_draft() {
    let form = WebForm {
        fields: &[("to", "#general"), ("subject", "Later"), ("step", "draft")],
        ..FORM
    };
    test_form_redelivery(&form, |world| {
        let drafts = "SELECT subject FROM notification_drafts";
        assert_eq!(world.database.query(drafts), ["Later"]);
    })
    .await;
}

#[tokio::test]
async fn repeated_form_of_a_draft_sends_it_once_and_deletes_it() {
    let draft = &[
        ("key", "before"),
        ("to", "#general"),
        ("subject", "Later"),
        ("step", "draft"),
    ];
    let mut form = FORM;
    form.fields = &[
        ("draft", "1"),
        ("to", "bob, @oncall, #general"),
        ("subject", "Checkout is being fixed"),
        ("body", "We roll back."),
        ("step", "send"),
    ];
    form.sent_before = Some(("/incidents/1/notifications/new", draft));
    test_form_redelivery(&form, |world| {
        assert_notified_once(world);
        assert_eq!(world.database.count("notification_drafts"), 0);
    })
    .await;
}
