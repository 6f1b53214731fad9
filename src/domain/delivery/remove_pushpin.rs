//! Removes the bot's 📌 reaction from a message that is no longer on the timeline.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, OrderingKey};
use crate::{Change, ChannelId, DecisionContext, Incident, MessageTs};

/// Removes the bot's 📌 reaction from a message that is no longer on the timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovePushpin {
    /// The channel.
    pub channel: ChannelId,
    /// The message's timestamp.
    pub ts: MessageTs,
}

impl DeliverySpec for RemovePushpin {
    type Output = ();
    const PRIORITY: u8 = 170;
    const COALESCE: Coalesce = Coalesce::Never;

    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::of_object("pushpin", format_args!("{}:{}", self.channel, self.ts))
    }

    fn on_done(&self, incident: &Incident, (): (), ctx: &DecisionContext<'_>) -> Change {
        Change::new(incident.clone(), ctx.now)
    }
}
