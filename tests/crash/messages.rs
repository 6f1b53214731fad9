//! Crash tests for messages on the timeline: their deliveries, and the state that all tests expect.

use muster_domain::DeliveryKind;

use crate::expected_state::{CHANNEL, ExpectedState};
use crate::harness::{World, assert_accepted};
use crate::kill_points::{DeliveryCase, kill_during};

/// Kills the bot during a delivery of a message that is added to the timeline.
pub async fn kill_during_message_action(kind: DeliveryKind) {
    let prepare = async |world: &World| {
        let ts = post_as_chioma(world).await;
        world.deliver_all().await;
        if kind == DeliveryKind::FetchUser {
            world.database.expire_users();
        }
        ts
    };
    let act = async |world: &World, ts: &String| add_to_timeline(world, CHANNEL, ts).await;
    kill_during(
        DeliveryCase::create(kind, "a message"),
        prepare,
        act,
        |world, ts| {
            assert_message_on_timeline(world, CHANNEL, ts);
            ExpectedState::after_declaration()
                .with_member("chioma")
                .with_event("message")
                .assert_matches(world);
        },
    )
    .await;
}

/// Kills the bot during a delivery of an added pushpin reaction.
pub async fn kill_during_pushpin(kind: DeliveryKind) {
    let act = async |world: &World, ts: &String| add_pushpin(world, ts).await;
    kill_during(
        DeliveryCase::create(kind, "a pushpin"),
        post_as_chioma,
        act,
        |world, _| {
            let texts =
                "SELECT json_extract(event, '$.text') FROM timeline WHERE message_ts IS NOT NULL";
            assert_eq!(world.database.query(texts), ["I am working on a fix."]);
            ExpectedState::after_declaration()
                .with_member("chioma")
                .with_event("message")
                .assert_matches(world);
        },
    )
    .await;
}

/// Kills the bot during a delivery of a removed pushpin reaction.
pub async fn kill_during_pushpin_removal(kind: DeliveryKind) {
    let prepare = async |world: &World| {
        let ts = post_as_chioma(world).await;
        add_pushpin(world, &ts).await;
        ts
    };
    let act = async |world: &World, ts: &String| {
        let removes = world
            .slack
            .removes_reaction("alice", CHANNEL, ts, "pushpin");
        assert_accepted(&removes.await);
    };
    kill_during(
        DeliveryCase::create(kind, "a removed pushpin"),
        prepare,
        act,
        |world, ts| {
            assert_eq!(world.slack.reactions(CHANNEL, ts), []);
            let current = "timeline WHERE message_ts IS NOT NULL AND removed_at IS NULL";
            assert_eq!(world.database.count(current), 0);
        },
    )
    .await;
}

/// Adds a pushpin reaction as alice.
pub async fn add_pushpin(world: &World, ts: &str) {
    let adds = world.slack.adds_reaction("alice", CHANNEL, ts, "pushpin");
    assert_accepted(&adds.await);
}

/// Posts a message in the incident channel as chioma. Returns its `ts`.
pub async fn post_as_chioma(world: &World) -> String {
    world.slack.joins("chioma", CHANNEL).await;
    let text = "I am working on a fix.";
    let result = world.slack.types("chioma", CHANNEL, text).await;
    result.ts.expect("the message was not posted")
}

/// Selects the message action “Add to Incident” as alice.
pub async fn add_to_timeline(world: &World, channel: &str, ts: &str) {
    let slack = &world.slack;
    let action = slack.runs_message_action("alice", channel, ts, "add_to_incident");
    assert_accepted(&action.await);
}

/// Checks the pushpin of a message and its timeline entry.
pub fn assert_message_on_timeline(world: &World, channel: &str, ts: &str) {
    let (slack, database) = (&world.slack, &world.database);
    let reactions = slack.reactions(channel, ts).into_iter();
    let reactions: Vec<_> = reactions.map(|it| (it.name, it.users)).collect();
    let pushpin = ("pushpin".to_owned(), vec![slack.bot_user()]);
    assert_eq!(reactions, [pushpin], "the pushpin");
    let entry_column = |column: &str| {
        let entry = "FROM timeline WHERE message_ts IS NOT NULL";
        database.query(&format!("SELECT {column} {entry}"))
    };
    let link = slack.permalink(channel, ts).unwrap();
    assert_eq!(
        entry_column("permalink"),
        [link],
        "the permalink of the message"
    );
    let author = slack.user("chioma").to_string();
    assert_eq!(entry_column("author"), [author], "the author");
    assert_eq!(database.count("users"), 3, "the fetched users");
}
