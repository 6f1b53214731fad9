//! An incident that is made private: its move to another channel, killed at every moment of it.

use muster::domain::Owed;
use muster::sandbox::{Input, Message};

use super::again::{self, comes_again};
use super::asks::Ask;
use super::blow::{Blow, Turn, strike};
use super::cases::each;
use super::deliveries::declares;
use super::standing::CHANNEL;
use super::world::{World, is_fine};

const PRIVATE: &str = "/datadog incident private";

const RESPONDERS: &str = "/datadog incident responders";

/// The channel that the incident moves to.
const NEXT: &str = "incident-1-checkout-is-slow-2";

/// Kills the bot while it delivers what a move owes.
async fn of_a_move(owed: Owed) {
    let name = format!("{} of a move", owed.as_str());
    each(&name, &Blow::ALL, async move |mut world: World, blow| {
        declared_with_chioma(&world).await;
        strike(&mut world, (owed, Turn::First, blow), async |world| {
            is_fine(&world.slack.types("alice", CHANNEL, PRIVATE).await);
        })
        .await;
        world.starts().await;
        world.settles().await;
        has_moved(&world);
    })
    .await;
}

/// Kills the bot while it delivers what is owed once chioma no longer takes part in a private incident.
async fn of_a_leaving(owed: Owed) {
    let name = format!("{} of a leaving", owed.as_str());
    each(&name, &Blow::ALL, async move |mut world: World, blow| {
        declared_with_chioma(&world).await;
        is_fine(&world.slack.types("alice", CHANNEL, PRIVATE).await);
        world.settles().await;
        strike(&mut world, (owed, Turn::First, blow), async |world| {
            is_fine(&world.slack.types("alice", NEXT, RESPONDERS).await);
            let form = world.fills("alice", &[]).await;
            let stays = Input::Many(vec!["alice".to_owned()]);
            let filled = world.slack.fills("alice", &form, "Responder", stays);
            assert_eq!(filled.await, Ok(()));
            world.submits("alice", &form).await;
        })
        .await;
        world.starts().await;
        world.settles().await;
        chioma_has_left(&world);
    })
    .await;
}

/// Looks at the private channel: chioma is not in it, and that is told once.
fn chioma_has_left(world: &World) {
    let mut members = world.slack.members(NEXT);
    members.retain(|it| *it != world.slack.bot_user());
    members.sort();
    let people = ["alice", "bob"].map(|name| world.slack.person(name));
    assert_eq!(members, people);
    let posts = ours(world, world.slack.messages(NEXT)).into_iter();
    let told = posts.filter(|it| it == "alice took chioma off the responders.");
    assert_eq!(told.count(), 1, "it is told once");
    let left = "SELECT kind || ' ' || state FROM outbox WHERE state <> 'done'";
    assert_eq!(world.records.ask(left), [""; 0], "what was not delivered");
}

/// Declares the incident; chioma only reads along in its channel.
async fn declared_with_chioma(world: &World) {
    declares(world).await;
    world.settles().await;
    is_fine(&world.slack.joins("chioma", CHANNEL).await);
    world.settles().await;
}

/// Looks at everything: one private channel with everybody in it, the old one told and archived, and nothing
/// anywhere else.
fn has_moved(world: &World) {
    let slack = &world.slack;
    let mut channels = slack.channel_names();
    channels.sort();
    let expected = ["general", CHANNEL, NEXT, "incidents", "random"];
    assert_eq!(channels, expected, "the channels");
    let created = slack.calls().into_iter();
    let created = created.filter(|call| call.method == "conversations.create");
    let public = created.filter(|call| call.arguments["is_private"] != true);
    assert_eq!(public.count(), 1, "no public channel but the first");

    let mut members = slack.members(NEXT);
    members.sort();
    let people = ["alice", "bob", "chioma"].map(|name| slack.person(name));
    let mut expected = vec![slack.bot_user()];
    expected.extend(people);
    expected.sort();
    assert_eq!(members, expected, "the people in the new channel");

    let posts = ours(world, slack.messages(NEXT));
    let (headers, posts): (Vec<_>, Vec<_>) =
        posts.into_iter().partition(|it| it.starts_with("IR-1 "));
    assert_eq!(headers.len(), 1, "one header: {headers:?}");
    assert_eq!(slack.pins(NEXT).len(), 1, "the pins");
    let told =
        "alice made this incident private: it is known to those who take part, and to nobody else.";
    assert_eq!(posts, [told], "the posts in the new channel");

    assert!(slack.is_archived(CHANNEL), "the old channel has ended");
    let farewells = ours(world, slack.messages(CHANNEL)).into_iter();
    let farewells = farewells.filter(|it| it.starts_with("This incident is private from now on"));
    assert_eq!(farewells.count(), 1, "the old channel is told once");
    for public in ["general", "random", "incidents"] {
        for message in slack.messages(public) {
            let replies = slack.replies(public, &message.ts);
            let said = ours(world, [vec![message], replies].concat());
            assert!(said.is_empty(), "#{public} reads {said:?}");
        }
    }
    let left = "SELECT kind || ' ' || state FROM outbox WHERE state <> 'done'";
    assert_eq!(world.records.ask(left), [""; 0], "what was not delivered");
    assert_eq!(world.complaints(), [""; 0], "the log of the last life");
}

/// Gives what the bot itself says among some messages.
fn ours(world: &World, messages: Vec<Message>) -> Vec<String> {
    let bot = world.slack.bot_user();
    let is_ours = |it: &Message| it.user == bot && it.subtype.is_none() && !it.deleted;
    let ours = messages.into_iter().filter(is_ours);
    ours.map(|it| it.as_read().replace('@', "")).collect()
}

#[tokio::test]
async fn everybody_is_found_who_comes_along() {
    of_a_move(Owed::Gather).await;
}

#[tokio::test]
async fn one_private_channel_is_created() {
    of_a_move(Owed::OpenChannel).await;
}

#[tokio::test]
async fn everybody_comes_along() {
    of_a_move(Owed::Invite).await;
}

#[tokio::test]
async fn the_new_channel_has_one_header() {
    of_a_move(Owed::ShowHeader).await;
}

#[tokio::test]
async fn the_header_of_the_new_channel_is_pinned_once() {
    of_a_move(Owed::PinHeader).await;
}

#[tokio::test]
async fn the_announcement_is_taken_back() {
    of_a_move(Owed::Withdraw).await;
}

#[tokio::test]
async fn the_old_channel_is_told_once() {
    of_a_move(Owed::Farewell).await;
}

#[tokio::test]
async fn the_old_channel_is_archived() {
    of_a_move(Owed::ArchiveFormer).await;
}

#[tokio::test]
async fn whoever_no_longer_takes_part_is_taken_out_of_the_channel() {
    of_a_leaving(Owed::Uninvite).await;
}

#[tokio::test]
async fn a_word_that_comes_again_moves_the_incident_once() {
    let name = "the word that makes an incident private";
    each(name, &again::Blow::ALL, async |mut world: World, blow| {
        declared_with_chioma(&world).await;
        let slack = world.slack.clone();
        let gesture = slack.types("alice", CHANNEL, PRIVATE);
        comes_again(&mut world, (blow, Ask::Typed("visibility")), gesture).await;
        has_moved(&world);
    })
    .await;
}
