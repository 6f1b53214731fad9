//! Sends a direct message to a user.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, Failure, Needs, OrderingKey, PostActivity};
use crate::{Change, ChannelState, DecisionContext, DirectMessage, Incident, UserId};

/// Sends a direct message to a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendDirectMessage {
    /// The user.
    pub user: UserId,
    /// The message.
    pub message: DirectMessage,
}

impl DeliverySpec for SendDirectMessage {
    type Output = ();
    const PRIORITY: u8 = 100;
    const COALESCE: Coalesce = Coalesce::Batch;

    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::of_object("dm", &self.user)
    }

    fn needs(&self, incident: &Incident) -> Needs {
        Needs::names(incident, self.message.mentioned_users())
    }

    fn user(&self) -> Option<&UserId> {
        Some(&self.user)
    }

    /// An announced change that cannot be sent to a subscriber ends the subscription. It is not an event of
    /// the incident.
    fn on_failed(
        &self,
        incident: &Incident,
        failure: &Failure,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        if let DirectMessage::Announced { .. } = self.message {
            let mut change = Change::new(incident.clone(), ctx.now);
            let subscribers = &mut change.incident.subscribers;
            subscribers.retain(|subscriber| *subscriber != self.user);
            return change;
        }
        let (mut change, activity) = failure.record(self, incident, ctx);
        if incident.channel_state == ChannelState::Open {
            change.enqueue(PostActivity { activity });
        }
        change
    }

    fn on_done(&self, incident: &Incident, (): (), ctx: &DecisionContext<'_>) -> Change {
        Change::new(incident.clone(), ctx.now)
    }
}
