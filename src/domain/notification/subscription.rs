//! Subscriptions to the mails of rules, and how an address ends them.

use crate::notification::MailAddress;
use crate::{IncidentId, Timestamp};

/// A mail of a rule, by the target that it is sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleMail {
    /// The incident.
    pub incident: IncidentId,
    /// The number of the notification.
    pub notification: i64,
    /// The position of the target.
    pub position: i64,
}

/// The mails of a rule that an address gets no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoppedMails {
    /// All mails of the rule.
    OfRule,
    /// Its mails about one incident.
    AboutIncident,
}

/// The subscription of an address to the mails of a rule, as a mail about an incident names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailSubscription {
    /// The name of the rule; the last one if it was deleted.
    pub rule: String,
    /// Whether the rule was deleted.
    pub is_deleted: bool,
    /// The address.
    pub address: MailAddress,
    /// The incident that the mail is about.
    pub incident: IncidentId,
    /// Which mails were stopped, and when; `None` while the address gets all.
    pub stopped: Option<(StoppedMails, Timestamp)>,
}

impl MailSubscription {
    /// Returns when these mails were stopped; `None` while the address gets some of them.
    pub fn stopped_since(&self, mails: StoppedMails) -> Option<Timestamp> {
        let (stopped, since) = self.stopped?;
        match (stopped, mails) {
            (StoppedMails::OfRule, _)
            | (StoppedMails::AboutIncident, StoppedMails::AboutIncident) => Some(since),
            (StoppedMails::AboutIncident, StoppedMails::OfRule) => None,
        }
    }
}

/// The mails of a rule that were stopped, as an admin may know them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnsubscribedMails {
    /// All of the rule.
    OfRule,
    /// Those about a public incident.
    AboutIncident(IncidentId),
    /// Those about a private incident, which not every admin may see.
    AboutPrivateIncident,
}

/// An address that gets no more mails of a rule, as the page of the rule lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsubscribedAddress {
    /// Identifies it.
    pub id: i64,
    /// The address.
    pub address: MailAddress,
    /// Which mails.
    pub mails: UnsubscribedMails,
    /// Since when.
    pub since: Timestamp,
}
