//! Sends a notification to an outgoing webhook.

use serde::{Deserialize, Serialize};

use crate::delivery::{
    Coalesce, DeliverySpec, Failure, FailureCertainty, Needs, OrderingKey, WebhookRef,
};
use crate::notification::{NotificationChange, TargetOutcome, TargetState};
use crate::webhook::WebhookKind;
use crate::{Change, DecisionContext, Incident};

/// Sends a notification to a webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendWebhook {
    /// The number of the notification.
    pub notification: i64,
    /// The position of the target.
    pub position: i64,
    /// The name of the webhook.
    pub webhook: String,
    /// The body; `None` until the first attempt. Every attempt sends the same bytes.
    #[serde(default)]
    pub body: Option<String>,
}

impl DeliverySpec for SendWebhook {
    /// The receiver's response in a few words.
    type Output = String;
    const PRIORITY: u8 = 128;
    const COALESCE: Coalesce = Coalesce::Never;

    /// A webhook receives the events of an incident in order.
    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::of_object("webhook", &self.webhook)
    }

    fn target(&self) -> Option<(i64, i64)> {
        Some((self.notification, self.position))
    }

    fn needs(&self, incident: &Incident) -> Needs {
        Needs {
            notification: Some(self.notification),
            webhook: Some(WebhookRef::new(WebhookKind::Webhook, &self.webhook)),
            ..Needs::names(incident, [])
        }
    }

    fn on_done(&self, incident: &Incident, response: String, ctx: &DecisionContext<'_>) -> Change {
        let mut change = Change::new(incident.clone(), ctx.now);
        let outcome = TargetOutcome {
            detail: response,
            ..TargetOutcome::new(TargetState::Sent, ctx.now)
        };
        change.set_target(self.notification, self.position, outcome);
        change
    }

    /// Records the failure. A receiver that answers 410 Gone is switched off with it.
    fn on_failed(
        &self,
        incident: &Incident,
        failure: &Failure,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        let mut change = failure.report(self, incident, ctx);
        if failure.certainty == FailureCertainty::ReceiverGone {
            change.notifications.push(NotificationChange::WebhookGone {
                name: self.webhook.clone(),
                at: ctx.now,
            });
        }
        change
    }
}
