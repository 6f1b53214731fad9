//! Posts in the channel that the incident left that the incident continues in another one.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, OrderingKey};
use crate::{Change, ChannelId, DecisionContext, Incident};

/// The notice contains nothing else about the incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostOldChannelNotice {
    /// The channel.
    pub channel: ChannelId,
}

impl DeliverySpec for PostOldChannelNotice {
    type Output = ();
    const PRIORITY: u8 = 205;
    const COALESCE: Coalesce = Coalesce::Latest;

    /// Shared by the notice and the archiving, so that the notice is posted first.
    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::of_object("old_channel", &self.channel)
    }

    fn on_done(&self, incident: &Incident, (): (), ctx: &DecisionContext<'_>) -> Change {
        Change::new(incident.clone(), ctx.now)
    }
}
