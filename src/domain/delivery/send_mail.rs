//! Sends a notification by mail.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, Needs, OrderingKey};
use crate::notification::{MailAddress, StoppedMails, TargetOutcome, TargetState};
use crate::{Change, DecisionContext, Incident};

/// Sends a notification to a mail address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendMail {
    /// The number of the notification.
    pub notification: i64,
    /// The position of the target.
    pub position: i64,
    /// The address.
    pub address: MailAddress,
    /// Header and body, in ASCII; `None` until the first attempt. After an attempt that may have succeeded, the same
    /// bytes with the same message ID are sent again, so that a receiver can drop the second copy.
    #[serde(default)]
    pub content: Option<String>,
    /// The later mails that `content` includes.
    #[serde(default)]
    pub merged: Vec<MergedMail>,
}

/// A mail of a rule that waited for an earlier one to the same address, and is sent as a part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergedMail {
    /// The ID of its delivery.
    pub delivery_id: i64,
    /// The number of the notification.
    pub notification: i64,
    /// The position of the target.
    pub position: i64,
}

/// A mail that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentMail {
    /// The result, as a sentence; may be empty.
    pub detail: String,
    /// The later mails that it included.
    pub merged: Vec<MergedMail>,
}

/// The outcome of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailOutcome {
    /// It was sent.
    Sent(SentMail),
    /// It was not sent: the address gets no more of these mails.
    Unsubscribed(StoppedMails),
}

impl DeliverySpec for SendMail {
    type Output = MailOutcome;
    const PRIORITY: u8 = 126;
    const COALESCE: Coalesce = Coalesce::Batch;

    /// A recipient gets the mails about an incident one after the other: the first one is the root of the
    /// conversation.
    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::of_object("mail", &self.address)
    }

    fn target(&self) -> Option<(i64, i64)> {
        Some((self.notification, self.position))
    }

    fn needs(&self, incident: &Incident) -> Needs {
        Needs {
            notification: Some(self.notification),
            ..Needs::names(incident, [])
        }
    }

    fn on_done(&self, incident: &Incident, mail: MailOutcome, ctx: &DecisionContext<'_>) -> Change {
        let mut change = Change::new(incident.clone(), ctx.now);
        let (state, detail, merged) = match mail {
            MailOutcome::Sent(sent) => (TargetState::Sent, sent.detail, sent.merged),
            MailOutcome::Unsubscribed(mails) => {
                let detail = match mails {
                    StoppedMails::OfRule => {
                        "The recipient unsubscribed from mails of this rule.".to_owned()
                    }
                    StoppedMails::AboutIncident => format!(
                        "The recipient unsubscribed from mails of this rule about {}.",
                        incident.id
                    ),
                };
                (TargetState::Unsubscribed, detail, Vec::new())
            }
        };
        let outcome = TargetOutcome {
            detail,
            ..TargetOutcome::new(state, ctx.now)
        };
        for merged in &merged {
            let (notification, position) = (merged.notification, merged.position);
            change.set_target(notification, position, outcome.clone());
        }
        change.set_target(self.notification, self.position, outcome);
        change
    }
}
