//! Posts a reminder in the incident's channel.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, Failure, OrderingKey};
use crate::{Change, DecisionContext, Incident, Reminder, Timestamp};

/// Posts a reminder in the incident's channel. It is cancelled when it becomes unnecessary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostReminder {
    /// The reminder.
    pub reminder: Reminder,
    /// The start of the condition that it reports.
    pub since: Timestamp,
}

impl PostReminder {
    /// Returns the ordering key of all deliveries of a reminder.
    pub(crate) fn ordering_key_of(reminder: Reminder) -> OrderingKey {
        OrderingKey::new(&format!("reminder {}", reminder.as_str()))
    }
}

impl DeliverySpec for PostReminder {
    type Output = ();
    const PRIORITY: u8 = 130;
    const COALESCE: Coalesce = Coalesce::Latest;

    fn ordering_key(&self) -> OrderingKey {
        Self::ordering_key_of(self.reminder)
    }

    /// Not posted in the channel: the reminder is sent again later.
    fn on_failed(
        &self,
        incident: &Incident,
        failure: &Failure,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        failure.record(self, incident, ctx).0
    }

    fn on_done(&self, incident: &Incident, (): (), ctx: &DecisionContext<'_>) -> Change {
        Change::new(incident.clone(), ctx.now)
    }
}
