//! The message action “Add to Incident”: a message goes on an incident's timeline.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::unreadable::{Unreadable, needed, text_at};
use crate::{ChannelId, MessageTs, PersonId, message_text};

/// The name of this action, Slack's `callback_id`.
pub const ACTION: &str = "add_to_incident";

/// What people read in a message's menu.
pub const LABEL: &str = "Add to Incident";

/// The name of the form that asks which incident, where the channel does not say so.
pub const FORM: &str = "add_to_incident";

/// A message that a person wants on a timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddMessage {
    /// Where it was written.
    pub channel: ChannelId,
    /// Its name within the channel, and when it was written.
    pub ts: MessageTs,
    /// The message that it replies to; `None` if it replies to none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread_ts: Option<MessageTs>,
    /// Who wrote it.
    pub author: Author,
    /// What it says, as plain text: mentions stay as Slack writes them, such as `<@U0BOB000001>`.
    pub text: String,
    /// The address of the message; `None` if Slack did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permalink: Option<String>,
    /// When it was edited last, by Slack's clock; `None` if it never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited: Option<MessageTs>,
    /// The names of the files that hang on it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
}

/// Who wrote a message: a person, an app, or an app in a person's name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// The person or the app's user; `None` for an integration without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<PersonId>,
    /// The name that a bot gave itself; `None` for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// Reads the message from the payload of a `message_action`.
///
/// Fails only if the channel or the message's `ts` is missing: then nobody could find it again.
pub fn read(payload: &Value) -> Result<AddMessage, Unreadable> {
    let kind = "message_action";
    let channel = needed(payload, kind, "/channel/id")?;
    let ts =
        text_at(payload, "/message/ts").map_or_else(|| needed(payload, kind, "/message_ts"), Ok)?;
    let message = &payload["message"];
    let thread_ts = text_at(message, "/thread_ts").filter(|thread| *thread != ts);
    Ok(AddMessage {
        channel: channel.into(),
        ts: ts.into(),
        thread_ts: thread_ts.map(MessageTs::from),
        author: author(message),
        text: message_text::of(message),
        permalink: text_at(message, "/permalink").map(str::to_owned),
        edited: text_at(message, "/edited/ts").map(MessageTs::from),
        files: message_text::files(message).collect(),
    })
}

/// Gives who wrote the message; a bot by the name that it showed.
fn author(message: &Value) -> Author {
    let names = ["/username", "/bot_profile/name"];
    let is_bot = text_at(message, "/bot_id").is_some();
    let name = names.iter().find_map(|pointer| text_at(message, pointer));
    Author {
        id: text_at(message, "/user").map(PersonId::from),
        name: name.filter(|_| is_bot).map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use serde_json::json;

    use super::*;

    /// Gives what Slack sends when the action is chosen on a message, as on Grid.
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
            author: Author {
                id: Some("U0BOB000001".into()),
                name: None,
            },
            text: "a & b <c> for <@U0ALICE0001>".to_owned(),
            permalink: None,
            edited: Some("1795447209.000000".into()),
            files: vec!["graph.png".to_owned(), "F2".to_owned()],
        };
        assert_eq!(read(&payload(&message)), Ok(expected));
    }

    #[test]
    fn a_bot_is_known_by_the_name_that_it_showed() {
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
    fn the_parent_of_a_thread_replies_to_nothing() {
        let message = json!({ "ts": "1.1", "thread_ts": "1.1", "text": "x" });
        assert_eq!(read(&payload(&message)).unwrap().thread_ts, None);
    }

    #[test]
    fn a_message_that_nobody_could_find_again_is_refused() {
        let refused = read(&json!({ "channel": { "id": "C1" } })).unwrap_err();
        assert_eq!(refused.missing, "/message_ts");
        let refused = read(&json!({ "message_ts": "1.1", "channel": null })).unwrap_err();
        assert_eq!(refused.missing, "/channel/id");
        let bare = read(&json!({ "message_ts": "1.1", "channel": { "id": "C1" } })).unwrap();
        assert_eq!(bare.text, "(a message without text)");
    }
}
