//! Triggers, acknowledges or resolves the alert of an incident at a PagerDuty service.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, Needs, OrderingKey, WebhookRef};
use crate::notification::{TargetOutcome, TargetState};
use crate::webhook::WebhookKind;
use crate::{Change, DecisionContext, Incident};

/// Sends the state of an incident to a PagerDuty service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PagePagerduty {
    /// The number of the notification.
    pub notification: i64,
    /// The position of the target.
    pub position: i64,
    /// The name of the service.
    pub webhook: String,
}

impl DeliverySpec for PagePagerduty {
    /// The action: `trigger`, `acknowledge` or `resolve`.
    type Output = String;
    const PRIORITY: u8 = 127;
    const COALESCE: Coalesce = Coalesce::Never;

    /// A service receives the events of an incident in order: an alert is triggered before it is resolved.
    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::of_object("pagerduty", &self.webhook)
    }

    fn target(&self) -> Option<(i64, i64)> {
        Some((self.notification, self.position))
    }

    fn needs(&self, incident: &Incident) -> Needs {
        Needs {
            notification: Some(self.notification),
            webhook: Some(WebhookRef::new(WebhookKind::PagerDuty, &self.webhook)),
            ..Needs::names(incident, [])
        }
    }

    fn on_done(&self, incident: &Incident, action: String, ctx: &DecisionContext<'_>) -> Change {
        let mut change = Change::new(incident.clone(), ctx.now);
        let outcome = TargetOutcome {
            detail: action,
            ..TargetOutcome::new(TargetState::Sent, ctx.now)
        };
        change.set_target(self.notification, self.position, outcome);
        change
    }
}
