//! Targets: the single addresses to which the recipients of a notification lead.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::notification::{MailAddress, Recipient};
use crate::string_enum::parse_enum;
use crate::{SlackGroup, Timestamp, UserId};

/// A single address of a notification, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotificationTarget {
    /// Its position within the notification, from 1.
    pub position: i64,
    /// The recipient that led to it.
    pub recipient: Recipient,
    /// The user who is notified; `None` for an address, a channel or a service.
    pub user: Option<UserId>,
    /// Where it is sent.
    pub destination: Destination,
    /// Its outcome.
    pub outcome: TargetOutcome,
}

/// Where a notification is sent. A notification has at most one target for each destination.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "to", content = "id", rename_all = "snake_case")]
pub enum Destination {
    /// A mail to this address.
    Mail(MailAddress),
    /// A direct message to this user.
    DirectMessage(UserId),
    /// A post in this channel.
    Channel(SlackGroup),
    /// A post in the incident's channel.
    IncidentChannel,
    /// The members of this user group, who become targets of their own.
    UserGroup(SlackGroup),
    /// The outgoing webhook with this name.
    Webhook(String),
    /// The PagerDuty service with this name.
    PagerDuty(String),
}

/// The outcome of a delivery to a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetOutcome {
    /// The state.
    pub state: TargetState,
    /// Why it failed, or what the receiver answered; may be empty.
    pub detail: String,
    /// The delivery that can be retried; `None` unless the target has failed.
    pub delivery_id: Option<i64>,
    /// When the state was reached.
    pub at: Timestamp,
}

impl TargetOutcome {
    /// Returns a state without details.
    pub fn new(state: TargetState, at: Timestamp) -> Self {
        Self {
            state,
            detail: String::new(),
            delivery_id: None,
            at,
        }
    }
}

/// The state of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TargetState {
    /// It is queued, or an attempt is repeated.
    Waiting,
    /// The relay, Slack or the service has accepted it.
    Sent,
    /// It may have arrived: the connection broke before the relay answered. It is not sent again.
    Uncertain,
    /// The receiver rejected it, or did not accept it within a day.
    Failed,
    /// It was not necessary any more.
    Skipped,
    /// The address gets no more mails of the rule, because its reader unsubscribed.
    Unsubscribed,
}

impl TargetState {
    /// All states.
    pub const ALL: [Self; 6] = [
        Self::Waiting,
        Self::Sent,
        Self::Uncertain,
        Self::Failed,
        Self::Skipped,
        Self::Unsubscribed,
    ];

    /// Returns the name that the store uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Uncertain => "uncertain",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Unsubscribed => "unsubscribed",
        }
    }
}

impl fmt::Display for TargetState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for TargetState {
    type Err = crate::string_enum::ParseEnumError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_meant = |state: &Self| state.as_str() == text;
        parse_enum("state", text, &Self::ALL, Self::as_str, is_meant)
    }
}
