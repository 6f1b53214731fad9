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
        files: message_text::files(message),
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
