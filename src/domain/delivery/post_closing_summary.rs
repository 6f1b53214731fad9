//! Posts the closing summary in the incident's channel.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, Needs, OrderingKey};
use crate::{Change, DecisionContext, Incident, TaskKind, Timestamp};

/// Posts the closing summary in the incident's channel. It shows the current state, and is not posted if the
/// incident was reopened in the meantime.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostClosingSummary {
    /// When the incident was resolved.
    pub resolved_at: Timestamp,
}

impl DeliverySpec for PostClosingSummary {
    type Output = ();
    const PRIORITY: u8 = 95;
    const COALESCE: Coalesce = Coalesce::Never;

    /// Shared with the activities, so that it follows the change of the status.
    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::new("posts")
    }

    fn needs(&self, incident: &Incident) -> Needs {
        let open = TaskKind::ALL
            .into_iter()
            .flat_map(|kind| incident.open_tasks(kind));
        let assignees = open.flat_map(|task| &task.assignees);
        Needs::names(incident, incident.responder_ids().chain(assignees))
    }

    fn on_done(&self, incident: &Incident, (): (), ctx: &DecisionContext<'_>) -> Change {
        Change::new(incident.clone(), ctx.now)
    }
}
