//! Archives the channel that the incident left.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, OrderingKey};
use crate::{Change, ChannelId, DecisionContext, Incident};

/// Archives the channel that the incident left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchiveOldChannel {
    /// The channel.
    pub channel: ChannelId,
}

impl DeliverySpec for ArchiveOldChannel {
    type Output = ();
    const PRIORITY: u8 = 210;
    const COALESCE: Coalesce = Coalesce::Latest;

    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::of_object("old_channel", &self.channel)
    }

    fn on_done(&self, incident: &Incident, (): (), ctx: &DecisionContext<'_>) -> Change {
        Change::new(incident.clone(), ctx.now)
    }
}
