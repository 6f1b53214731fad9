//! Sends a notification by mail.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, Failure, Needs, OrderingKey};
use crate::notification::{MailAddress, TargetOutcome, TargetState};
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
    /// Header and body, in ASCII; `None` until the first attempt. Every attempt sends the same bytes with the same
    /// message ID, so that a receiver can drop the second copy.
    #[serde(default)]
    pub content: Option<String>,
}

impl DeliverySpec for SendMail {
    /// The result, as a sentence.
    type Output = String;
    const PRIORITY: u8 = 126;
    const COALESCE: Coalesce = Coalesce::Never;

    /// A recipient gets the mails about an incident one after the other: the first one is the root of the
    /// conversation.
    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::of_object("mail", &self.address)
    }

    fn needs(&self, incident: &Incident) -> Needs {
        Needs {
            notification: Some(self.notification),
            ..Needs::names(incident, [])
        }
    }

    fn on_done(&self, incident: &Incident, detail: String, ctx: &DecisionContext<'_>) -> Change {
        let mut change = Change::new(incident.clone(), ctx.now);
        let outcome = TargetOutcome {
            detail,
            ..TargetOutcome::new(TargetState::Sent, ctx.now)
        };
        change.set_target(self.notification, self.position, outcome);
        change
    }

    fn on_failed(
        &self,
        incident: &Incident,
        failure: &Failure,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        failure.fail_target(self, (self.notification, self.position), incident, ctx)
    }

    fn on_retry(&self, incident: &Incident, ctx: &DecisionContext<'_>) -> Change {
        Change::retry_target(self.notification, self.position, incident, ctx)
    }
}
