//! Fetches the permalink of a message that is on the timeline.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, Failure, OrderingKey};
use crate::{Change, ChannelId, DecisionContext, Fetched, Incident, MessageTs};

/// Fetches the permalink of a message that is on the timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FetchPermalink {
    /// The channel.
    pub channel: ChannelId,
    /// The message's timestamp.
    pub ts: MessageTs,
    /// Whether the incident was declared from the message, so that its header links it.
    #[serde(default)]
    pub is_first: bool,
}

impl DeliverySpec for FetchPermalink {
    type Output = String;
    const PRIORITY: u8 = 230;
    const COALESCE: Coalesce = Coalesce::Never;

    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::of_object("permalink", format_args!("{}:{}", self.channel, self.ts))
    }

    /// Not reported: the entry is shown without a link.
    fn on_failed(
        &self,
        incident: &Incident,
        _failure: &Failure,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        Change::new(incident.clone(), ctx.now)
    }

    fn on_done(&self, incident: &Incident, url: String, ctx: &DecisionContext<'_>) -> Change {
        let mut change = Change::new(incident.clone(), ctx.now);
        change.fetched.push(Fetched::Permalink {
            channel: self.channel.clone(),
            ts: self.ts.clone(),
            url,
        });
        if self.is_first {
            change.enqueue_header_refresh();
        }
        change
    }
}
