//! The message action “Add to Incident”: adds a message to an incident's timeline.

use muster_domain::{AddMessage, MessageAuthor, MessageTs, UserId};
use serde_json::Value;

use crate::payload::message_text;
use crate::payload::payload_error::{PayloadError, required_text, text_at};

/// The `callback_id` of the message action.
pub const ACTION: &str = "add_to_incident";

/// The label in a message's menu.
pub const LABEL: &str = "Add to Incident";

/// The `callback_id` of the modal that asks for the incident outside incident channels.
pub const CALLBACK_ID: &str = "add_to_incident";

/// Reads the message from the payload of a `runs_message_action`.
///
/// # Errors
/// Returns a `PayloadError` if the channel or the message's `ts` is missing: without them the
/// message cannot be fetched again.
pub fn read(payload: &Value) -> Result<AddMessage, PayloadError> {
    let kind = "message_action";
    let channel = required_text(payload, kind, "/channel/id")?;
    let ts = text_at(payload, "/message/ts")
        .map_or_else(|| required_text(payload, kind, "/message_ts"), Ok)?;
    let message = &payload["message"];
    let thread_ts = text_at(message, "/thread_ts").filter(|thread| *thread != ts);
    Ok(AddMessage {
        channel: channel.into(),
        ts: ts.into(),
        thread_ts: thread_ts.map(MessageTs::from),
        author: author(message),
        text: message_text::plain_text(message),
        permalink: text_at(message, "/permalink").map(str::to_owned),
        edited_ts: text_at(message, "/edited/ts").map(MessageTs::from),
        files: message_text::file_names(message).collect(),
    })
}

/// Returns the author. The name is set only for bots.
fn author(message: &Value) -> MessageAuthor {
    let names = ["/username", "/bot_profile/name"];
    let is_bot = text_at(message, "/bot_id").is_some();
    let name = names.iter().find_map(|path| text_at(message, path));
    MessageAuthor {
        id: text_at(message, "/user").map(UserId::from),
        name: name.filter(|_| is_bot).map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use serde_json::json;

    use super::*;

    /// Returns the payload that Slack sends for the message action on Enterprise Grid.
    fn payload(message: &Value) -> Value {
        json!({
            "type": "message_action",
            "callback_id": ACTION,
            "user": { "id": "U0ALICE0001" },
            "team": null,
            "enterprise": { "id": "E0ACME00001" },
            "channel": { "id": "C0INCIDENTS", "name": "incidents" },
            "message_ts": "1795447205.830222",
            "message": message,
        })
    }

    #[test]
    fn a_message_is_read_with_its_author_and_its_text() {
        let message = json!({
            "type": "message",
            "user": "U0BOB000001",
            "ts": "1795447205.830222",
            "thread_ts": "1795447000.000100",
            "text": "a &amp; b &lt;c&gt; for <@U0ALICE0001>",
            "edited": { "user": "U0BOB000001", "ts": "1795447209.000000" },
            "metadata": { "event_type": "x", "event_payload": { "n": 1 } },
            "files": [{ "id": "F1", "name": "graph.png" }, { "id": "F2", "name": null }],
        });
        let expected = AddMessage {
            channel: "C0INCIDENTS".into(),
            ts: "1795447205.830222".into(),
            thread_ts: Some("1795447000.000100".into()),
            author: MessageAuthor {
                id: Some("U0BOB000001".into()),
                name: None,
            },
            text: "a & b <c> for <@U0ALICE0001>".to_owned(),
            permalink: None,
            edited_ts: Some("1795447209.000000".into()),
            files: vec!["graph.png".to_owned(), "F2".to_owned()],
        };
        assert_eq!(read(&payload(&message)), Ok(expected));
    }

    #[test]
    fn bot_author_has_the_name_from_its_message_or_profile() {
        let named = |message: Value| read(&payload(&message)).unwrap().author;
        let hook = named(json!({ "ts": "1.1", "bot_id": "B1", "username": "Nagios" }));
        assert_eq!((hook.id, hook.name.as_deref()), (None, Some("Nagios")));
        let profile = json!({ "name": "deploys" });
        let app =
            named(json!({ "ts": "1.1", "bot_id": "B1", "user": "U2", "bot_profile": profile }));
        assert_eq!(
            (app.id, app.name.as_deref()),
            (Some("U2".into()), Some("deploys"))
        );
    }

    #[test]
    fn thread_parent_has_no_thread_ts() {
        let message = json!({ "ts": "1.1", "thread_ts": "1.1", "text": "x" });
        assert_eq!(read(&payload(&message)).unwrap().thread_ts, None);
    }

    #[test]
    fn message_without_channel_or_ts_is_rejected() {
        let error = read(&json!({ "channel": { "id": "C1" } })).unwrap_err();
        assert_eq!(error.missing, "/message_ts");
        let error = read(&json!({ "message_ts": "1.1", "channel": null })).unwrap_err();
        assert_eq!(error.missing, "/channel/id");
        let bare = read(&json!({ "message_ts": "1.1", "channel": { "id": "C1" } })).unwrap();
        assert_eq!(bare.text, "(a message without text)");
    }
}
