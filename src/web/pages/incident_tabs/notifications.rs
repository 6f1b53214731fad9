//! `/incidents/7/notifications`: the notifications that users and rules sent about the incident, and the messages
//! that Muster posts by itself: sent, waiting and failed.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;

use crate::domain::{DeliveryKind, Incident, UserNames};
use crate::store::{DeliveryState, IncidentDelivery};
use crate::web::layout::{Layout, PageResult, Section, page_with_status};
use crate::web::pages::actions::{Action, Buttons, StatusAction};
use crate::web::pages::incident::IncidentPath;
use crate::web::pages::incident_tabs::sent_notifications::{self, DraftRow, SentRow};
use crate::web::pages::incident_tabs::{IncidentHead, Saved, Tab, TabState, open_tab};
use crate::web::pages::notification_form::form_path;
use crate::web::parts::{ActionButton, Time, user_name};
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

/// How many deliveries the page reads.
const LIMIT: i64 = 300;

pub(super) fn add_routes(routes: Routes) -> Routes {
    routes.get(Access::SignedIn, "/incidents/{id}/notifications", show)
}

#[derive(Template)]
#[template(path = "incident_notifications.html", config = "src/web/askama.toml")]
struct NotificationsTemplate {
    layout: Layout,
    head: IncidentHead,
    /// The path of the form of a new notification.
    new: String,
    notifications: Vec<SentRow>,
    drafts: Vec<DraftRow>,
    counts: Vec<Count>,
    failed: Vec<Row>,
    waiting: Vec<Row>,
    sent: Vec<Row>,
}

/// How many messages of a kind were sent.
struct Count {
    label: &'static str,
    count: usize,
}

/// A delivery.
struct Row {
    label: String,
    user: Option<String>,
    time: Time,
    error: String,
    retry: Option<ActionButton>,
}

async fn show(
    signed_in: SignedIn,
    path: IncidentPath,
    Query(query): Query<HashMap<String, String>>,
) -> PageResult {
    open_tab(Tab::Notifications, &signed_in, path.id, query).await
}

/// Renders the notifications of an incident that the user may see.
pub(super) async fn render(
    signed_in: &SignedIn,
    incident: &Incident,
    mut state: TabState,
) -> PageResult {
    let value = |name: &str| state.query.get(name).map_or("", String::as_str);
    let sentence = match (value("sent"), value("draft")) {
        ("1", _) => Some("Notification sent."),
        (_, "saved") => Some("Draft saved."),
        (_, "deleted") => Some("Draft deleted."),
        (_, _) => None,
    };
    if let Some(sentence) = sentence {
        state.saved = Some(Saved {
            sentence: sentence.to_owned(),
            undo: None,
        });
    }
    let store = signed_in.store();
    let read = store.incident_deliveries(signed_in.viewer.clone(), incident.id, LIMIT);
    let read = read.await?;
    let rows = |state: DeliveryState| {
        let matching = read.deliveries.iter().filter(|it| it.state == state);
        let matching = matching.filter(|it| !is_of_notification(it));
        // Calls such as setting the topic are of interest only if they fail or wait.
        let listed = matching.filter(|it| state != DeliveryState::Done || label_of(it).is_some());
        let row = |it| row(signed_in, incident, it, &read.names);
        listed.map(row).collect::<Vec<_>>()
    };
    page_with_status(
        state.status,
        &NotificationsTemplate {
            layout: signed_in.layout(Section::Incidents),
            head: IncidentHead::read(signed_in, incident, Tab::Notifications, &state).await?,
            new: form_path(incident.id),
            notifications: sent_notifications::read(signed_in, incident).await?,
            drafts: sent_notifications::read_drafts(signed_in, incident).await?,
            counts: counts(&read.deliveries),
            failed: rows(DeliveryState::Failed),
            waiting: rows(DeliveryState::Waiting),
            sent: rows(DeliveryState::Done),
        },
    )
}

fn row(
    signed_in: &SignedIn,
    incident: &Incident,
    delivery: &IncidentDelivery,
    names: &UserNames,
) -> Row {
    let buttons = Buttons {
        incident,
        back: Tab::Notifications.path(incident.id),
    };
    let kind = delivery.payload.kind();
    let label = match message_label(kind) {
        Some(label) => label.to_owned(),
        None => kind.as_str().replace('_', " "),
    };
    let retry = Action::Status(StatusAction::RetryDelivery);
    let retry = buttons.button(retry, delivery.id, "Try again", &label);
    let user = delivery.payload.user();
    Row {
        user: user.map(|user| user_name(user, names)),
        time: signed_in.time(delivery.finished_at.unwrap_or(delivery.enqueued_at)),
        error: delivery.last_error.clone(),
        retry: (delivery.state == DeliveryState::Failed).then_some(retry),
        label,
    }
}

fn label_of(delivery: &IncidentDelivery) -> Option<&'static str> {
    message_label(delivery.payload.kind())
}

fn counts(deliveries: &[IncidentDelivery]) -> Vec<Count> {
    let sent = deliveries
        .iter()
        .filter(|it| it.state == DeliveryState::Done);
    let mut counts: Vec<Count> = Vec::new();
    for label in sent.filter_map(label_of) {
        match counts.iter_mut().find(|count| count.label == label) {
            Some(count) => count.count += 1,
            None => counts.push(Count { label, count: 1 }),
        }
    }
    counts.sort_by_key(|count| count.label);
    counts
}

/// Returns whether a delivery is shown with its notification. Targets are known once it is prepared. One that is
/// tried again is listed with the last error, which its target does not have yet.
fn is_of_notification(delivery: &IncidentDelivery) -> bool {
    let kind = delivery.payload.kind();
    let to_targets = [
        DeliveryKind::ExpandUserGroup,
        DeliveryKind::PostNotification,
        DeliveryKind::SendMail,
        DeliveryKind::SendWebhook,
        DeliveryKind::PagePagerduty,
    ];
    let is_repeated = delivery.state == DeliveryState::Waiting && !delivery.last_error.is_empty();
    let is_preparation = kind == DeliveryKind::PrepareNotification;
    (to_targets.contains(&kind) && !is_repeated)
        || (is_preparation && delivery.state != DeliveryState::Failed)
}

/// Returns the name of a message that users read; `None` for another call to Slack.
#[expect(clippy::too_many_lines, reason = "one line for each delivery kind")]
fn message_label(kind: DeliveryKind) -> Option<&'static str> {
    match kind {
        DeliveryKind::UpsertAnnouncement => Some("Announcement"),
        DeliveryKind::PostAnnouncementReply => Some("Reply to the announcement"),
        DeliveryKind::SendDirectMessage => Some("Direct message"),
        DeliveryKind::SendBriefing => Some("Briefing"),
        DeliveryKind::PostReminder => Some("Reminder"),
        DeliveryKind::PostClosingSummary => Some("Closing summary"),
        DeliveryKind::PostActivity => Some("Post in the channel"),
        DeliveryKind::PostOldChannelNotice => Some("Notice in the old channel"),
        DeliveryKind::SuggestCall => Some("Question about a video call"),
        DeliveryKind::PrepareNotification
        | DeliveryKind::ExpandUserGroup
        | DeliveryKind::PostNotification
        | DeliveryKind::SendMail
        | DeliveryKind::SendWebhook
        | DeliveryKind::PagePagerduty
        | DeliveryKind::CreateChannel
        | DeliveryKind::InviteUser
        | DeliveryKind::InviteGroup
        | DeliveryKind::KickUser
        | DeliveryKind::UpsertHeader
        | DeliveryKind::PinHeader
        | DeliveryKind::SendPrivateReply
        | DeliveryKind::AddPushpin
        | DeliveryKind::RemovePushpin
        | DeliveryKind::FetchMessage
        | DeliveryKind::SetTopic
        | DeliveryKind::SetPurpose
        | DeliveryKind::RenameChannel
        | DeliveryKind::SyncBookmarks
        | DeliveryKind::ExportPostmortem
        | DeliveryKind::FetchPermalink
        | DeliveryKind::EditReminder
        | DeliveryKind::EditActivityPost
        | DeliveryKind::ArchiveChannel
        | DeliveryKind::ListOldMembers
        | DeliveryKind::DeleteAnnouncement
        | DeliveryKind::ArchiveOldChannel
        | DeliveryKind::Repair
        | DeliveryKind::FetchUser
        | DeliveryKind::ResolveUser
        | DeliveryKind::SendDeferredReply => None,
    }
}
