//! The notifications that users and rules sent about an incident, with what became of each.

use crate::domain::notification::{
    Destination, NotificationAuthor, NotificationTarget, SentNotification, TargetState,
};
use crate::domain::text::{RichText, Span, recipient_span};
use crate::domain::{Incident, UserNames};
use crate::error::Result;
use crate::web::form::new_key;
use crate::web::markdown::{Html, render_message};
use crate::web::pages::actions::{Action, Buttons, StatusAction};
use crate::web::pages::incident_tabs::Tab;
use crate::web::pages::notification_form::form_path;
use crate::web::parts::{ActionButton, RichHtml, Time, user_name};
use crate::web::session::SignedIn;

/// How many notifications the page shows.
const LIMIT: i64 = 100;

/// A notification that was sent.
pub(super) struct SentRow {
    pub(super) number: i64,
    /// Its subject; empty until it is rendered.
    pub(super) subject: String,
    pub(super) body: Html,
    /// The user or the rule that sent it.
    pub(super) author: String,
    /// The template and the kind: `Update · manual`.
    pub(super) origin: String,
    pub(super) time: Time,
    pub(super) recipients: RichHtml,
    /// The number of targets in each state.
    pub(super) counts: Vec<String>,
    /// Whether a target failed.
    pub(super) has_failed: bool,
    pub(super) targets: Vec<TargetRow>,
}

/// A target of a notification.
pub(super) struct TargetRow {
    pub(super) label: String,
    pub(super) state: &'static str,
    pub(super) is_failed: bool,
    pub(super) detail: String,
    pub(super) time: Time,
    pub(super) retry: Option<ActionButton>,
}

/// A draft of a notification.
pub(super) struct DraftRow {
    pub(super) id: i64,
    pub(super) path: String,
    pub(super) subject: String,
    pub(super) recipients: String,
    pub(super) author: String,
    pub(super) time: Time,
    pub(super) key: String,
}

/// Returns the drafts of an incident that the user may see.
pub(super) async fn read_drafts(
    signed_in: &SignedIn,
    incident: &Incident,
) -> Result<Vec<DraftRow>> {
    let (store, viewer) = (signed_in.store(), signed_in.viewer.clone());
    let (drafts, names) = store.notification_drafts(viewer, incident.id).await?;
    let rows = drafts.into_iter().filter_map(|draft| {
        let id = draft.id?;
        let recipients: Vec<_> = draft.recipients.lines().collect();
        let subject = match draft.text.subject.as_str() {
            "" => "No subject",
            subject => subject,
        };
        Some(DraftRow {
            id,
            path: format!("{}?draft={id}", form_path(incident.id)),
            subject: subject.to_owned(),
            recipients: recipients.join(", "),
            author: user_name(&draft.author, &names),
            time: signed_in.time(draft.updated_at),
            key: new_key(),
        })
    });
    Ok(rows.collect())
}

/// Returns the newest notifications of an incident that the user may see.
pub(super) async fn read(signed_in: &SignedIn, incident: &Incident) -> Result<Vec<SentRow>> {
    let (store, viewer) = (signed_in.store(), signed_in.viewer.clone());
    let read = store
        .incident_notifications(viewer, incident.id, LIMIT)
        .await?;
    let buttons = Buttons {
        incident,
        back: Tab::Notifications.path(incident.id),
    };
    let rows = read.sent.iter();
    let rows = rows.map(|sent| sent_row(signed_in, &buttons, sent, &read.names));
    Ok(rows.collect())
}

fn sent_row(
    signed_in: &SignedIn,
    buttons: &Buttons<'_>,
    sent: &SentNotification,
    names: &UserNames,
) -> SentRow {
    let notification = &sent.notification;
    let (subject, body) = match &notification.text {
        Some(text) => (text.subject.clone(), render_message(&text.body)),
        None => ("Not written yet".to_owned(), Html::default()),
    };
    let (author, kind) = match &notification.author {
        NotificationAuthor::User(user) => (user_name(user, names), "sent by hand"),
        NotificationAuthor::Rule(rule) => (format!("Rule “{rule}”"), "sent by a rule"),
    };
    let mut recipients = RichText::new();
    for recipient in &notification.recipients {
        if !recipients.is_empty() {
            recipients.push(Span::from(", "));
        }
        recipients.push(recipient_span(recipient));
    }
    let targets = sent.targets.iter();
    let targets = targets.map(|target| target_row(signed_in, buttons, target, names));
    SentRow {
        number: notification.number,
        subject,
        body,
        author,
        origin: match &notification.template {
            Some(template) => format!("{kind}, template {template}"),
            None => kind.to_owned(),
        },
        time: signed_in.time(notification.sent_at),
        recipients: RichHtml::new(vec![recipients], names, &signed_in.clock),
        counts: counts(&sent.targets),
        has_failed: sent.targets.iter().any(is_failed),
        targets: targets.collect(),
    }
}

fn is_failed(target: &NotificationTarget) -> bool {
    match target.outcome.state {
        TargetState::Failed | TargetState::Uncertain => true,
        TargetState::Waiting
        | TargetState::Sent
        | TargetState::Skipped
        | TargetState::Unsubscribed => false,
    }
}

fn counts(targets: &[NotificationTarget]) -> Vec<String> {
    let label = |state: TargetState| match state {
        TargetState::Waiting => "waiting",
        TargetState::Sent => "sent",
        TargetState::Uncertain => "uncertain",
        TargetState::Failed => "failed",
        TargetState::Skipped => "not sent",
        TargetState::Unsubscribed => "unsubscribed",
    };
    let counts = TargetState::ALL.into_iter().filter_map(|state| {
        let matching = targets.iter().filter(|it| it.outcome.state == state);
        let count = matching.count();
        (count > 0).then(|| format!("{count} {}", label(state)))
    });
    counts.collect()
}

fn target_row(
    signed_in: &SignedIn,
    buttons: &Buttons<'_>,
    target: &NotificationTarget,
    names: &UserNames,
) -> TargetRow {
    let outcome = &target.outcome;
    let label = target_label(target, names);
    let text = match outcome.state {
        TargetState::Uncertain => "Send again",
        TargetState::Waiting
        | TargetState::Sent
        | TargetState::Failed
        | TargetState::Skipped
        | TargetState::Unsubscribed => "Try again",
    };
    let retry = Action::Status(StatusAction::RetryDelivery);
    let delivery = outcome.delivery_id.filter(|_| is_failed(target));
    TargetRow {
        retry: delivery.map(|id| buttons.button(retry, id, text, &label)),
        label,
        state: state_label(target),
        is_failed: is_failed(target),
        detail: outcome.detail.clone(),
        time: signed_in.time(outcome.at),
    }
}

fn target_label(target: &NotificationTarget, names: &UserNames) -> String {
    let user = target.user.as_ref().map(|user| user_name(user, names));
    let medium = match &target.destination {
        Destination::Mail(_) => "mail",
        Destination::DirectMessage(_) => "direct message",
        Destination::Channel(_)
        | Destination::IncidentChannel
        | Destination::UserGroup(_)
        | Destination::Webhook(_)
        | Destination::PagerDuty(_) => return target.recipient.description(),
    };
    match user {
        Some(user) => format!("{user}, by {medium}"),
        None => target.recipient.description(),
    }
}

fn state_label(target: &NotificationTarget) -> &'static str {
    match (target.outcome.state, &target.destination) {
        (TargetState::Waiting, _) => "Waiting",
        (TargetState::Sent, Destination::Mail(_)) => "Accepted by the relay",
        (TargetState::Sent, Destination::Webhook(_) | Destination::PagerDuty(_)) => "Accepted",
        (TargetState::Sent, Destination::UserGroup(_)) => "Sent to its members",
        (
            TargetState::Sent,
            Destination::DirectMessage(_) | Destination::Channel(_) | Destination::IncidentChannel,
        ) => "Posted",
        (TargetState::Uncertain, _) => "May have arrived",
        (TargetState::Failed, _) => "Failed",
        (TargetState::Skipped, _) => "Not sent",
        (TargetState::Unsubscribed, _) => "Unsubscribed",
    }
}
