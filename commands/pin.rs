//! 📌 on a message in an incident's channel: as **Add to Incident**; taken away, the entry goes away.

use serde_json::Value;

use crate::unreadable::text_at;
use crate::{ChannelId, MessageTs, PersonId};

/// The reaction, by Slack's name.
pub const EMOJI: &str = "pushpin";

/// A pin that somebody put on a message, or took away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    /// Where the message stands.
    pub channel: ChannelId,
    /// Which message it is.
    pub ts: MessageTs,
    /// Whose pin it is.
    pub person: PersonId,
    /// Who wrote the message; `None` if Slack does not say.
    pub author: Option<PersonId>,
    /// When Slack told it: what is told later happened later, in whatever order it arrives.
    pub told_at: MessageTs,
}

/// Reads a pin from an event about a reaction; `None` if it is another reaction, or on no message.
pub(crate) fn read(event: &Value) -> Option<Pin> {
    let is_pin = text_at(event, "/reaction")? == EMOJI;
    let is_message = text_at(event, "/item/type")? == "message";
    if !is_pin || !is_message {
        return None;
    }
    Some(Pin {
        channel: text_at(event, "/item/channel")?.into(),
        ts: text_at(event, "/item/ts")?.into(),
        person: text_at(event, "/user")?.into(),
        author: text_at(event, "/item_user").map(PersonId::from),
        told_at: text_at(event, "/event_ts").unwrap_or_default().into(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_pin_on_a_message_is_read_and_other_reactions_are_not() {
        let event = |reaction: &str, kind: &str| {
            json!({
                "type": "reaction_added", "user": "U2", "reaction": reaction, "item_user": "U1",
                "item": { "type": kind, "channel": "C1", "ts": "1.2" }, "event_ts": "9.9",
            })
        };
        let pin = Pin {
            channel: "C1".into(),
            ts: "1.2".into(),
            person: "U2".into(),
            author: Some("U1".into()),
            told_at: "9.9".into(),
        };
        assert_eq!(read(&event("pushpin", "message")), Some(pin));
        assert_eq!(read(&event("eyes", "message")), None);
        assert_eq!(read(&event("pushpin", "file")), None);
        assert_eq!(read(&json!({ "reaction": "pushpin" })), None);
    }
}
