//! Archives the incident's channel, unless it had a message within `ARCHIVE_QUIET_PERIOD`.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, OrderingKey};
use crate::{Change, ChannelId, DecisionContext, Incident, Timestamp};

/// Archives the incident's channel, unless it had a message within `ARCHIVE_QUIET_PERIOD`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchiveChannel;

impl DeliverySpec for ArchiveChannel {
    type Output = ArchiveOutput;
    const PRIORITY: u8 = 240;
    const COALESCE: Coalesce = Coalesce::Latest;

    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::new("archive")
    }

    fn on_done(
        &self,
        incident: &Incident,
        output: ArchiveOutput,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        match output {
            ArchiveOutput::Archived(channel) if incident.has_channel(&channel) => {
                incident.channel_auto_archived(ctx.now)
            }
            ArchiveOutput::Archived(_) => Change::new(incident.clone(), ctx.now),
            ArchiveOutput::Active(last) => incident.postpone_archiving(last, ctx),
        }
    }
}

/// The result of archiving a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArchiveOutput {
    /// This channel is archived.
    Archived(ChannelId),
    /// A user wrote in the channel recently; the time of the last message.
    Active(Timestamp),
}
