//! Sends a direct message to a user, in the thread of the first one about the incident.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, Failure, Needs, OrderingKey};
use crate::{Change, DecisionContext, DirectMessage, Fetched, Incident, SentDirectMessage, UserId};

/// Sends a direct message to a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendDirectMessage {
    /// The user.
    pub user: UserId,
    /// The message.
    pub message: DirectMessage,
}

impl DeliverySpec for SendDirectMessage {
    type Output = SentDirectMessage;
    const PRIORITY: u8 = 100;
    const COALESCE: Coalesce = Coalesce::Batch;

    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::of_object("dm", &self.user)
    }

    fn needs(&self, incident: &Incident) -> Needs {
        Needs {
            direct_message_thread: Some(self.user.clone()),
            ..Needs::names(incident, self.message.mentioned_users())
        }
    }

    fn user(&self) -> Option<&UserId> {
        Some(&self.user)
    }

    /// An announced change that cannot be sent to a subscriber ends the subscription. It is not an event of
    /// the incident, nor is a lost role.
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
        if let DirectMessage::RoleRemoved { .. } = self.message {
            return Change::new(incident.clone(), ctx.now);
        }
        failure.report(self, incident, ctx)
    }

    /// Stores the thread. If it is gone, the message is sent again as the first one of a new thread.
    fn on_done(
        &self,
        incident: &Incident,
        sent: SentDirectMessage,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        let mut change = Change::new(incident.clone(), ctx.now);
        match sent {
            SentDirectMessage::Nothing => {}
            SentDirectMessage::InThread(thread) => {
                change.fetched.push(Fetched::DirectMessageThread(thread));
            }
            SentDirectMessage::ThreadGone => {
                let (incident, user) = (incident.id, self.user.clone());
                change
                    .fetched
                    .push(Fetched::DirectMessageThreadGone { incident, user });
                change.enqueue(self.clone());
            }
        }
        change
    }
}
