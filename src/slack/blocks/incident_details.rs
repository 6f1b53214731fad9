//! The card of an incident, shown to one user in any channel.

use crate::domain::text::{Span, bold, text};
use crate::domain::{ChannelState, Incident, Settings, UserNames};
use crate::slack::blocks::announcement::no_channel_text;
use crate::slack::blocks::header::{HeaderContext, header};
use crate::slack::blocks::rich_text;
use crate::slack::client::Message;

/// Returns the card: the content of the header, and the link to the channel. An ephemeral message
/// notifies no one, so it mentions users instead of naming them.
pub(crate) fn incident_details(incident: &Incident, settings: &Settings) -> Message {
    let names = UserNames::default();
    let channel = match (&incident.channel, incident.channel_state) {
        (Some(channel), ChannelState::Open) => {
            vec![
                bold("Channel"),
                text(" "),
                Span::Channel(channel.id.clone()),
            ]
        }
        (Some(channel), ChannelState::Archived) => vec![
            bold("Channel"),
            text(" "),
            Span::Channel(channel.id.clone()),
            text(" (archived)"),
        ],
        (
            Some(_) | None,
            state @ (ChannelState::Pending
            | ChannelState::Open
            | ChannelState::Failed
            | ChannelState::Archived
            | ChannelState::Deleted),
        ) => vec![text(no_channel_text(state))],
    };
    let context = HeaderContext {
        incident_type: settings.distinctive_type_name(incident.incident_type),
        ..HeaderContext::default()
    };
    let details = header(incident, &names, &settings.severity_scale(), context);
    let mut blocks = details.blocks;
    blocks.insert(1, rich_text::rich_text_block(&[channel], &names));
    Message { blocks, ..details }
}
