//! Notifications as they are stored.

use serde::{Deserialize, Serialize};

use crate::notification::{NotificationDraft, NotificationTarget, Recipient, TargetOutcome};
use crate::{Timestamp, UserId};

/// A notification that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// Its number within the incident, from 1.
    pub number: i64,
    /// The user or the rule that sent it.
    pub author: NotificationAuthor,
    /// The name of the template; `None` if the text was written by hand or is the default one.
    pub template: Option<String>,
    /// The text; `None` until it is rendered, which is when the notification of a rule is delivered.
    pub text: Option<NotificationText>,
    /// The recipients, as chosen.
    pub recipients: Vec<Recipient>,
    /// The changes that it reports, as sentences. Empty if a user sent it.
    pub changes: Vec<String>,
    /// When it was sent.
    pub sent_at: Timestamp,
}

/// The user or the rule that sent a notification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotificationAuthor {
    /// A user sent it.
    User(UserId),
    /// The notification rule with this name sent it.
    Rule(String),
}

/// The text of a notification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationText {
    /// The subject: one line of plain text.
    pub subject: String,
    /// The body, in Markdown.
    pub body: String,
}

/// A notification with what became of it at each target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentNotification {
    /// The notification.
    pub notification: Notification,
    /// Its targets, in order.
    pub targets: Vec<NotificationTarget>,
}

/// A change of the notifications of an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotificationChange {
    /// A notification is sent.
    Sent(Notification),
    /// Its text is rendered.
    Rendered {
        /// Its number.
        number: i64,
        /// The text.
        text: NotificationText,
    },
    /// It has more targets.
    TargetsAdded {
        /// Its number.
        number: i64,
        /// The targets.
        targets: Vec<NotificationTarget>,
    },
    /// A target has another state.
    TargetChanged {
        /// The number of the notification.
        number: i64,
        /// The position of the target.
        position: i64,
        /// Its outcome.
        outcome: TargetOutcome,
    },
    /// The webhook with this name is switched off: it answered 410 Gone.
    WebhookGone {
        /// Its name.
        name: String,
        /// When it answered.
        at: Timestamp,
    },
    /// A draft is created, or changed.
    DraftSaved(NotificationDraft),
    /// A draft is deleted, or was sent.
    DraftRemoved {
        /// Its ID.
        id: i64,
    },
}
