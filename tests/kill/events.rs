//! Everything that Slack tells unasked, killed at each of its moments and told again.

use muster::domain::Owed;
use muster::sandbox::Sandbox;

use super::again::{Blow, comes_again};
use super::asks::Ask;
use super::blow::{self, Turn, strike};
use super::cases::each;
use super::deliveries::{adds, chioma_writes, declares, message_is_on_the_timeline};
use super::once::{happened, once};
use super::standing::{CHANNEL, Standing, briefings};
use super::world::{World, is_fine};

/// Gives a world with an incident that is declared.
async fn declared(world: World) -> World {
    declares(&world).await;
    world.settles().await;
    world
}

#[tokio::test]
async fn an_edit_that_is_told_again_is_followed_once() {
    each(
        "the edit of a message",
        &Blow::ALL,
        async |world: World, blow| {
            let mut world = declared(world).await;
            let slack = world.slack.clone();
            let ts = chioma_writes(&world).await;
            adds(&world, CHANNEL, &ts).await;
            world.settles().await;
            let gesture = slack.edits("chioma", CHANNEL, &ts, "I am rolling back.");
            comes_again(
                &mut world,
                (blow, Ask::Told("message message_changed")),
                gesture,
            )
            .await;
            let text = "SELECT json_extract(what, '$.text') FROM ";
            let now = world
                .records
                .ask(&format!("{text} timeline WHERE kind = 'message'"));
            assert_eq!(now, ["I am rolling back."]);
            let once = world.records.ask(&format!("{text} timeline_edits"));
            assert_eq!(once, ["I am working on a fix."]);
            message_is_on_the_timeline(&world, CHANNEL, &ts);
            Standing::declared()
                .and("chioma")
                .with("message")
                .is_found(&world);
        },
    )
    .await;
}

#[tokio::test]
async fn a_pin_that_is_told_again_adds_once() {
    each("a pin", &Blow::ALL, async |world: World, blow| {
        let mut world = declared(world).await;
        let slack = world.slack.clone();
        let ts = chioma_writes(&world).await;
        world.settles().await;
        let gesture = slack.reacts("alice", CHANNEL, &ts, "pushpin");
        comes_again(&mut world, (blow, Ask::Told("reaction_added")), gesture).await;
        let text = "SELECT json_extract(what, '$.text') FROM timeline WHERE kind = 'message'";
        assert_eq!(world.records.ask(text), ["I am working on a fix."]);
    })
    .await;
}

#[tokio::test]
async fn another_name_that_is_told_again_is_noted_once() {
    each(
        "the renaming of a channel",
        &Blow::ALL,
        async |world: World, blow| {
            let mut world = declared(world).await;
            let slack = world.slack.clone();
            let gesture = slack.renames("alice", CHANNEL, "war-room");
            comes_again(&mut world, (blow, Ask::Told("channel_rename")), gesture).await;
            let name = world.records.ask("SELECT channel_name FROM incidents");
            assert_eq!(name, ["war-room"]);
            let standing = Standing::declared().renamed("war-room");
            let standing = standing.with("channel_renamed").with("name_left_alone");
            standing.is_found(&world);
        },
    )
    .await;
}

#[tokio::test]
async fn an_archived_channel_that_is_told_again_is_noted_once() {
    each(
        "the archiving of a channel",
        &Blow::ALL,
        async |world: World, blow| {
            let mut world = declared(world).await;
            let slack = world.slack.clone();
            let gesture = slack.archives("alice", CHANNEL);
            comes_again(&mut world, (blow, Ask::Told("channel_archive")), gesture).await;
            let state = world.records.ask("SELECT channel_state FROM incidents");
            assert_eq!(state, ["archived"]);
            let standing = Standing::declared().with("channel_archived");
            standing.is_found_but_the_channel(&world, "Its channel is archived.");
        },
    )
    .await;
}

#[tokio::test]
async fn a_deleted_channel_that_is_told_again_is_noted_once() {
    each(
        "the end of a channel",
        &Blow::ALL,
        async |world: World, blow| {
            let mut world = declared(world).await;
            let slack = world.slack.clone();
            let gesture = slack.deletes_channel("alice", CHANNEL);
            comes_again(&mut world, (blow, Ask::Told("channel_deleted")), gesture).await;
            let state = world.records.ask("SELECT channel_state FROM incidents");
            assert_eq!(state, ["deleted"]);
            let standing = Standing::declared().with("channel_deleted");
            standing.is_found_but_the_channel(&world, "Its channel was deleted.");
        },
    )
    .await;
}

#[tokio::test]
async fn a_channel_that_is_back_and_told_of_again_is_noted_once() {
    each(
        "the return of a channel",
        &Blow::ALL,
        async |world: World, blow| {
            let mut world = declared(world).await;
            let slack = world.slack.clone();
            is_fine(&slack.archives("alice", CHANNEL).await);
            world.settles().await;
            let gesture = slack.unarchives("alice", CHANNEL);
            comes_again(&mut world, (blow, Ask::Told("channel_unarchive")), gesture).await;
            let standing = Standing::declared().with("channel_archived");
            standing.with("channel_unarchived").is_found(&world);
        },
    )
    .await;
}

#[tokio::test]
async fn a_bot_that_dies_while_it_comes_back_into_its_channel_comes_back_the_next_time() {
    let name = "set_topic of a channel that is back";
    each(name, &blow::Blow::ALL, async |world: World, blow| {
        let mut world = declared(world).await;
        is_fine(&world.slack.archives("alice", CHANNEL).await);
        world.settles().await;
        let blow = (Owed::SetTopic, Turn::Later, blow);
        strike(&mut world, blow, async |world: &World| {
            is_fine(&world.slack.unarchives("alice", CHANNEL).await);
        })
        .await;
        world.starts().await;
        world.settles().await;
        let standing = Standing::declared().with("channel_archived");
        standing.with("channel_unarchived").is_found(&world);
    })
    .await;
}

#[tokio::test]
async fn a_message_whose_end_is_told_again_goes_once() {
    let adds_it = async |world: &World| {
        let ts = chioma_writes(world).await;
        adds(world, CHANNEL, &ts).await;
        ts
    };
    let deletes = async |slack: &Sandbox, ts: &String| slack.deletes("chioma", CHANNEL, ts).await;
    let ask = Ask::Told("message message_deleted");
    once(ask, adds_it, deletes, |world, _| {
        let left = "timeline WHERE kind = 'message' AND removed_at IS NULL";
        assert_eq!(world.records.count(left), 0);
        happened(world, "message", 1);
    })
    .await;
}

#[tokio::test]
async fn a_pin_whose_end_is_told_again_is_taken_away_once() {
    let pins = async |world: &World| {
        let ts = chioma_writes(world).await;
        is_fine(&world.slack.reacts("alice", CHANNEL, &ts, "pushpin").await);
        ts
    };
    let unpins =
        async |slack: &Sandbox, ts: &String| slack.unreacts("alice", CHANNEL, ts, "pushpin").await;
    once(Ask::Told("reaction_removed"), pins, unpins, |world, ts| {
        assert_eq!(world.slack.reactions(CHANNEL, ts), []);
        let left = "timeline WHERE kind = 'message' AND removed_at IS NULL";
        assert_eq!(world.records.count(left), 0);
        happened(world, "message", 1);
    })
    .await;
}

#[tokio::test]
async fn somebody_who_is_told_to_have_come_again_is_briefed_once() {
    let joins = async |slack: &Sandbox, (): &()| slack.joins("chioma", CHANNEL).await;
    let ready = async |_: &World| ();
    once(
        Ask::Told("member_joined_channel"),
        ready,
        joins,
        |world, ()| {
            // What only one person sees leaves no trace: with each death of the bot it may come once more.
            let times = briefings(world, "chioma");
            assert!((1..=world.lives).contains(&times), "briefed {times} times");
            assert_eq!(world.records.count("outbox WHERE kind = 'brief'"), 2);
        },
    )
    .await;
}

#[tokio::test]
async fn a_link_to_a_call_that_is_told_of_again_is_asked_about_once() {
    let pastes =
        async |slack: &Sandbox, (): &()| slack.types("alice", CHANNEL, "https://zoom.us/j/1").await;
    let ready = async |_: &World| ();
    once(Ask::Told("message"), ready, pastes, |world, ()| {
        let asked = world.slack.ephemerals("alice").into_iter();
        let asked = asked.filter(|it| it.as_read().starts_with("Use as this incident's call? "));
        assert!((1..=world.lives).contains(&asked.count()), "alice is asked");
        assert_eq!(world.records.count("outbox WHERE kind = 'offer_call'"), 1);
    })
    .await;
}
