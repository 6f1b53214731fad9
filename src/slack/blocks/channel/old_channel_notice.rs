//! The last message of an old channel.

use crate::domain::text::{Span, text};
use crate::domain::{Incident, Visibility};
use crate::slack::blocks::text_message;
use crate::slack::client::Message;

/// Returns the last message of an old channel. It contains no details of the incident: remaining members
/// may lack access to it.
pub(crate) fn old_channel_notice(incident: &Incident) -> Message {
    if incident.deleted_at.is_some() {
        return text_message(vec![text(
            "This incident was deleted through the API. This channel is archived.",
        )]);
    }
    let mut sentence = vec![text(match incident.visibility {
        Visibility::Private => {
            "This incident is now private and has moved to a new channel. Everyone here was added. This \
             channel is archived."
        }
        Visibility::Public => {
            "This incident is now public and has moved to a new channel. This channel is archived."
        }
    })];
    if incident.visibility == Visibility::Public
        && let Some(channel) = &incident.channel
    {
        sentence.extend([text(" "), Span::Channel(channel.id.clone())]);
    }
    text_message(sentence)
}
