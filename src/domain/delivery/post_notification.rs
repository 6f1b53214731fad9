//! Posts a notification in a Slack channel or as a direct message.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, Needs, OrderingKey};
use crate::notification::{Destination, TargetOutcome, TargetState};
use crate::{Change, DecisionContext, Incident, UserId};

/// Posts a notification in Slack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostNotification {
    /// The number of the notification.
    pub notification: i64,
    /// The position of the target.
    pub position: i64,
    /// The channel or the user.
    pub destination: Destination,
}

impl DeliverySpec for PostNotification {
    type Output = ();
    const PRIORITY: u8 = 124;
    const COALESCE: Coalesce = Coalesce::Never;

    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::of_object(
            "notification",
            format_args!("{}:{}", self.notification, self.position),
        )
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

    fn user(&self) -> Option<&UserId> {
        match &self.destination {
            Destination::DirectMessage(user) => Some(user),
            Destination::Mail(_)
            | Destination::Channel(_)
            | Destination::IncidentChannel
            | Destination::UserGroup(_)
            | Destination::Webhook(_)
            | Destination::PagerDuty(_) => None,
        }
    }

    fn on_done(&self, incident: &Incident, (): (), ctx: &DecisionContext<'_>) -> Change {
        let mut change = Change::new(incident.clone(), ctx.now);
        let outcome = TargetOutcome::new(TargetState::Sent, ctx.now);
        change.set_target(self.notification, self.position, outcome);
        change
    }
}
