//! Rewrites a reminder in the incident's channel that was answered, postponed, stopped or repeated.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, Failure, Needs, OrderingKey};
use crate::{Change, DecisionContext, Incident, ReminderOutcome, ReminderPost};

/// Rewrites a reminder to one line without buttons. Skipped in a channel that the incident has left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditReminder {
    /// The reminder's post.
    pub post: ReminderPost,
    /// The outcome of the reminder.
    pub outcome: ReminderOutcome,
}

impl DeliverySpec for EditReminder {
    type Output = ();
    const PRIORITY: u8 = 132;
    const COALESCE: Coalesce = Coalesce::Never;

    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::of_object("reminder_post", &self.post.ts)
    }

    fn needs(&self, incident: &Incident) -> Needs {
        Needs::names(incident, self.outcome.user())
    }

    /// Not posted in the channel: a reminder that keeps its buttons is no reason to disturb all responders.
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
