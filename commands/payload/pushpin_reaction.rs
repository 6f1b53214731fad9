//! The pushpin reaction in an incident channel: adds the message to the timeline like **Add to
//! Incident**; removing it removes the entry.

use muster_domain::{PushpinReaction, UserId};
use serde_json::Value;

use crate::payload::payload_error::text_at;

/// Slack's name of the reaction.
pub(crate) const EMOJI: &str = "pushpin";

/// Reads a reaction event; `None` if it is another reaction, or not on a message.
pub(crate) fn read(event: &Value) -> Option<PushpinReaction> {
    let is_pin = text_at(event, "/reaction")? == EMOJI;
    let is_message = text_at(event, "/item/type")? == "message";
    if !is_pin || !is_message {
        return None;
    }
    Some(PushpinReaction {
        channel: text_at(event, "/item/channel")?.into(),
        ts: text_at(event, "/item/ts")?.into(),
        user: text_at(event, "/user")?.into(),
        author: text_at(event, "/item_user").map(UserId::from),
        event_ts: text_at(event, "/event_ts").unwrap_or_default().into(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn pushpin_on_a_message_is_read_and_other_reactions_are_ignored() {
        let event = |reaction: &str, kind: &str| {
            json!({
                "type": "reaction_added", "user": "U2", "reaction": reaction, "item_user": "U1",
                "item": { "type": kind, "channel": "C1", "ts": "1.2" }, "event_ts": "9.9",
            })
        };
        let pin = PushpinReaction {
            channel: "C1".into(),
            ts: "1.2".into(),
            user: "U2".into(),
            author: Some("U1".into()),
            event_ts: "9.9".into(),
        };
        assert_eq!(read(&event("pushpin", "message")), Some(pin));
        assert_eq!(read(&event("eyes", "message")), None);
        assert_eq!(read(&event("pushpin", "file")), None);
        assert_eq!(read(&json!({ "reaction": "pushpin" })), None);
    }
}
