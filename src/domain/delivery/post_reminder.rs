//! Posts a reminder in the incident's channel, unless it no longer applies.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, Failure, OrderingKey};
use crate::{Change, DecisionContext, Incident, Reminder, Timestamp};

/// Posts a reminder in the incident's channel, unless it no longer applies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostReminder {
    /// The reminder.
    pub reminder: Reminder,
    /// The start of the interval after which the reminder became due.
    pub since: Timestamp,
}

impl DeliverySpec for PostReminder {
    type Output = ();
    const PRIORITY: u8 = 130;
    const COALESCE: Coalesce = Coalesce::Latest;

    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::new(&self.reminder.ordering_key())
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
