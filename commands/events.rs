//! What Slack tells us unasked: the events of its Events API that matter to us.

use serde_json::Value;

use crate::typed_text::unescape;
use crate::unreadable::text_at;
use crate::{ChannelId, EventId, MessageTs, PersonId, message_text};

/// Something that happened in Slack.
///
/// `by` is who did it, where Slack says so; it may be the bot itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Somebody is in a channel from now on.
    MemberJoined {
        /// The channel.
        channel: ChannelId,
        /// Who joined.
        person: PersonId,
        /// Who invited them; `None` if they came by themselves.
        by: Option<PersonId>,
    },
    /// A channel was archived.
    ChannelArchived {
        /// The channel.
        channel: ChannelId,
        /// Who did it.
        by: Option<PersonId>,
    },
    /// A channel was brought back.
    ChannelUnarchived {
        /// The channel.
        channel: ChannelId,
        /// Who did it.
        by: Option<PersonId>,
    },
    /// A channel has another name.
    ChannelRenamed {
        /// The channel.
        channel: ChannelId,
        /// Its name from now on, without `#`.
        name: String,
    },
    /// A channel is gone for good.
    ChannelDeleted {
        /// The channel.
        channel: ChannelId,
        /// Who did it.
        by: Option<PersonId>,
    },
    /// A message was rewritten, or Slack added a preview to it: then the text is what it was.
    MessageEdited {
        /// Where it stands.
        channel: ChannelId,
        /// Which message it is.
        ts: MessageTs,
        /// What it says now, as plain text.
        text: String,
        /// Who did it.
        by: Option<PersonId>,
    },
    /// A message was deleted.
    MessageDeleted {
        /// Where it stood.
        channel: ChannelId,
        /// Which message it was.
        ts: MessageTs,
    },
    /// The app was removed from the workspace.
    AppUninstalled,
    /// Tokens of the app were taken away; the bot's own among them if `bot` is not empty.
    TokensRevoked {
        /// The bot users whose tokens no longer work.
        bot: Vec<PersonId>,
    },
    /// Slack checks that an address is ours: the answer is the challenge.
    UrlVerification {
        /// What to answer with.
        challenge: String,
    },
    /// Slack holds events back because there are too many.
    RateLimited,
    /// Something that we do not follow, by Slack's name, such as `reaction_added`.
    Other(String),
}

/// Gives the id under which an event is delivered, and delivered again; `None` if it has none.
pub fn id(payload: &Value) -> Option<EventId> {
    text_at(payload, "/event_id").map(EventId::from)
}

/// Reads an event from the body that Slack posts. What is not understood is `Other`.
pub fn read(payload: &Value) -> Event {
    let kind = text_at(payload, "/type").unwrap_or_default();
    match kind {
        "url_verification" => Event::UrlVerification {
            challenge: text_at(payload, "/challenge")
                .unwrap_or_default()
                .to_owned(),
        },
        "app_rate_limited" => Event::RateLimited,
        _ => {
            let event = payload.get("event").unwrap_or(&Value::Null);
            let inner = text_at(event, "/type").unwrap_or(kind);
            known(inner, event).unwrap_or_else(|| Event::Other(inner.to_owned()))
        }
    }
}

/// Reads an event of a kind that we follow; `None` if we do not, or if it lacks what it is about.
fn known(kind: &str, event: &Value) -> Option<Event> {
    let by = text_at(event, "/user")
        .or(text_at(event, "/actor_id"))
        .map(PersonId::from);
    match kind {
        "member_joined_channel" => Some(Event::MemberJoined {
            channel: channel(event)?,
            person: by?,
            by: text_at(event, "/inviter").map(PersonId::from),
        }),
        "channel_archive" | "group_archive" => Some(Event::ChannelArchived {
            channel: channel(event)?,
            by,
        }),
        "channel_unarchive" | "group_unarchive" => Some(Event::ChannelUnarchived {
            channel: channel(event)?,
            by,
        }),
        "channel_rename" | "group_rename" => Some(Event::ChannelRenamed {
            channel: channel(event)?,
            name: unescape(text_at(event, "/channel/name")?),
        }),
        "channel_deleted" | "group_deleted" => Some(Event::ChannelDeleted {
            channel: channel(event)?,
            by,
        }),
        "message" => message(event),
        "app_uninstalled" => Some(Event::AppUninstalled),
        "tokens_revoked" => Some(Event::TokensRevoked {
            bot: revoked(event),
        }),
        _ => None,
    }
}

/// Gives the channel of an event; some events give its id, some the whole channel.
fn channel(event: &Value) -> Option<ChannelId> {
    text_at(event, "/channel")
        .or_else(|| text_at(event, "/channel/id"))
        .map(ChannelId::from)
}

/// Reads what became of a message; new messages are not followed.
fn message(event: &Value) -> Option<Event> {
    let channel = channel(event)?;
    match text_at(event, "/subtype")? {
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
            })
        }
        _ => None,
    }
}

fn revoked(event: &Value) -> Vec<PersonId> {
    let bots = event.pointer("/tokens/bot").and_then(Value::as_array);
    let ids = bots.into_iter().flatten().filter_map(Value::as_str);
    ids.map(PersonId::from).collect()
}
