//! Crash tests for making an incident private: its move to another channel.

use muster::domain::DeliveryKind;
use muster_sandbox::{Input, Message};

use super::deliveries::declare_incident;
use crate::expected_state::CHANNEL;
use crate::harness::{World, assert_accepted};
use crate::kill_points::{KillPoint, SendMode, kill_at};
use crate::matrix::run_matrix;
use crate::redelivery;
use crate::redelivery::kill_and_redeliver;
use crate::request_kinds::RequestName;

const PRIVATE_COMMAND: &str = "/datadog incident private";

const RESPONDERS_COMMAND: &str = "/datadog incident responders";

/// The name of the new channel.
const NEW_CHANNEL: &str = "incident-1-checkout-is-slow-2";

/// Kills the bot during a delivery of a move.
async fn kill_during_channel_move(kind: DeliveryKind) {
    let name = format!("{} of a move", kind.as_str());
    run_matrix(
        &name,
        &KillPoint::ALL,
        async move |mut world: World, kill_point| {
            declare_with_chioma(&world).await;
            kill_at(
                &mut world,
                (kind, SendMode::Create, kill_point),
                async |world| {
                    assert_accepted(&world.slack.types("alice", CHANNEL, PRIVATE_COMMAND).await);
                },
            )
            .await;
            world.start_app().await;
            world.deliver_all().await;
            assert_moved(&world);
        },
    )
    .await;
}

/// Kills the bot during a delivery after chioma was removed as a responder of a private incident.
async fn kill_during_responder_removal(kind: DeliveryKind) {
    let name = format!("{} of a leaving", kind.as_str());
    run_matrix(
        &name,
        &KillPoint::ALL,
        async move |mut world: World, kill_point| {
            declare_with_chioma(&world).await;
            assert_accepted(&world.slack.types("alice", CHANNEL, PRIVATE_COMMAND).await);
            world.deliver_all().await;
            kill_at(
                &mut world,
                (kind, SendMode::Create, kill_point),
                async |world| {
                    assert_accepted(
                        &world
                            .slack
                            .types("alice", NEW_CHANNEL, RESPONDERS_COMMAND)
                            .await,
                    );
                    let form = world.fill_modal("alice", &[]).await;
                    let stays = Input::Many(vec!["alice".to_owned()]);
                    let filled = world.slack.fills("alice", &form, "Responder", stays);
                    assert_eq!(filled.await, Ok(()));
                    world.submit_modal("alice", &form).await;
                },
            )
            .await;
            world.start_app().await;
            world.deliver_all().await;
            assert_chioma_left(&world);
        },
    )
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
    let removals = posts.filter(|it| it == "alice took chioma off the responders.");
    assert_eq!(removals.count(), 1, "one post");
    let left = "SELECT kind || ' ' || state FROM outbox WHERE state <> 'done'";
    assert_eq!(world.database.query(left), [""; 0], "unfinished deliveries");
}

/// Declares the incident. Chioma is in its channel without being a responder.
async fn declare_with_chioma(world: &World) {
    declare_incident(world).await;
    world.deliver_all().await;
    assert_accepted(&world.slack.joins("chioma", CHANNEL).await);
    world.deliver_all().await;
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
    let activity =
        "alice made this incident private: it is known to those who take part, and to nobody else.";
    assert_eq!(posts, [activity], "the posts in the new channel");

    assert!(slack.is_archived(CHANNEL), "the old channel is archived");
    let notices = app_texts(world, slack.messages(CHANNEL)).into_iter();
    let notices = notices.filter(|it| it.starts_with("This incident is private from now on"));
    assert_eq!(notices.count(), 1, "the notices in the old channel");
    for public in ["general", "random", "incidents"] {
        for message in slack.messages(public) {
            let replies = slack.replies(public, &message.ts);
            let texts = app_texts(world, [vec![message], replies].concat());
            assert!(texts.is_empty(), "#{public} reads {texts:?}");
        }
    }
    let left = "SELECT kind || ' ' || state FROM outbox WHERE state <> 'done'";
    assert_eq!(world.database.query(left), [""; 0], "unfinished deliveries");
    assert_eq!(
        world.log_warnings(),
        [""; 0],
        "the log since the last start"
    );
}

/// Returns the texts of the messages that the bot posted.
fn app_texts(world: &World, messages: Vec<Message>) -> Vec<String> {
    let app = world.slack.bot_user();
    let is_ours = |it: &Message| it.user == app && it.subtype.is_none() && !it.deleted;
    let ours = messages.into_iter().filter(is_ours);
    ours.map(|it| it.rendered_text().replace('@', "")).collect()
}

#[tokio::test]
async fn members_of_the_old_channel_are_listed() {
    kill_during_channel_move(DeliveryKind::ListOldMembers).await;
}

#[tokio::test]
async fn one_private_channel_is_created() {
    kill_during_channel_move(DeliveryKind::CreateChannel).await;
}

#[tokio::test]
async fn members_of_the_old_channel_are_invited_to_the_new_one() {
    kill_during_channel_move(DeliveryKind::InviteUser).await;
}

#[tokio::test]
async fn the_new_channel_has_one_header() {
    kill_during_channel_move(DeliveryKind::UpsertHeader).await;
}

#[tokio::test]
async fn the_header_of_the_new_channel_is_pinned_once() {
    kill_during_channel_move(DeliveryKind::PinHeader).await;
}

#[tokio::test]
async fn the_announcement_is_deleted() {
    kill_during_channel_move(DeliveryKind::DeleteAnnouncement).await;
}

#[tokio::test]
async fn the_old_channel_receives_one_notice() {
    kill_during_channel_move(DeliveryKind::PostOldChannelNotice).await;
}

#[tokio::test]
async fn the_old_channel_is_archived() {
    kill_during_channel_move(DeliveryKind::ArchiveOldChannel).await;
}

#[tokio::test]
async fn removed_responder_is_removed_from_the_private_channel() {
    kill_during_responder_removal(DeliveryKind::KickUser).await;
}

#[tokio::test]
async fn redelivered_visibility_command_moves_the_incident_once() {
    let name = "the command that makes an incident private";
    run_matrix(
        name,
        &redelivery::RequestKillPoint::ALL,
        async |mut world: World, kill_point| {
            declare_with_chioma(&world).await;
            let slack = world.slack.clone();
            let gesture = slack.types("alice", CHANNEL, PRIVATE_COMMAND);
            kill_and_redeliver(
                &mut world,
                (kill_point, RequestName::Command("visibility")),
                gesture,
            )
            .await;
            assert_moved(&world);
        },
    )
    .await;
}
