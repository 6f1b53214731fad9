//! What Slack tells us unasked: the events of its Events API that matter to us.

use serde_json::Value;

use crate::typed_text::unescape;
use crate::unreadable::text_at;
use crate::{ChannelId, EventId, MessageTs, PersonId, message_event};

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
    /// A person wrote a message.
    MessageWritten {
        /// Where it stands.
        channel: ChannelId,
        /// Which message it is.
        ts: MessageTs,
        /// Who wrote it.
        person: PersonId,
        /// What it says; mentions and links stay as Slack writes them.
        text: String,
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
        /// When Slack says that it says so; of several the latest counts, in whatever order they arrive.
        said_at: MessageTs,
    },
    /// A message was deleted.
    MessageDeleted {
        /// Where it stood.
        channel: ChannelId,
        /// Which message it was.
        ts: MessageTs,
    },
    /// Somebody looks at the app's Home.
    HomeOpened {
        /// Who.
        person: PersonId,
        /// What they see there.
        sees: HomeSees,
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

/// What somebody sees who opens the app's Home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HomeSees {
    /// What was published last.
    Published,
    /// Nothing: nothing was ever published there.
    Nothing,
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
        "message" => message_event::read(event),
        // The event also tells of the tab with the messages.
        "app_home_opened" if text_at(event, "/tab") == Some("home") => Some(Event::HomeOpened {
            person: by?,
            sees: match text_at(event, "/view/id") {
                Some(_) => HomeSees::Published,
                None => HomeSees::Nothing,
            },
        }),
        "app_uninstalled" => Some(Event::AppUninstalled),
        "tokens_revoked" => Some(Event::TokensRevoked {
            bot: revoked(event),
        }),
        _ => None,
    }
}

/// Gives the channel of an event; some events give its id, some the whole channel.
pub(crate) fn channel(event: &Value) -> Option<ChannelId> {
    text_at(event, "/channel")
        .or_else(|| text_at(event, "/channel/id"))
        .map(ChannelId::from)
}

fn revoked(event: &Value) -> Vec<PersonId> {
    let bots = event.pointer("/tokens/bot").and_then(Value::as_array);
    let ids = bots.into_iter().flatten().filter_map(Value::as_str);
    ids.map(PersonId::from).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Gives the event as Slack delivers it, on Grid.
    fn delivered(event: &Value) -> Event {
        let payload = json!({
            "type": "event_callback", "event_id": "Ev0ZU1PRMEK2J", "team_id": null, "event": event,
            "authorizations": [{ "enterprise_id": "E1", "team_id": null }],
        });
        assert_eq!(id(&payload), Some("Ev0ZU1PRMEK2J".into()));
        read(&payload)
    }

    #[test]
    fn whoever_joins_is_told_from_whoever_invited_them() {
        let joined = json!({
            "type": "member_joined_channel", "user": "U2", "channel": "C1", "inviter": "U1", "team": null,
        });
        let expected = Event::MemberJoined {
            channel: "C1".into(),
            person: "U2".into(),
            by: Some("U1".into()),
        };
        assert_eq!(delivered(&joined), expected);
    }

    #[test]
    fn what_happens_to_a_channel_is_read() {
        let channel = || ChannelId::from("C1");
        let by = || Some(PersonId::from("U2"));
        let archived = json!({ "type": "channel_archive", "channel": "C1", "user": "U2" });
        let expected = Event::ChannelArchived {
            channel: channel(),
            by: by(),
        };
        assert_eq!(delivered(&archived), expected);
        let back = json!({ "type": "channel_unarchive", "channel": "C1", "user": "U2" });
        let expected = Event::ChannelUnarchived {
            channel: channel(),
            by: by(),
        };
        assert_eq!(delivered(&back), expected);
        let gone = json!({ "type": "channel_deleted", "channel": "C1", "actor_id": "U2" });
        let expected = Event::ChannelDeleted {
            channel: channel(),
            by: by(),
        };
        assert_eq!(delivered(&gone), expected);
        let renamed = json!({ "type": "channel_rename", "channel": { "id": "C1", "name": "b" } });
        let expected = Event::ChannelRenamed {
            channel: channel(),
            name: "b".to_owned(),
        };
        assert_eq!(delivered(&renamed), expected);
    }

    #[test]
    fn the_end_of_the_app_is_read() {
        assert_eq!(
            delivered(&json!({ "type": "app_uninstalled" })),
            Event::AppUninstalled
        );
        let revoked =
            json!({ "type": "tokens_revoked", "tokens": { "oauth": ["U1"], "bot": ["U9"] } });
        assert_eq!(
            delivered(&revoked),
            Event::TokensRevoked {
                bot: vec!["U9".into()]
            }
        );
    }

    #[test]
    fn whoever_opens_the_home_is_told_from_whoever_reads_messages() {
        let opened = |tab: &str, view: Value| {
            delivered(&json!({
                "type": "app_home_opened", "user": "U1", "channel": "D1", "tab": tab, "view": view,
            }))
        };
        let sees = |sees| Event::HomeOpened {
            person: "U1".into(),
            sees,
        };
        assert_eq!(opened("home", json!(null)), sees(HomeSees::Nothing));
        let view = json!({ "id": "V1", "type": "home" });
        assert_eq!(opened("home", view), sees(HomeSees::Published));
        let messages = Event::Other("app_home_opened".to_owned());
        assert_eq!(opened("messages", json!(null)), messages);
    }

    #[test]
    fn slacks_check_of_the_address_is_read() {
        let challenge = "3eZbrw1a".to_owned();
        let payload = json!({ "type": "url_verification", "challenge": challenge, "token": "x" });
        assert_eq!(read(&payload), Event::UrlVerification { challenge });
        assert_eq!(
            read(&json!({ "type": "app_rate_limited" })),
            Event::RateLimited
        );
    }

    #[test]
    fn what_we_do_not_follow_is_named() {
        let others = [
            (json!({ "type": "reaction_added" }), "reaction_added"),
            (
                json!({ "type": "message", "channel": "C1", "text": "hi" }),
                "message",
            ),
            (
                json!({ "type": "message", "subtype": "bot_message", "channel": "C1" }),
                "message",
            ),
            (
                json!({ "type": "member_joined_channel", "channel": "C1" }),
                "member_joined_channel",
            ),
            (json!(null), "event_callback"),
        ];
        for (event, name) in others {
            assert_eq!(delivered(&event), Event::Other(name.to_owned()));
        }
        assert_eq!(read(&json!([])), Event::Other(String::new()));
        assert_eq!(id(&json!({ "event_id": null })), None);
    }
}
