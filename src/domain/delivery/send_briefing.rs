//! Shows the current state to a user who joined the incident's channel, in an ephemeral message.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, Failure, Needs, OrderingKey};
use crate::{Change, DecisionContext, Incident, UserId};

/// Shows the current state to a user who joined the incident's channel, in an ephemeral message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendBriefing {
    /// The user.
    pub user: UserId,
}

impl DeliverySpec for SendBriefing {
    type Output = ();
    const PRIORITY: u8 = 215;
    const COALESCE: Coalesce = Coalesce::Latest;

    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::of_object("briefing", &self.user)
    }

    fn needs(&self, incident: &Incident) -> Needs {
        Needs {
            recent_entries: true,
            next_update: true,
            ..Needs::names(incident, incident.responder_ids())
        }
    }

    /// Not reported: the user still has the pinned header.
    fn on_failed(
        &self,
        incident: &Incident,
        _failure: &Failure,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        Change::new(incident.clone(), ctx.now)
    }

    fn on_done(&self, incident: &Incident, (): (), ctx: &DecisionContext<'_>) -> Change {
        Change::new(incident.clone(), ctx.now)
    }
}
