//! Crash tests for each kind of delivery, at each kill point.

pub mod alert_buttons;
mod alert_messages;
mod canvas;
mod concurrent_change;
mod exports;
mod home_views;
mod mail;
pub mod overdue_notice;
pub mod reminders;
mod webhooks;

use crate::app_messages::briefing_count;
use crate::deliveries::canvas::{kill_during_canvas_export, kill_during_canvas_update};
use crate::deliveries::exports::{
    kill_during_notebook_export, kill_during_page_creation, kill_during_page_update,
};
use crate::deliveries::mail::kill_during_mail;
use crate::deliveries::reminders::{
    kill_during_answered_reminder, kill_during_archiving, kill_during_reminder,
};
use crate::deliveries::webhooks::kill_during_webhook;
use crate::expected_state::{DECLARE_FIELDS, UPDATE_FIELDS};
use crate::fields::kill_during_service_change;
use crate::harness::prelude::*;
use crate::kill_points::kill_at;
use crate::links::{kill_during_call_suggestion, kill_during_document_link};
use crate::matrix::run_delivery_matrix;
use crate::messages::{
    kill_during_message_action, kill_during_pushpin, kill_during_pushpin_removal,
};
use crate::requests::timeline::kill_during_note_removal;
use crate::requests::web::notifications::kill_during_notification;
use crate::resolve::kill_during_resolution;
use crate::status_update::kill_during_status_update;
use crate::tasks::{kill_during_second_task, kill_during_task};
use crate::unresolved_users::kill_during_user_resolution;
use crate::visibility::{kill_during_channel_move, kill_during_responder_removal};

/// Generates a test for each scenario and each of its delivery kinds: `kill_during_update::SetTopic`.
macro_rules! delivery_tests {
    ($($scenario:ident: $($kind:ident),+;)+) => {
        /// The kinds with a crash test.
        const TESTED: &[DeliveryKind] = &[$($(DeliveryKind::$kind),+),+];

        $(
            #[allow(non_snake_case)]
            mod $scenario {
                $(
                    #[tokio::test]
                    async fn $kind() {
                        super::$scenario(muster_domain::DeliveryKind::$kind).await;
                    }
                )+
            }
        )+
    };
}

delivery_tests! {
    kill_during_declaration: CreateChannel, InviteUser, UpsertHeader, PinHeader, PostActivity,
        SendDirectMessage, SendPrivateReply, SendBriefing, UpsertAnnouncement, SetTopic,
        SetPurpose, SyncBookmarks;
    kill_during_update: InviteUser, UpsertHeader, PostActivity, SendDirectMessage, UpsertAnnouncement,
        PostAnnouncementReply, SetTopic, RenameChannel;
    kill_during_service_change: InviteGroup, InviteUser;
    kill_during_status_update: PostActivity, PostAnnouncementReply, SendDirectMessage, UpsertHeader;
    kill_during_resolution: PostActivity, PostClosingSummary, PostAnnouncementReply, UpsertHeader;
    kill_during_message_action: AddPushpin, FetchPermalink, FetchUser;
    kill_during_pushpin: FetchMessage;
    kill_during_pushpin_removal: RemovePushpin;
    kill_during_note_removal: EditActivityPost;
    kill_during_task: InviteUser, SendDirectMessage;
    kill_during_second_task: SendDirectMessage;
    kill_during_document_link: SyncBookmarks;
    kill_during_call_suggestion: SuggestCall;
    kill_during_reminder: PostReminder;
    kill_during_answered_reminder: EditReminder;
    kill_during_archiving: ArchiveChannel;
    kill_during_channel_move: ListOldMembers, CreateChannel, InviteUser, UpsertHeader, PinHeader,
        DeleteAnnouncement, PostOldChannelNotice, ArchiveOldChannel;
    kill_during_responder_removal: KickUser;
    kill_during_user_resolution: ResolveUser, SendDeferredReply;
    kill_during_webhook: SendWebhook, PagePagerduty;
    kill_during_notification: PrepareNotification, ExpandUserGroup, PostNotification;
    kill_during_mail: SendMail;
    kill_during_canvas_export: ExportPostmortem;
    kill_during_canvas_update: ExportPostmortem;
    kill_during_page_creation: ExportPostmortem;
    kill_during_page_update: ExportPostmortem;
    kill_during_notebook_export: ExportPostmortem;
    kill_during_repair: Repair;
}

#[test]
fn every_delivery_kind_is_tested() {
    for kind in DeliveryKind::ALL {
        assert!(TESTED.contains(kind), "no crash test for {kind:?}");
    }
}

/// Declares the incident.
pub async fn declare_incident(world: &World) {
    let form = open_declare_modal(world).await;
    world.submit_modal("alice", &form).await;
}

/// Declares the incident and sends all deliveries.
pub async fn declare_and_deliver(world: &World) {
    declare_incident(world).await;
    world.deliver_all().await;
}

/// Declares the incident and prepares it, and sends all deliveries. Returns the output of `prepare`.
pub async fn declare_and_prepare<Prepared>(
    world: &World,
    prepare: &impl AsyncFn(&World) -> Prepared,
) -> Prepared {
    declare_and_deliver(world).await;
    let prepared = prepare(world).await;
    world.deliver_all().await;
    prepared
}

/// Fills in the declaration modal. Returns its ID.
pub async fn open_declare_modal(world: &World) -> String {
    let text = "/datadog incident Checkout is slow";
    let fields = &DECLARE_FIELDS;
    world.open_modal("alice", "#general", text, fields).await
}

/// Fills in the update modal. Returns its ID.
pub async fn open_update_modal(world: &World) -> String {
    let text = "/datadog incident update";
    let fields = &UPDATE_FIELDS;
    world.open_modal("alice", CHANNEL, text, fields).await
}

/// Updates the incident.
pub async fn update_incident(world: &World) {
    let form = open_update_modal(world).await;
    world.submit_modal("alice", &form).await;
}

/// Kills the bot during a delivery of a declaration.
async fn kill_during_declaration(kind: DeliveryKind) {
    let case = DeliveryCase::create(kind, "a declaration");
    let name = case.to_string();
    run_delivery_matrix(
        &name,
        kind as usize,
        &KillPoint::ALL,
        async move |mut world: World, kill_point| {
            kill_at(&mut world, case, kill_point, declare_incident).await;
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
    let case = DeliveryCase::edit(kind, "an update");
    kill_during_action(case, update_incident, |world| {
        ExpectedState::after_update().assert_matches(world);
    })
    .await;
}

/// Kills the bot during a delivery of a repair after the header was deleted.
async fn kill_during_repair(kind: DeliveryKind) {
    let case = DeliveryCase::create(kind, "a repair");
    let delete_header = async |world: &World| {
        let header = world.slack.pins(CHANNEL).pop().unwrap();
        let app = world.slack.bot_user();
        world.slack.deletes(&app, CHANNEL, &header).await;
    };
    let repair = async |world: &World, (): &()| {
        let command = "/datadog incident repair";
        assert_accepted(&world.slack.types("alice", CHANNEL, command).await);
    };
    kill_during(case, delete_header, repair, |world, ()| {
        ExpectedState::after_declaration()
            .with_event("repaired")
            .with_post("alice recreated the header.")
            .assert_matches(world);
        let direct = world.slack.direct_message_channel("alice").unwrap();
        let messages = world.slack.messages(&direct);
        assert_eq!(messages.len(), 1, "the direct messages to alice");
    })
    .await;
}
