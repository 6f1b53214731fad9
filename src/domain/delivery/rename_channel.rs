//! Fetches the channel's name, and changes it to the name that the incident requires. A channel that a
//! user renamed keeps its name.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, OrderingKey};
use crate::{
    Change, ChannelId, ChannelName, ChannelNameFound, DecisionContext, Incident, RenameReason,
};

/// Fetches the channel's name, and changes it to the name that the incident requires.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenameChannel {
    /// Why the name is checked.
    pub reason: RenameReason,
    /// The last candidate that is known to be taken, as in `CreateChannel`.
    #[serde(default)]
    pub last_tried: Option<ChannelName>,
}

impl RenameChannel {
    /// Creates a check of the channel's name that starts with the first candidate.
    pub fn new(reason: RenameReason) -> Self {
        Self {
            reason,
            last_tried: None,
        }
    }
}

/// The name of the channel after an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RenameOutput {
    /// The current name.
    Read(ChannelNameFound),
    /// The channel was renamed to the requested name.
    Renamed {
        /// The channel.
        channel: ChannelId,
        /// The name, as accepted by Slack.
        name: String,
    },
}

impl DeliverySpec for RenameChannel {
    type Output = RenameOutput;
    const PRIORITY: u8 = 190;
    const COALESCE: Coalesce = Coalesce::Latest;

    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::new("name")
    }

    fn on_done(
        &self,
        incident: &Incident,
        output: RenameOutput,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        match output {
            RenameOutput::Read(name) if incident.has_channel(&name.channel) => {
                incident.name_found(&name, ctx.now)
            }
            RenameOutput::Renamed { channel, name } if incident.has_channel(&channel) => {
                incident.renamed_by_muster(&name, ctx.now)
            }
            // The incident has left the channel in the meantime.
            RenameOutput::Read(_) | RenameOutput::Renamed { .. } => {
                Change::new(incident.clone(), ctx.now)
            }
        }
    }
}
