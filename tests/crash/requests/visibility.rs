//! Crash tests for making an incident private: its move to another channel.

use muster_sandbox::{Input, Message};

use crate::app_messages::app_messages;
use crate::harness::prelude::*;

const PRIVATE_COMMAND: &str = "/datadog incident private";

const RESPONDERS_COMMAND: &str = "/datadog incident responders";

/// The name of the new channel.
const NEW_CHANNEL: &str = "incident-1-checkout-is-slow-2";

/// Kills the bot during a delivery of a move.
pub async fn kill_during_channel_move(kind: DeliveryKind) {
    let case = DeliveryCase::create(kind, "a move");
    let make_private = async |world: &World, (): &()| make_private(world).await;
    kill_during(case, add_chioma, make_private, |world, ()| {
        assert_moved(world);
    })
    .await;
}

/// Kills the bot during a delivery after chioma was removed as a responder of a private incident.
pub async fn kill_during_responder_removal(kind: DeliveryKind) {
    let case = DeliveryCase::create(kind, "a removed responder");
    let prepare = async |world: &World| {
        add_chioma(world).await;
        world.deliver_all().await;
        make_private(world).await;
    };
    let remove_chioma = async |world: &World, (): &()| {
        let slack = &world.slack;
        assert_accepted(&slack.types("alice", NEW_CHANNEL, RESPONDERS_COMMAND).await);
        let form = world.fill_modal("alice", &[]).await;
        let stays = Input::Many(vec!["alice".to_owned()]);
        let filled = slack.fills("alice", &form, "Responder", stays).await;
        assert_eq!(filled, Ok(()));
        world.submit_modal("alice", &form).await;
    };
    kill_during(case, prepare, remove_chioma, |world, ()| {
        assert_chioma_left(world);
    })
    .await;
}

/// Checks that chioma is not in the private channel and that one post says so.
fn assert_chioma_left(world: &World) {
    let mut members = world.slack.members(NEW_CHANNEL);
    members.retain(|it| *it != world.slack.bot_user());
    members.sort();
    let users = ["alice", "bob"].map(|name| world.slack.user(name));
    assert_eq!(members, users);
    let posts = app_texts(world, world.slack.messages(NEW_CHANNEL)).into_iter();
    let removals = posts.filter(|it| it == "alice removed chioma from the responders.");
    assert_eq!(removals.count(), 1, "one post");
    world.assert_all_is_done();
}

/// Adds chioma to the channel without making her a responder.
async fn add_chioma(world: &World) {
    assert_accepted(&world.slack.joins("chioma", CHANNEL).await);
}

async fn make_private(world: &World) {
    assert_accepted(&world.slack.types("alice", CHANNEL, PRIVATE_COMMAND).await);
}

/// Checks the whole state: one private channel with all members, the old channel with its notice and
/// archived, and no message elsewhere.
fn assert_moved(world: &World) {
    let slack = &world.slack;
    let mut channels = slack.channel_names();
    channels.sort();
    let expected = ["general", CHANNEL, NEW_CHANNEL, "incidents", "random"];
    assert_eq!(channels, expected, "the channels");
    let created = slack.calls().into_iter();
    let created = created.filter(|call| call.method == "conversations.create");
    let public = created.filter(|call| call.arguments["is_private"] != true);
    assert_eq!(public.count(), 1, "no public channel but the first");

    let mut members = slack.members(NEW_CHANNEL);
    members.sort();
    let users = ["alice", "bob", "chioma"].map(|name| slack.user(name));
    let mut expected = vec![slack.bot_user()];
    expected.extend(users);
    expected.sort();
    assert_eq!(members, expected, "the members of the new channel");

    let posts = app_texts(world, slack.messages(NEW_CHANNEL));
    let (headers, posts): (Vec<_>, Vec<_>) =
        posts.into_iter().partition(|it| it.starts_with("IR-1 "));
    assert_eq!(headers.len(), 1, "expected one header: {headers:?}");
    assert_eq!(slack.pins(NEW_CHANNEL).len(), 1, "the pins");
    let activity = "alice made this incident private.";
    assert_eq!(posts, [activity], "the posts in the new channel");

    assert!(slack.is_archived(CHANNEL), "the old channel is archived");
    let notices = app_texts(world, slack.messages(CHANNEL)).into_iter();
    let notices = notices.filter(|it| it.starts_with("This incident is now private"));
    assert_eq!(notices.count(), 1, "the notices in the old channel");
    for public in ["general", "random", "incidents"] {
        for message in slack.messages(public) {
            let replies = slack.replies(public, &message.ts);
            let texts = app_texts(world, [vec![message], replies].concat());
            assert!(texts.is_empty(), "#{public} reads {texts:?}");
        }
    }
    world.assert_all_is_done();
}

/// Returns the texts of the messages that the bot posted.
fn app_texts(world: &World, messages: Vec<Message>) -> Vec<String> {
    let ours = app_messages(&world.slack, messages).into_iter();
    ours.map(|it| it.rendered_text().replace('@', "")).collect()
}

#[tokio::test]
async fn redelivered_visibility_command_moves_the_incident_once() {
    let make_private =
        async |slack: &Sandbox, (): &()| slack.types("alice", CHANNEL, PRIVATE_COMMAND).await;
    let request_name = RequestName::Command("visibility");
    test_redelivery(request_name, add_chioma, make_private, |world, ()| {
        assert_moved(world);
    })
    .await;
}
