//! Prepares a notification: renders its text, if that is not done, and finds its targets.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, Needs, OrderingKey};
use crate::notification::{NotificationChange, NotificationTarget, NotificationText};
use crate::{Change, DecisionContext, Incident};

/// Prepares a notification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrepareNotification {
    /// Its number.
    pub notification: i64,
}

/// A notification that is ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreparedNotification {
    /// The text; `None` if it was rendered before.
    pub text: Option<NotificationText>,
    /// The targets.
    pub targets: Vec<NotificationTarget>,
}

impl DeliverySpec for PrepareNotification {
    type Output = PreparedNotification;
    const PRIORITY: u8 = 121;
    const COALESCE: Coalesce = Coalesce::Never;

    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::of_object("notification", self.notification)
    }

    fn needs(&self, incident: &Incident) -> Needs {
        Needs {
            notification: Some(self.notification),
            ..Needs::names(incident, incident.responder_ids())
        }
    }

    fn on_done(
        &self,
        incident: &Incident,
        prepared: PreparedNotification,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        let mut change = Change::new(incident.clone(), ctx.now);
        if let Some(text) = prepared.text {
            let number = self.notification;
            change
                .notifications
                .push(NotificationChange::Rendered { number, text });
        }
        change.add_targets(self.notification, prepared.targets);
        change
    }
}
