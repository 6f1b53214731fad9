//! The `message` events: new, edited and deleted messages of users.

use muster_domain::{MessageTs, UserId};
use serde_json::Value;

use crate::payload::events::{Event, MessageToApp, channel};
use crate::payload::message_text;
use crate::payload::payload_error::text_at;

/// Reads a message of a user, an edit or a deletion. Messages of bots are ignored.
pub(crate) fn read(event: &Value) -> Option<Event> {
    let channel = channel(event)?;
    match text_at(event, "/subtype").unwrap_or_default() {
        "" | "thread_broadcast" | "file_share" if text_at(event, "/bot_id").is_none() => {
            if text_at(event, "/channel_type") == Some("im") {
                return read_to_app(event).map(Event::DirectMessage);
            }
            Some(Event::MessageWritten {
                channel,
                ts: text_at(event, "/ts")?.into(),
                user: text_at(event, "/user")?.into(),
                text: message_text::plain_text(event),
            })
        }
        "message_deleted" => {
            let ts = text_at(event, "/deleted_ts").or(text_at(event, "/previous_message/ts"))?;
            Some(Event::MessageDeleted {
                channel,
                ts: ts.into(),
            })
        }
        "message_changed" => {
            let ts = MessageTs::from(text_at(event, "/message/ts")?);
            // A deleted message that has replies remains in its thread as a tombstone.
            if text_at(event, "/message/subtype") == Some("tombstone") {
                return Some(Event::MessageDeleted { channel, ts });
            }
            let actor = text_at(event, "/message/edited/user").or(text_at(event, "/message/user"));
            Some(Event::MessageEdited {
                channel,
                ts,
                text: message_text::plain_text(&event["message"]),
                actor: actor.map(UserId::from),
                event_ts: event_ts(event)?,
            })
        }
        _ => None,
    }
}

/// Reads a message to the app: a mention, or one in the Messages tab. Messages of bots are ignored, and so
/// are edits, for which Slack sends `app_mention` again.
pub(crate) fn read_to_app(event: &Value) -> Option<MessageToApp> {
    let is_ignored = |path: &str| event.pointer(path).is_some_and(|value| !value.is_null());
    if is_ignored("/bot_id") || is_ignored("/edited") {
        return None;
    }
    Some(MessageToApp {
        channel: channel(event)?,
        user: text_at(event, "/user")?.into(),
        thread_ts: text_at(event, "/thread_ts").map(MessageTs::from),
    })
}

/// Returns the time of an edit. Only the event's own timestamp distinguishes edits within one
/// second; without it, the timestamp in the message is used.
fn event_ts(event: &Value) -> Option<MessageTs> {
    ["/event_ts", "/ts", "/message/edited/ts", "/message/ts"]
        .iter()
        .find_map(|path| text_at(event, path))
        .map(MessageTs::from)
}

#[cfg(test)]
mod tests {
    use muster_domain::ChannelId;
    use serde_json::json;

    use super::*;

    #[test]
    fn user_messages_are_read_and_bot_messages_are_ignored() {
        let mut message_changed = json!({
            "type": "message", "channel": "C1", "channel_type": "channel", "ts": "1.2", "user": "U1",
            "text": "join <https://zoom.us/j/1?a=b&amp;c=d>",
        });
        let expected = Event::MessageWritten {
            channel: "C1".into(),
            ts: "1.2".into(),
            user: "U1".into(),
            text: "join <https://zoom.us/j/1?a=b&c=d>".to_owned(),
        };
        assert_eq!(read(&message_changed), Some(expected));
        message_changed["subtype"] = json!("channel_topic");
        assert_eq!(read(&message_changed), None);
        message_changed["subtype"] = Value::Null;
        message_changed["bot_id"] = json!("B1");
        assert_eq!(read(&message_changed), None);
    }

    #[test]
    fn messages_to_the_app_are_read_unless_edited_or_from_a_bot() {
        let mut direct = json!({
            "type": "message", "channel": "D1", "channel_type": "im", "ts": "1.2", "user": "U1",
            "thread_ts": "1.1", "text": "help",
        });
        let expected = MessageToApp {
            channel: "D1".into(),
            user: "U1".into(),
            thread_ts: Some("1.1".into()),
        };
        let event = Event::DirectMessage(expected.clone());
        assert_eq!(read(&direct), Some(event));
        assert_eq!(read_to_app(&direct), Some(expected));
        for (field, value) in [("bot_id", json!("B1")), ("edited", json!({ "user": "U1" }))] {
            let mut ignored = direct.clone();
            ignored[field] = value;
            assert_eq!(read(&ignored), None, "{field}");
            assert_eq!(read_to_app(&ignored), None, "{field}");
        }
        direct["user"] = Value::Null;
        assert_eq!(read(&direct), None);
    }

    #[test]
    fn edits_and_deletions_are_read() {
        let (channel, ts) = (ChannelId::from("C1"), MessageTs::from("1.2"));
        let edited = json!({
            "type": "message", "subtype": "message_changed", "channel": "C1", "ts": "9.9", "hidden": true,
            "message": { "ts": "1.2", "user": "U1", "text": "a &amp; b", "edited": { "user": "U2" } },
            "previous_message": { "ts": "1.2", "text": "a" },
        });
        let text = "a & b".to_owned();
        let actor = Some("U2".into());
        let expected = Event::MessageEdited {
            channel: channel.clone(),
            ts: ts.clone(),
            text,
            actor,
            event_ts: "9.9".into(),
        };
        assert_eq!(read(&edited), Some(expected));

        let deleted = json!({ "type": "message", "subtype": "message_deleted", "channel": "C1", "deleted_ts": "1.2" });
        let expected = Some(Event::MessageDeleted { channel, ts });
        assert_eq!(read(&deleted), expected);
        let tombstone = json!({
            "type": "message", "subtype": "message_changed", "channel": "C1",
            "message": { "ts": "1.2", "subtype": "tombstone", "text": "This message was deleted." },
        });
        assert_eq!(read(&tombstone), expected);
    }
}
