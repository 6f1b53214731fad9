//! Incidents that change while the outcome of a delivery is uncertain. A lookup after the restart finds the
//! old state, which must not be mistaken for the current one.

use muster::domain::DeliveryKind;
use muster_sandbox::HoldPoint;

use crate::deliveries::{declare_incident, update_incident};
use crate::expected_state::{CHANNEL, ExpectedState, RENAMED_CHANNEL, UPDATE_FIELDS};
use crate::harness::{World, assert_accepted, wait_for};
use crate::kill_points::{
    KillPoint, SendMode, hold_call, kill_at, kill_during_call, wait_for_call,
};
use crate::matrix::run_matrix;

/// The kill points after which a lookup finds the message.
const AFTER_CALL: [KillPoint; 2] = [KillPoint::BeforeResponse, KillPoint::BeforeCommit];

/// Changes the incident during a delivery of its declaration, then kills the bot.
async fn kill_after_concurrent_change(owed: DeliveryKind) {
    let name = format!("{} overtaken by a change", owed.as_str());
    run_matrix(&name, &AFTER_CALL, async move |mut world: World, blow| {
        let held = hold_call(&world.slack, owed, SendMode::Create, blow.hold_point());
        declare_incident(&world).await;
        wait_for_call(&held, owed).await;
        // Alice must be in the channel, and Slack must post one message per topic change.
        let others = format!(
            "outbox WHERE state = 'pending' AND kind <> '{}'
                AND kind IN ('invite', 'set_topic', 'set_purpose')",
            owed.as_str()
        );
        let furnished = async || world.database.count(&others) == 0;
        wait_for("channel with its members, topic and purpose", furnished).await;
        update_incident(&world).await;
        let twice = format!("outbox WHERE kind = '{}'", owed.as_str());
        assert_eq!(
            world.database.count(&twice),
            2,
            "the change enqueues it again"
        );
        kill_during_call(&mut world, held, (owed, blow)).await;
        world.start_app().await;
        world.deliver_all().await;
        ExpectedState::after_update().assert_matches(&world);
    })
    .await;
}

#[tokio::test]
async fn header_found_by_lookup_is_updated_to_the_newest_state() {
    kill_after_concurrent_change(DeliveryKind::UpsertHeader).await;
}

#[tokio::test]
async fn announcement_found_by_lookup_is_updated_to_the_newest_state() {
    kill_after_concurrent_change(DeliveryKind::UpsertAnnouncement).await;
}

#[tokio::test]
async fn uncertain_topic_is_set_to_the_newest_state() {
    kill_after_concurrent_change(DeliveryKind::SetTopic).await;
}

#[tokio::test]
async fn uncertain_purpose_is_set_to_the_newest_state() {
    kill_after_concurrent_change(DeliveryKind::SetPurpose).await;
}

#[tokio::test]
async fn activity_lookup_does_not_match_the_next_activity() {
    kill_after_concurrent_change(DeliveryKind::PostActivity).await;
}

#[tokio::test]
async fn announcement_reply_lookup_does_not_match_the_next_reply() {
    kill_after_concurrent_change(DeliveryKind::PostAnnouncementReply).await;
}

#[tokio::test]
async fn channel_lookup_finds_the_channel_after_a_title_change() {
    let name = "open_channel overtaken by a change";
    run_matrix(
        name,
        &AFTER_CALL,
        async |mut world: World, blow: KillPoint| {
            let owed = DeliveryKind::CreateChannel;
            let held = hold_call(&world.slack, owed, SendMode::Create, blow.hold_point());
            declare_incident(&world).await;
            wait_for_call(&held, owed).await;
            let asked = world.open_modal(
                ("alice", "#general"),
                "/datadog incident update",
                &[("Incident", "1")],
            );
            let form = asked.await;
            let seen = world.slack.submits("alice", &form).await;
            assert!(seen.view.is_some(), "the update modal opens: {seen:?}");
            let form = world.fill_modal("alice", &UPDATE_FIELDS).await;
            world.submit_modal("alice", &form).await;
            kill_during_call(&mut world, held, (owed, blow)).await;
            world.start_app().await;
            world.deliver_all().await;
            ExpectedState::after_early_update().assert_matches(&world);
        },
    )
    .await;
}

#[tokio::test]
async fn superseded_channel_rename_is_not_recorded_as_a_manual_one() {
    let name = "rename_channel overtaken by a change";
    run_matrix(
        name,
        &KillPoint::ALL,
        async |mut world: World, blow: KillPoint| {
            declare_incident(&world).await;
            world.deliver_all().await;
            let owed = DeliveryKind::RenameChannel;
            let held = hold_call(&world.slack, owed, SendMode::Edit, blow.hold_point());
            let here = world.slack.channel(CHANNEL).unwrap();
            let title = async |world: &World, title: &str| {
                let text = format!("/datadog incident title {title}");
                assert_accepted(&world.slack.types("alice", &here, &text).await);
            };
            title(&world, "Checkout is lost").await;
            wait_for_call(&held, owed).await;
            title(&world, "Checkout is down").await;
            kill_during_call(&mut world, held, (owed, blow)).await;
            world.start_app().await;
            world.deliver_all().await;
            let slack = &world.slack;
            assert!(
                slack.channel(RENAMED_CHANNEL).is_some(),
                "{:?}",
                slack.channel_names()
            );
            let by_hand = "timeline WHERE json_extract(event, '$.event') = 'channel_renamed'";
            assert_eq!(
                world.database.count(by_hand),
                0,
                "no rename by a user is recorded"
            );
            assert_eq!(
                world.log_warnings(),
                [""; 0],
                "the log since the last start"
            );
        },
    )
    .await;
}

/// Kills the bot a second time, during the lookup.
async fn kill_during_lookup(owed: DeliveryKind, method: &str) {
    let name = format!("lookup of {} with {method}", owed.as_str());
    run_matrix(
        &name,
        &[KillPoint::BeforeResponse],
        async move |mut world: World, blow| {
            kill_at(&mut world, (owed, SendMode::Create, blow), declare_incident).await;
            let held = world.slack.hold_call(method, HoldPoint::After);
            world.start_app().await;
            wait_for_call(&held, owed).await;
            // Other posts of that run may use the same lookup. Holding any of them is sufficient.
            world.kill_app().await;
            held.drop_connection();
            world.start_app().await;
            world.deliver_all().await;
            ExpectedState::after_declaration().assert_matches(&world);
        },
    )
    .await;
}

#[tokio::test]
async fn header_lookup_succeeds_after_a_second_kill() {
    kill_during_lookup(DeliveryKind::UpsertHeader, "conversations.history").await;
}

#[tokio::test]
async fn announcement_reply_lookup_succeeds_after_a_second_kill() {
    kill_during_lookup(DeliveryKind::PostAnnouncementReply, "conversations.replies").await;
}

#[tokio::test]
async fn bookmark_lookup_succeeds_after_a_second_kill() {
    kill_during_lookup(DeliveryKind::SyncBookmarks, "bookmarks.list").await;
}

#[tokio::test]
async fn channel_lookup_succeeds_after_a_second_kill() {
    kill_during_lookup(DeliveryKind::CreateChannel, "conversations.list").await;
}
