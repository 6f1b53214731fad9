//! Crash tests for events: killed at each kill point and redelivered.

use muster_domain::DeliveryKind;
use muster_sandbox::Sandbox;

use crate::app_messages::briefing_count;
use crate::exactly_once::{assert_event_count, test_redelivery};
use crate::expected_state::{CHANNEL, ExpectedState};
use crate::harness::{World, assert_accepted, no_preparation};
use crate::kill_points::{DeliveryCase, kill_during};
use crate::links::count_call_suggestions;
use crate::messages::{add_pushpin, add_to_timeline, assert_message_on_timeline, post_as_chioma};
use crate::request_kinds::RequestName;

#[tokio::test]
async fn redelivered_edit_is_applied_once() {
    let edits = async |slack: &Sandbox, ts: &String| {
        slack
            .edits("chioma", CHANNEL, ts, "I am rolling back.")
            .await
    };
    let request_name = RequestName::Event("message message_changed");
    test_redelivery(request_name, add_message, edits, |world, ts| {
        let query = |query| world.database.query(query);
        let now =
            query("SELECT json_extract(event, '$.text') FROM timeline WHERE kind = 'message'");
        assert_eq!(now, ["I am rolling back."]);
        let before = query("SELECT json_extract(previous_event, '$.text') FROM timeline_edits");
        assert_eq!(before, ["I am working on a fix."]);
        assert_message_on_timeline(world, CHANNEL, ts);
        ExpectedState::after_declaration()
            .with_member("chioma")
            .with_event("message")
            .assert_matches(world);
    })
    .await;
}

#[tokio::test]
async fn redelivered_pushpin_adds_one_entry() {
    let pins = async |slack: &Sandbox, ts: &String| {
        slack.adds_reaction("alice", CHANNEL, ts, "pushpin").await
    };
    let request_name = RequestName::Event("reaction_added");
    test_redelivery(request_name, post_as_chioma, pins, |world, _| {
        let text = "SELECT json_extract(event, '$.text') FROM timeline WHERE kind = 'message'";
        assert_eq!(world.database.query(text), ["I am working on a fix."]);
    })
    .await;
}

#[tokio::test]
async fn redelivered_channel_rename_is_recorded_once() {
    let renames =
        async |slack: &Sandbox, (): &()| slack.renames_channel("alice", CHANNEL, "war-room").await;
    let request_name = RequestName::Event("channel_rename");
    test_redelivery(request_name, no_preparation, renames, |world, ()| {
        let name = world.database.query("SELECT channel_name FROM incidents");
        assert_eq!(name, ["war-room"]);
        ExpectedState::after_declaration()
            .with_channel_name("war-room")
            .with_event("channel_renamed")
            .with_event("channel_name_locked")
            .assert_matches(world);
    })
    .await;
}

#[tokio::test]
async fn redelivered_channel_archiving_is_recorded_once() {
    let archives = async |slack: &Sandbox, (): &()| slack.archives("alice", CHANNEL).await;
    let request_name = RequestName::Event("channel_archive");
    test_redelivery(request_name, no_preparation, archives, |world, ()| {
        let state = world.database.query("SELECT channel_state FROM incidents");
        assert_eq!(state, ["archived"]);
        ExpectedState::after_declaration()
            .with_event("channel_archived")
            .assert_matches_except_channel(world, "Its channel is archived.");
    })
    .await;
}

#[tokio::test]
async fn redelivered_channel_deletion_is_recorded_once() {
    let deletes = async |slack: &Sandbox, (): &()| slack.deletes_channel("alice", CHANNEL).await;
    let request_name = RequestName::Event("channel_deleted");
    test_redelivery(request_name, no_preparation, deletes, |world, ()| {
        let state = world.database.query("SELECT channel_state FROM incidents");
        assert_eq!(state, ["deleted"]);
        ExpectedState::after_declaration()
            .with_event("channel_deleted")
            .assert_matches_except_channel(world, "Its channel was deleted.");
    })
    .await;
}

#[tokio::test]
async fn redelivered_channel_unarchiving_is_recorded_once() {
    let unarchives = async |slack: &Sandbox, (): &()| slack.unarchives("alice", CHANNEL).await;
    let request_name = RequestName::Event("channel_unarchive");
    test_redelivery(request_name, archive_channel, unarchives, |world, ()| {
        assert_unarchived(world);
    })
    .await;
}

#[tokio::test]
async fn app_rejoins_an_unarchived_channel_after_a_kill() {
    let case = DeliveryCase::edit(DeliveryKind::SetTopic, "an unarchived channel");
    let unarchive = async |world: &World, (): &()| {
        assert_accepted(&world.slack.unarchives("alice", CHANNEL).await);
    };
    kill_during(case, archive_channel, unarchive, |world, ()| {
        assert_unarchived(world);
    })
    .await;
}

async fn archive_channel(world: &World) {
    assert_accepted(&world.slack.archives("alice", CHANNEL).await);
}

fn assert_unarchived(world: &World) {
    ExpectedState::after_declaration()
        .with_event("channel_archived")
        .with_event("channel_unarchived")
        .assert_matches(world);
}

/// Adds a message of chioma to the timeline. Returns its `ts`.
async fn add_message(world: &World) -> String {
    let ts = post_as_chioma(world).await;
    add_to_timeline(world, CHANNEL, &ts).await;
    ts
}

#[tokio::test]
async fn redelivered_message_deletion_removes_its_entry_once() {
    let deletes = async |slack: &Sandbox, ts: &String| slack.deletes("chioma", CHANNEL, ts).await;
    let request_name = RequestName::Event("message message_deleted");
    test_redelivery(request_name, add_message, deletes, |world, _| {
        let left = "timeline WHERE kind = 'message' AND removed_at IS NULL";
        assert_eq!(world.database.count(left), 0);
        assert_event_count(world, "message", 1);
    })
    .await;
}

#[tokio::test]
async fn redelivered_pushpin_removal_removes_its_entry_once() {
    let pins = async |world: &World| {
        let ts = post_as_chioma(world).await;
        add_pushpin(world, &ts).await;
        ts
    };
    let unpins = async |slack: &Sandbox, ts: &String| {
        slack
            .removes_reaction("alice", CHANNEL, ts, "pushpin")
            .await
    };
    test_redelivery(
        RequestName::Event("reaction_removed"),
        pins,
        unpins,
        |world, ts| {
            assert_eq!(world.slack.reactions(CHANNEL, ts), []);
            let left = "timeline WHERE kind = 'message' AND removed_at IS NULL";
            assert_eq!(world.database.count(left), 0);
            assert_event_count(world, "message", 1);
        },
    )
    .await;
}

#[tokio::test]
async fn redelivered_join_enqueues_one_briefing() {
    let joins = async |slack: &Sandbox, (): &()| slack.joins("chioma", CHANNEL).await;
    test_redelivery(
        RequestName::Event("member_joined_channel"),
        no_preparation,
        joins,
        |world, ()| {
            // Ephemeral messages cannot be looked up: each restart may repeat the briefing.
            let times = briefing_count(world, "chioma");
            assert!(
                (1..=world.start_count).contains(&times),
                "briefed {times} times"
            );
            assert_eq!(
                world.database.count("outbox WHERE kind = 'send_briefing'"),
                2
            );
        },
    )
    .await;
}

#[tokio::test]
async fn redelivered_call_link_enqueues_one_suggestion() {
    let pastes =
        async |slack: &Sandbox, (): &()| slack.types("alice", CHANNEL, "https://zoom.us/j/1").await;
    test_redelivery(
        RequestName::Event("message"),
        no_preparation,
        pastes,
        |world, ()| {
            let count = count_call_suggestions(world, "alice");
            assert!(
                (1..=world.start_count).contains(&count),
                "the call is suggested to alice {count} times"
            );
            assert_eq!(
                world.database.count("outbox WHERE kind = 'suggest_call'"),
                1
            );
        },
    )
    .await;
}
