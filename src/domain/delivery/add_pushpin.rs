//! Adds the 📌 reaction to a message that is on the timeline.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, OrderingKey};
use crate::{Change, ChannelId, DecisionContext, Incident, MessageTs};

/// Adds the 📌 reaction to a message that is on the timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddPushpin {
    /// The channel.
    pub channel: ChannelId,
    /// The message's timestamp.
    pub ts: MessageTs,
}

impl DeliverySpec for AddPushpin {
    type Output = ();
    const PRIORITY: u8 = 150;
    const COALESCE: Coalesce = Coalesce::Never;

    /// In order: a message may be added and removed again within a short time.
    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::of_object("pushpin", format_args!("{}:{}", self.channel, self.ts))
    }

    fn on_done(&self, incident: &Incident, (): (), ctx: &DecisionContext<'_>) -> Change {
        Change::new(incident.clone(), ctx.now)
    }
}
