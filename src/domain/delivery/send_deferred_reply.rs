//! Informs a requester of the result of their deferred request.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, Failure, OrderingKey};
use crate::{Change, DecisionContext, Incident, Resolution, UnresolvedUser};

/// Informs a requester of the result of their deferred request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendDeferredReply {
    /// The deferred request.
    pub unresolved_user: UnresolvedUser,
    /// The result.
    pub resolution: Resolution,
}

impl DeliverySpec for SendDeferredReply {
    type Output = ();
    const PRIORITY: u8 = 70;
    const COALESCE: Coalesce = Coalesce::Never;

    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::of_object("deferred_reply", &self.unresolved_user.actor)
    }

    /// Not reported: the channel shows what was done.
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
