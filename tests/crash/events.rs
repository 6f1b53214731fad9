//! Crash tests for events: killed at each kill point and redelivered.

use muster::domain::DeliveryKind;
use muster_sandbox::Sandbox;

use super::deliveries::{
    add_to_timeline, assert_message_on_timeline, declare_incident, post_as_chioma,
};
use crate::exactly_once::{assert_event_count, test_redelivery};
use crate::expected_state::{CHANNEL, ExpectedState, briefing_count};
use crate::harness::{World, assert_accepted};
use crate::kill_points;
use crate::kill_points::{SendMode, kill_at};
use crate::matrix::run_matrix;
use crate::redelivery::{RequestKillPoint, kill_and_redeliver};
use crate::request_kinds::RequestName;

/// Returns a world with a declared incident.
async fn with_incident(world: World) -> World {
    declare_incident(&world).await;
    world.deliver_all().await;
    world
}

#[tokio::test]
async fn redelivered_edit_is_applied_once() {
    run_matrix(
        "the edit of a message",
        &RequestKillPoint::ALL,
        async |world: World, kill_point| {
            let mut world = with_incident(world).await;
            let slack = world.slack.clone();
            let ts = post_as_chioma(&world).await;
            add_to_timeline(&world, CHANNEL, &ts).await;
            world.deliver_all().await;
            let gesture = slack.edits("chioma", CHANNEL, &ts, "I am rolling back.");
            kill_and_redeliver(
                &mut world,
                (kill_point, RequestName::Event("message message_changed")),
                gesture,
            )
            .await;
            let now = world
                .database
                .query("SELECT json_extract(event, '$.text') FROM timeline WHERE kind = 'message'");
            assert_eq!(now, ["I am rolling back."]);
            let previous = world
                .database
                .query("SELECT json_extract(previous_event, '$.text') FROM timeline_edits");
            assert_eq!(previous, ["I am working on a fix."]);
            assert_message_on_timeline(&world, CHANNEL, &ts);
            ExpectedState::after_declaration()
                .with_member("chioma")
                .with_event("message")
                .assert_matches(&world);
        },
    )
    .await;
}

#[tokio::test]
async fn redelivered_pushpin_adds_one_entry() {
    run_matrix(
        "a pushpin",
        &RequestKillPoint::ALL,
        async |world: World, kill_point| {
            let mut world = with_incident(world).await;
            let slack = world.slack.clone();
            let ts = post_as_chioma(&world).await;
            world.deliver_all().await;
            let gesture = slack.adds_reaction("alice", CHANNEL, &ts, "pushpin");
            kill_and_redeliver(
                &mut world,
                (kill_point, RequestName::Event("reaction_added")),
                gesture,
            )
            .await;
            let text = "SELECT json_extract(event, '$.text') FROM timeline WHERE kind = 'message'";
            assert_eq!(world.database.query(text), ["I am working on a fix."]);
        },
    )
    .await;
}

#[tokio::test]
async fn redelivered_channel_rename_is_recorded_once() {
    run_matrix(
        "the renaming of a channel",
        &RequestKillPoint::ALL,
        async |world: World, kill_point| {
            let mut world = with_incident(world).await;
            let slack = world.slack.clone();
            let gesture = slack.renames_channel("alice", CHANNEL, "war-room");
            kill_and_redeliver(
                &mut world,
                (kill_point, RequestName::Event("channel_rename")),
                gesture,
            )
            .await;
            let name = world.database.query("SELECT channel_name FROM incidents");
            assert_eq!(name, ["war-room"]);
            let expected = ExpectedState::after_declaration().with_channel_name("war-room");
            let expected = expected
                .with_event("channel_renamed")
                .with_event("channel_name_locked");
            expected.assert_matches(&world);
        },
    )
    .await;
}

#[tokio::test]
async fn redelivered_channel_archiving_is_recorded_once() {
    run_matrix(
        "the archiving of a channel",
        &RequestKillPoint::ALL,
        async |world: World, kill_point| {
            let mut world = with_incident(world).await;
            let slack = world.slack.clone();
            let gesture = slack.archives("alice", CHANNEL);
            kill_and_redeliver(
                &mut world,
                (kill_point, RequestName::Event("channel_archive")),
                gesture,
            )
            .await;
            let state = world.database.query("SELECT channel_state FROM incidents");
            assert_eq!(state, ["archived"]);
            let expected = ExpectedState::after_declaration().with_event("channel_archived");
            expected.assert_matches_except_channel(&world, "Its channel is archived.");
        },
    )
    .await;
}

#[tokio::test]
async fn redelivered_channel_deletion_is_recorded_once() {
    run_matrix(
        "the deletion of a channel",
        &RequestKillPoint::ALL,
        async |world: World, kill_point| {
            let mut world = with_incident(world).await;
            let slack = world.slack.clone();
            let gesture = slack.deletes_channel("alice", CHANNEL);
            kill_and_redeliver(
                &mut world,
                (kill_point, RequestName::Event("channel_deleted")),
                gesture,
            )
            .await;
            let state = world.database.query("SELECT channel_state FROM incidents");
            assert_eq!(state, ["deleted"]);
            let expected = ExpectedState::after_declaration().with_event("channel_deleted");
            expected.assert_matches_except_channel(&world, "Its channel was deleted.");
        },
    )
    .await;
}

#[tokio::test]
async fn redelivered_channel_unarchiving_is_recorded_once() {
    run_matrix(
        "the unarchiving of a channel",
        &RequestKillPoint::ALL,
        async |world: World, kill_point| {
            let mut world = with_incident(world).await;
            let slack = world.slack.clone();
            assert_accepted(&slack.archives("alice", CHANNEL).await);
            world.deliver_all().await;
            let gesture = slack.unarchives("alice", CHANNEL);
            kill_and_redeliver(
                &mut world,
                (kill_point, RequestName::Event("channel_unarchive")),
                gesture,
            )
            .await;
            let expected = ExpectedState::after_declaration().with_event("channel_archived");
            expected
                .with_event("channel_unarchived")
                .assert_matches(&world);
        },
    )
    .await;
}

#[tokio::test]
async fn app_rejoins_an_unarchived_channel_after_a_kill() {
    let name = "set_topic of an unarchived channel";
    run_matrix(
        name,
        &kill_points::KillPoint::ALL,
        async |world: World, kill_point| {
            let mut world = with_incident(world).await;
            assert_accepted(&world.slack.archives("alice", CHANNEL).await);
            world.deliver_all().await;
            let kill_point = (DeliveryKind::SetTopic, SendMode::Edit, kill_point);
            kill_at(&mut world, kill_point, async |world: &World| {
                assert_accepted(&world.slack.unarchives("alice", CHANNEL).await);
            })
            .await;
            world.start_app().await;
            world.deliver_all().await;
            let expected = ExpectedState::after_declaration().with_event("channel_archived");
            expected
                .with_event("channel_unarchived")
                .assert_matches(&world);
        },
    )
    .await;
}

#[tokio::test]
async fn redelivered_message_deletion_removes_its_entry_once() {
    let adds_it = async |world: &World| {
        let ts = post_as_chioma(world).await;
        add_to_timeline(world, CHANNEL, &ts).await;
        ts
    };
    let deletes = async |slack: &Sandbox, ts: &String| slack.deletes("chioma", CHANNEL, ts).await;
    let request_name = RequestName::Event("message message_deleted");
    test_redelivery(request_name, adds_it, deletes, |world, _| {
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
        assert_accepted(
            &world
                .slack
                .adds_reaction("alice", CHANNEL, &ts, "pushpin")
                .await,
        );
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
    let ready = async |_: &World| ();
    test_redelivery(
        RequestName::Event("member_joined_channel"),
        ready,
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
    let ready = async |_: &World| ();
    test_redelivery(RequestName::Event("message"), ready, pastes, |world, ()| {
        let prompts = world.slack.ephemeral_messages("alice").into_iter();
        let prompts = prompts.filter(|it| {
            it.rendered_text()
                .starts_with("Use as this incident's call? ")
        });
        assert!(
            (1..=world.start_count).contains(&prompts.count()),
            "the call is suggested to alice"
        );
        assert_eq!(
            world.database.count("outbox WHERE kind = 'suggest_call'"),
            1
        );
    })
    .await;
}
