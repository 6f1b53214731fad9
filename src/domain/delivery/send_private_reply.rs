//! Shows the user who declared, in the place where they declared, a link to the incident's channel.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, Failure, OrderingKey, PostActivity};
use crate::{Activity, Change, ChannelState, DecisionContext, Incident, Origin, UserId};

/// Shows the user who declared, in the place where they declared, a link to the incident's channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendPrivateReply {
    /// The user who receives it.
    pub user: UserId,
    /// Where the user made the request. If it refers to a message, the reply is posted in its thread.
    pub origin: Origin,
    /// The failure to report instead, if there is no channel to link to.
    pub failure: Option<Activity>,
}

impl DeliverySpec for SendPrivateReply {
    type Output = ();
    const PRIORITY: u8 = 80;
    const COALESCE: Coalesce = Coalesce::Never;

    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::new("private_reply")
    }

    fn on_failed(
        &self,
        incident: &Incident,
        failure: &Failure,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        let (mut change, activity) = failure.record(self, incident, ctx);
        // A failed report of a failure was the last way to inform the user.
        if self.failure.is_none() && incident.channel_state == ChannelState::Open {
            change.enqueue(PostActivity { activity });
        }
        change
    }

    fn on_done(&self, incident: &Incident, (): (), ctx: &DecisionContext<'_>) -> Change {
        Change::new(incident.clone(), ctx.now)
    }
}
