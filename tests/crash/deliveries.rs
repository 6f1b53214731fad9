//! Crash tests for each kind of delivery, at each kill point.

use muster::domain::DeliveryKind;

use super::links;
use super::reminders::{kill_during_archiving, kill_during_reminder};
use super::tasks;
use crate::expected_state::{
    CHANNEL, DECLARE_FIELDS, ExpectedState, UPDATE_FIELDS, briefing_count,
};
use crate::harness::{World, assert_accepted};
use crate::kill_points::{KillPoint, SendMode, kill_at};
use crate::matrix::run_matrix;

/// Declares the incident.
pub async fn declare_incident(world: &World) {
    let form = open_declare_modal(world).await;
    world.submit_modal("alice", &form).await;
}

/// Fills in the declaration modal. Returns its ID.
pub async fn open_declare_modal(world: &World) -> String {
    let text = "/datadog incident Checkout is slow";
    world
        .open_modal(("alice", "#general"), text, &DECLARE_FIELDS)
        .await
}

/// Fills in the update modal. Returns its ID.
pub async fn open_update_modal(world: &World) -> String {
    let text = "/datadog incident update";
    world
        .open_modal(("alice", CHANNEL), text, &UPDATE_FIELDS)
        .await
}

/// Updates the incident.
pub async fn update_incident(world: &World) {
    let form = open_update_modal(world).await;
    world.submit_modal("alice", &form).await;
}

/// Posts a message in the incident channel as chioma. Returns its `ts`.
pub async fn post_as_chioma(world: &World) -> String {
    world.slack.joins("chioma", CHANNEL).await;
    let text = "I am working on a fix.";
    let result = world.slack.types("chioma", CHANNEL, text).await;
    result.ts.expect("the message was not posted")
}

/// Kills the bot during a delivery of a declaration.
async fn kill_during_declaration(kind: DeliveryKind) {
    let name = format!("{} of a declaration", kind.as_str());
    run_matrix(
        &name,
        &KillPoint::ALL,
        async move |mut world: World, kill_point| {
            kill_at(
                &mut world,
                (kind, SendMode::Create, kill_point),
                declare_incident,
            )
            .await;
            world.start_app().await;
            world.deliver_all().await;
            ExpectedState::after_declaration().assert_matches(&world);
            if kind == DeliveryKind::SendBriefing {
                assert!(briefing_count(&world, "bob") > 0, "bob was briefed");
            }
        },
    )
    .await;
}

/// Kills the bot during a delivery of an update.
async fn kill_during_update(kind: DeliveryKind) {
    let name = format!("{} of a change", kind.as_str());
    run_matrix(
        &name,
        &KillPoint::ALL,
        async move |mut world: World, kill_point| {
            declare_incident(&world).await;
            world.deliver_all().await;
            kill_at(
                &mut world,
                (kind, SendMode::Edit, kill_point),
                update_incident,
            )
            .await;
            world.start_app().await;
            world.deliver_all().await;
            ExpectedState::after_update().assert_matches(&world);
        },
    )
    .await;
}

/// Kills the bot during a delivery of a message that is added to the timeline.
async fn kill_during_message_action(kind: DeliveryKind) {
    let name = format!("{} of a message", kind.as_str());
    run_matrix(
        &name,
        &KillPoint::ALL,
        async move |mut world: World, kill_point| {
            declare_incident(&world).await;
            world.deliver_all().await;
            let ts = post_as_chioma(&world).await;
            world.deliver_all().await;
            if kind == DeliveryKind::FetchUser {
                world.database.expire_users();
            }
            let added = ts.clone();
            kill_at(
                &mut world,
                (kind, SendMode::Create, kill_point),
                async move |world| {
                    add_to_timeline(world, CHANNEL, &added).await;
                },
            )
            .await;
            world.start_app().await;
            world.deliver_all().await;
            assert_message_on_timeline(&world, CHANNEL, &ts);
            ExpectedState::after_declaration()
                .with_member("chioma")
                .with_event("message")
                .assert_matches(&world);
        },
    )
    .await;
}

/// Kills the bot during a delivery of a repair after the header was deleted.
async fn kill_during_repair(kind: DeliveryKind) {
    let name = format!("{} of a repair", kind.as_str());
    run_matrix(
        &name,
        &KillPoint::ALL,
        async move |mut world: World, kill_point| {
            declare_incident(&world).await;
            world.deliver_all().await;
            let header = world.slack.pins(CHANNEL).pop().unwrap();
            let app = world.slack.bot_user();
            world.slack.deletes(&app, CHANNEL, &header).await;
            kill_at(
                &mut world,
                (kind, SendMode::Create, kill_point),
                async |world| {
                    let action = world
                        .slack
                        .types("alice", CHANNEL, "/datadog incident repair");
                    assert_accepted(&action.await);
                },
            )
            .await;
            world.start_app().await;
            world.deliver_all().await;
            ExpectedState::after_declaration()
                .with_event("repaired")
                .with_post("alice had this built again: a new header.")
                .assert_matches(&world);
            let direct = world.slack.direct_message_channel("alice").unwrap();
            assert_eq!(
                world.slack.messages(&direct).len(),
                1,
                "the direct messages to alice"
            );
        },
    )
    .await;
}

/// Kills the bot during a delivery of an added pushpin reaction.
async fn kill_during_pushpin(kind: DeliveryKind) {
    let name = format!("{} of a pushpin", kind.as_str());
    run_matrix(
        &name,
        &KillPoint::ALL,
        async move |mut world: World, kill_point| {
            declare_incident(&world).await;
            world.deliver_all().await;
            let ts = post_as_chioma(&world).await;
            let pinned = ts.clone();
            kill_at(
                &mut world,
                (kind, SendMode::Create, kill_point),
                async move |world| {
                    assert_accepted(
                        &world
                            .slack
                            .adds_reaction("alice", CHANNEL, &pinned, "pushpin")
                            .await,
                    );
                },
            )
            .await;
            world.start_app().await;
            world.deliver_all().await;
            let read =
                "SELECT json_extract(event, '$.text') FROM timeline WHERE message_ts IS NOT NULL";
            assert_eq!(world.database.query(read), ["I am working on a fix."]);
            ExpectedState::after_declaration()
                .with_member("chioma")
                .with_event("message")
                .assert_matches(&world);
        },
    )
    .await;
}

/// Kills the bot during a delivery of a removed pushpin reaction.
async fn kill_during_pushpin_removal(kind: DeliveryKind) {
    let name = format!("{} of a removed pushpin", kind.as_str());
    run_matrix(
        &name,
        &KillPoint::ALL,
        async move |mut world: World, kill_point| {
            declare_incident(&world).await;
            world.deliver_all().await;
            let ts = post_as_chioma(&world).await;
            assert_accepted(
                &world
                    .slack
                    .adds_reaction("alice", CHANNEL, &ts, "pushpin")
                    .await,
            );
            world.deliver_all().await;
            let unpinned = ts.clone();
            kill_at(
                &mut world,
                (kind, SendMode::Create, kill_point),
                async move |world| {
                    let slack = &world.slack;
                    assert_accepted(
                        &slack
                            .removes_reaction("alice", CHANNEL, &unpinned, "pushpin")
                            .await,
                    );
                },
            )
            .await;
            world.start_app().await;
            world.deliver_all().await;
            assert_eq!(world.slack.reactions(CHANNEL, &ts), []);
            let on = "SELECT id FROM timeline WHERE message_ts IS NOT NULL AND removed_at IS NULL";
            assert_eq!(world.database.query(on), [""; 0]);
        },
    )
    .await;
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

#[tokio::test]
async fn a_channel_is_created_once() {
    kill_during_declaration(DeliveryKind::CreateChannel).await;
}

#[tokio::test]
async fn declarer_and_commander_are_invited() {
    kill_during_declaration(DeliveryKind::InviteUser).await;
}

#[tokio::test]
async fn a_header_is_posted_once() {
    kill_during_declaration(DeliveryKind::UpsertHeader).await;
}

#[tokio::test]
async fn a_header_is_pinned_once() {
    kill_during_declaration(DeliveryKind::PinHeader).await;
}

#[tokio::test]
async fn declaration_activity_is_posted_once() {
    kill_during_declaration(DeliveryKind::PostActivity).await;
}

#[tokio::test]
async fn commander_receives_one_direct_message() {
    kill_during_declaration(DeliveryKind::SendDirectMessage).await;
}

#[tokio::test]
async fn new_commander_receives_one_direct_message() {
    kill_during_update(DeliveryKind::SendDirectMessage).await;
}

#[tokio::test]
async fn assignee_receives_one_direct_message() {
    tasks::kill_during_task(DeliveryKind::SendDirectMessage).await;
}

#[tokio::test]
async fn assignee_is_invited() {
    tasks::kill_during_task(DeliveryKind::InviteUser).await;
}

#[tokio::test]
async fn declarer_receives_a_private_reply() {
    kill_during_declaration(DeliveryKind::SendPrivateReply).await;
}

#[tokio::test]
async fn invited_user_receives_a_briefing() {
    kill_during_declaration(DeliveryKind::SendBriefing).await;
}

#[tokio::test]
async fn an_announcement_is_posted_once() {
    kill_during_declaration(DeliveryKind::UpsertAnnouncement).await;
}

#[tokio::test]
async fn declaration_is_posted_once_as_announcement_reply() {
    kill_during_declaration(DeliveryKind::PostAnnouncementReply).await;
}

#[tokio::test]
async fn a_topic_is_set_once() {
    kill_during_declaration(DeliveryKind::SetTopic).await;
}

#[tokio::test]
async fn a_purpose_is_set_once() {
    kill_during_declaration(DeliveryKind::SetPurpose).await;
}

#[tokio::test]
async fn a_signal_is_bookmarked_once() {
    kill_during_declaration(DeliveryKind::SyncBookmarks).await;
}

#[tokio::test]
async fn a_document_is_bookmarked_once() {
    links::kill_during_document_link(DeliveryKind::SyncBookmarks).await;
}

#[tokio::test]
async fn pasted_call_link_prompts_its_author() {
    links::kill_during_call_suggestion(DeliveryKind::SuggestCall).await;
}

#[tokio::test]
async fn a_new_commander_is_invited() {
    kill_during_update(DeliveryKind::InviteUser).await;
}

#[tokio::test]
async fn a_header_is_edited_in_place() {
    kill_during_update(DeliveryKind::UpsertHeader).await;
}

#[tokio::test]
async fn an_announcement_is_edited_in_place() {
    kill_during_update(DeliveryKind::UpsertAnnouncement).await;
}

#[tokio::test]
async fn update_activity_is_posted_once() {
    kill_during_update(DeliveryKind::PostActivity).await;
}

#[tokio::test]
async fn update_is_posted_once_as_announcement_reply() {
    kill_during_update(DeliveryKind::PostAnnouncementReply).await;
}

#[tokio::test]
async fn a_topic_is_updated_once() {
    kill_during_update(DeliveryKind::SetTopic).await;
}

#[tokio::test]
async fn channel_is_renamed_once_when_the_title_changes() {
    kill_during_update(DeliveryKind::RenameChannel).await;
}

#[tokio::test]
async fn a_message_receives_one_pushpin() {
    kill_during_message_action(DeliveryKind::AddPushpin).await;
}

#[tokio::test]
async fn a_message_permalink_is_stored() {
    kill_during_message_action(DeliveryKind::FetchPermalink).await;
}

#[tokio::test]
async fn a_message_author_is_fetched() {
    kill_during_message_action(DeliveryKind::FetchUser).await;
}

#[tokio::test]
async fn a_message_is_fetched_after_a_pushpin_reaction() {
    kill_during_pushpin(DeliveryKind::FetchMessage).await;
}

#[tokio::test]
async fn pushpin_of_the_app_is_removed_when_the_user_removes_theirs() {
    kill_during_pushpin_removal(DeliveryKind::RemovePushpin).await;
}

#[tokio::test]
async fn a_reminder_is_posted_once() {
    kill_during_reminder(DeliveryKind::PostReminder).await;
}

#[tokio::test]
async fn a_channel_is_archived_once() {
    kill_during_archiving(DeliveryKind::ArchiveChannel).await;
}

#[test]
fn every_delivery_kind_is_tested() {
    let sources = concat!(
        include_str!("deliveries.rs"),
        include_str!("unresolved_users.rs"),
        include_str!("visibility.rs")
    );
    for kind in DeliveryKind::BY_PRIORITY {
        let killed = format!("(DeliveryKind::{kind:?}).await");
        assert!(sources.contains(&killed), "no crash test for {kind:?}");
    }
}

#[tokio::test]
async fn repair_recreates_a_deleted_header_once() {
    kill_during_repair(DeliveryKind::Repair).await;
}
