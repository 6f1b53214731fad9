//! Incidents that change while the outcome of a delivery is uncertain. A lookup after the restart finds the
//! old state, which must not be mistaken for the current one.

use muster_sandbox::HoldPoint;

use crate::app_messages::sorted_lines;
use crate::deliveries::update_incident;
use crate::expected_state::{RENAMED_CHANNEL, UPDATE_FIELDS};
use crate::harness::prelude::*;
use crate::kill_points::{SendMode, hold_call, kill_at, kill_during_call, wait_for_call};

/// The kill points after which a lookup finds the message.
const AFTER_CALL: [KillPoint; 2] = [KillPoint::AfterCall, KillPoint::BeforeCommit];

/// Changes the incident during a delivery of its declaration, then kills the bot.
async fn kill_after_concurrent_change(kind: DeliveryKind) {
    let name = format!("{} overtaken by a change", kind.as_str());
    run_matrix(
        &name,
        &AFTER_CALL,
        async move |mut world: World, kill_point| {
            let call = hold_call(
                &world.slack,
                kind,
                SendMode::Create,
                kill_point.hold_point(),
            );
            declare_incident(&world).await;
            wait_for_call(&call, kind).await;
            // Alice must be in the channel, and Slack must post one message per topic change.
            let others = format!(
                "outbox WHERE state = 'pending' AND kind <> '{}'
                AND kind IN ('invite_user', 'set_topic', 'set_purpose')",
                kind.as_str()
            );
            let is_set_up = async || world.database.count(&others) == 0;
            wait_for("channel with its members, topic and purpose", is_set_up).await;
            update_incident(&world).await;
            let twice = format!("outbox WHERE kind = '{}'", kind.as_str());
            assert_eq!(
                world.database.count(&twice),
                2,
                "the change enqueues it again"
            );
            kill_during_call(&mut world, call, kind, kill_point).await;
            world.start_app().await;
            world.deliver_all().await;
            ExpectedState::after_update().assert_matches(&world);
        },
    )
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
    run_matrix(
        "post_announcement_reply overtaken by a change",
        &AFTER_CALL,
        async |mut world: World, kill_point: KillPoint| {
            declare_and_deliver(&world).await;
            let kind = DeliveryKind::PostAnnouncementReply;
            let call = hold_call(
                &world.slack,
                kind,
                SendMode::Create,
                kill_point.hold_point(),
            );
            set_severity(&world, "SEV-3").await;
            wait_for_call(&call, kind).await;
            set_severity(&world, "SEV-1").await;
            kill_during_call(&mut world, call, kind, kill_point).await;
            world.start_app().await;
            world.deliver_all().await;
            let replies = [
                "alice changed severity SEV-2 → SEV-3",
                "alice changed severity SEV-3 → SEV-1",
            ];
            assert_announcement_replies(&world, &replies);
        },
    )
    .await;
}

async fn set_severity(world: &World, severity: &str) {
    let text = format!("/datadog incident severity {severity}");
    assert_accepted(&world.slack.types("alice", CHANNEL, &text).await);
}

/// Checks that the announcement has these replies about the severity, each once.
fn assert_announcement_replies(world: &World, expected: &[&str]) {
    let mut messages = world.slack.messages("incidents").into_iter();
    let announcement = messages.find(|it| it.rendered_text().starts_with("IR-1 "));
    let ts = announcement.expect("the incident is not announced").ts;
    let replies = sorted_lines(&world.slack.replies("incidents", &ts));
    let about = replies.iter().filter(|it| it.contains("changed severity"));
    assert_eq!(about.collect::<Vec<_>>(), expected, "the replies");
}

#[tokio::test]
async fn channel_lookup_finds_the_channel_after_a_title_change() {
    let name = "create_channel overtaken by a change";
    run_matrix(
        name,
        &AFTER_CALL,
        async |mut world: World, kill_point: KillPoint| {
            let kind = DeliveryKind::CreateChannel;
            let call = hold_call(
                &world.slack,
                kind,
                SendMode::Create,
                kill_point.hold_point(),
            );
            declare_incident(&world).await;
            wait_for_call(&call, kind).await;
            let opening = world.open_modal(
                "alice",
                "#general",
                "/datadog incident update",
                &[("Incident", "1")],
            );
            let form = opening.await;
            let result = world.slack.submits("alice", &form).await;
            assert!(result.view.is_some(), "the update modal opens: {result:?}");
            let form = world.fill_modal("alice", &UPDATE_FIELDS).await;
            world.submit_modal("alice", &form).await;
            kill_during_call(&mut world, call, kind, kill_point).await;
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
        async |mut world: World, kill_point: KillPoint| {
            declare_and_deliver(&world).await;
            let kind = DeliveryKind::RenameChannel;
            let call = hold_call(&world.slack, kind, SendMode::Edit, kill_point.hold_point());
            let here = world.slack.channel(CHANNEL).unwrap();
            let title = async |world: &World, title: &str| {
                let text = format!("/datadog incident title {title}");
                assert_accepted(&world.slack.types("alice", &here, &text).await);
            };
            title(&world, "Checkout is lost").await;
            wait_for_call(&call, kind).await;
            title(&world, "Checkout is down").await;
            kill_during_call(&mut world, call, kind, kill_point).await;
            world.start_app().await;
            world.deliver_all().await;
            let slack = &world.slack;
            assert!(
                slack.channel(RENAMED_CHANNEL).is_some(),
                "{:?}",
                slack.channel_names()
            );
            let manual_renames =
                "timeline WHERE json_extract(event, '$.event') = 'channel_renamed'";
            let recorded = world.database.count(manual_renames);
            assert_eq!(recorded, 0, "no rename by a user is recorded");
            let warnings = world.log_warnings();
            assert_eq!(warnings, [""; 0], "the log since the last start");
        },
    )
    .await;
}

/// Kills the bot a second time, during the lookup.
async fn kill_during_lookup(kind: DeliveryKind, method: &str) {
    let name = format!("lookup of {} with {method}", kind.as_str());
    run_matrix(
        &name,
        &[KillPoint::AfterCall],
        async move |mut world: World, kill_point| {
            let case = DeliveryCase::create(kind, "a declaration");
            kill_at(&mut world, case, kill_point, declare_incident).await;
            kill_during_next_call(&mut world, kind, method).await;
            world.start_app().await;
            world.deliver_all().await;
            ExpectedState::after_declaration().assert_matches(&world);
        },
    )
    .await;
}

/// Starts the bot and kills it during the lookup. Other posts of that run may use the same lookup; holding any
/// of them is sufficient.
async fn kill_during_next_call(world: &mut World, kind: DeliveryKind, method: &str) {
    let call = world.slack.hold_call(method, HoldPoint::After);
    world.start_app().await;
    wait_for_call(&call, kind).await;
    world.kill_app().await;
    call.drop_connection();
}

#[tokio::test]
async fn header_lookup_succeeds_after_a_second_kill() {
    kill_during_lookup(DeliveryKind::UpsertHeader, "conversations.history").await;
}

#[tokio::test]
async fn announcement_reply_lookup_succeeds_after_a_second_kill() {
    run_matrix(
        "lookup of post_announcement_reply",
        &[KillPoint::AfterCall],
        async |mut world: World, kill_point: KillPoint| {
            declare_and_deliver(&world).await;
            let kind = DeliveryKind::PostAnnouncementReply;
            let case = DeliveryCase::create(kind, "a change of the severity");
            let act = async |world: &World| set_severity(world, "SEV-3").await;
            kill_at(&mut world, case, kill_point, act).await;
            kill_during_next_call(&mut world, kind, "conversations.replies").await;
            world.start_app().await;
            world.deliver_all().await;
            assert_announcement_replies(&world, &["alice changed severity SEV-2 → SEV-3"]);
        },
    )
    .await;
}

#[tokio::test]
async fn bookmark_lookup_succeeds_after_a_second_kill() {
    kill_during_lookup(DeliveryKind::SyncBookmarks, "bookmarks.list").await;
}

#[tokio::test]
async fn channel_lookup_succeeds_after_a_second_kill() {
    kill_during_lookup(DeliveryKind::CreateChannel, "conversations.list").await;
}
