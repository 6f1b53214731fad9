//! Fetches the text of a message that is on the timeline.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, OrderingKey};
use crate::{Change, ChannelId, DecisionContext, Fetched, Incident, MessageTs};

/// Fetches the text of a message that is on the timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FetchMessage {
    /// The channel.
    pub channel: ChannelId,
    /// The message's timestamp.
    pub ts: MessageTs,
}

impl DeliverySpec for FetchMessage {
    type Output = FetchedMessage;
    const PRIORITY: u8 = 160;
    const COALESCE: Coalesce = Coalesce::Never;

    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::of_object("message", format_args!("{}:{}", self.channel, self.ts))
    }

    fn on_done(
        &self,
        incident: &Incident,
        message: FetchedMessage,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        let mut change = Change::new(incident.clone(), ctx.now);
        change.fetched.push(Fetched::Message {
            channel: self.channel.clone(),
            ts: self.ts.clone(),
            message,
        });
        change
    }
}

/// A message as Slack returns it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchedMessage {
    /// The text, as plain text.
    pub text: String,
    /// The permalink; empty if Slack returned none.
    pub permalink: String,
    /// The `ts` of the last edit; `None` if the message was never edited.
    pub edited_ts: Option<MessageTs>,
}
