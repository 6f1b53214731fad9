//! The incident's own channel as integration metadata.

use crate::api::parts::PartContext;
use crate::api::parts::metadata::{SlackChannel, SlackMetadata};
use crate::domain::{Channel, ChannelState};

/// The channel will be created.
const PENDING: i64 = 1;

/// The channel exists.
const COMPLETE: i64 = 2;

/// The channel could not be created, or was deleted.
const FAILED: i64 = 5;

impl PartContext<'_> {
    /// Returns the status of the incident's own channel, as Datadog numbers it.
    pub(super) fn own_channel_status(&self) -> i64 {
        match self.incident.channel_state {
            ChannelState::Pending => PENDING,
            ChannelState::Open | ChannelState::Archived => COMPLETE,
            ChannelState::Failed | ChannelState::Deleted => FAILED,
        }
    }

    /// Returns the metadata of the incident's own channel. There is no channel until it is created.
    pub(super) fn own_channel(&self) -> SlackMetadata {
        let channels = self
            .incident
            .channel
            .iter()
            .map(|it| self.slack_channel(it));
        SlackMetadata {
            channels: channels.collect(),
        }
    }

    fn slack_channel(&self, channel: &Channel) -> SlackChannel {
        let identity = self.caller.app.state.identity();
        let team_id = identity.map(|identity| identity.team_id);
        let team = team_id.as_ref().map(|team| format!("&team={team}"));
        SlackChannel {
            channel_id: channel.id.to_string(),
            channel_name: format!("#{}", channel.name),
            redirect_url: format!(
                "https://slack.com/app_redirect?channel={}{}",
                channel.id,
                team.unwrap_or_default()
            ),
            team_id,
        }
    }
}
