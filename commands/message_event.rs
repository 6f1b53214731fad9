//! What Slack tells us of messages: that a person wrote one, and what became of one.

use serde_json::Value;

use crate::events::{Event, channel};
use crate::unreadable::text_at;
use crate::{MessageTs, PersonId, message_text};

/// Reads a message that a person wrote, or what became of one; what apps write is not followed.
pub(crate) fn read(event: &Value) -> Option<Event> {
    let channel = channel(event)?;
    match text_at(event, "/subtype").unwrap_or_default() {
        "" | "thread_broadcast" | "file_share" if text_at(event, "/bot_id").is_none() => {
            Some(Event::MessageWritten {
                channel,
                ts: text_at(event, "/ts")?.into(),
                person: text_at(event, "/user")?.into(),
                text: message_text::of(event),
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
            // A deleted message that has replies stays in its thread as a tombstone.
            if text_at(event, "/message/subtype") == Some("tombstone") {
                return Some(Event::MessageDeleted { channel, ts });
            }
            let by = text_at(event, "/message/edited/user").or(text_at(event, "/message/user"));
            Some(Event::MessageEdited {
                channel,
                ts,
                text: message_text::of(&event["message"]),
                by: by.map(PersonId::from),
                said_at: said_at(event)?,
            })
        }
        _ => None,
    }
}

/// Gives when an edit was made. The event's own time tells apart those of one second; without it there is
/// what the message says of its edit.
fn said_at(event: &Value) -> Option<MessageTs> {
    ["/event_ts", "/ts", "/message/edited/ts", "/message/ts"]
        .iter()
        .find_map(|place| text_at(event, place))
        .map(MessageTs::from)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ChannelId;

    #[test]
    fn what_people_write_is_read_and_what_apps_write_is_not() {
        let mut said = json!({
            "type": "message", "channel": "C1", "channel_type": "channel", "ts": "1.2", "user": "U1",
            "text": "join <https://zoom.us/j/1?a=b&amp;c=d>",
        });
        let expected = Event::MessageWritten {
            channel: "C1".into(),
            ts: "1.2".into(),
            person: "U1".into(),
            text: "join <https://zoom.us/j/1?a=b&c=d>".to_owned(),
        };
        assert_eq!(read(&said), Some(expected));
        said["subtype"] = json!("channel_topic");
        assert_eq!(read(&said), None);
        said["subtype"] = Value::Null;
        said["bot_id"] = json!("B1");
        assert_eq!(read(&said), None);
    }

    #[test]
    fn what_becomes_of_a_message_is_read() {
        let (channel, ts) = (ChannelId::from("C1"), MessageTs::from("1.2"));
        let edited = json!({
            "type": "message", "subtype": "message_changed", "channel": "C1", "ts": "9.9", "hidden": true,
            "message": { "ts": "1.2", "user": "U1", "text": "a &amp; b", "edited": { "user": "U2" } },
            "previous_message": { "ts": "1.2", "text": "a" },
        });
        let text = "a & b".to_owned();
        let by = Some("U2".into());
        let expected = Event::MessageEdited {
            channel: channel.clone(),
            ts: ts.clone(),
            text,
            by,
            said_at: "9.9".into(),
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
