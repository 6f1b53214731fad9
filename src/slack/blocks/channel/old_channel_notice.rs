//! The last message of an old channel.

use crate::domain::text::{Span, text};
use crate::domain::{Incident, Visibility};
use crate::slack::blocks::text_message;
use crate::slack::client::Message;

/// Returns the last message of an old channel. It contains no details of the incident: remaining members
/// may lack access to it.
pub(crate) fn old_channel_notice(incident: &Incident) -> Message {
    let mut sentence = vec![text(match incident.visibility {
        Visibility::Private => {
            "This incident is private from now on, and goes on elsewhere with those who are here. This \
             channel is archived."
        }
        Visibility::Public => {
            "This incident is public from now on, and goes on elsewhere. This channel is archived."
        }
    })];
    if incident.visibility == Visibility::Public
        && let Some(channel) = &incident.channel
    {
        sentence.extend([text(" "), Span::Channel(channel.id.clone())]);
    }
    text_message(sentence)
}
