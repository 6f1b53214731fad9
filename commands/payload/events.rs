//! The events of Slack's Events API that Muster handles.

use muster_domain::{ChannelId, EventId, MessageTs, PushpinReaction, UserId};
use serde_json::Value;

use crate::payload::message_event;
use crate::payload::payload_error::text_at;
use crate::payload::pushpin_reaction;
use crate::slash::mrkdwn_decode::unescape;

/// A Slack event.
///
/// The actor is set if Slack sends it. It may be the bot itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// `member_joined_channel`: a user joined a channel.
    MemberJoined {
        /// The channel.
        channel: ChannelId,
        /// The user who joined.
        user: UserId,
        /// The user who invited them; `None` if they joined by themselves.
        inviter: Option<UserId>,
    },
    /// `channel_archive`, `group_archive`.
    ChannelArchived {
        /// The channel.
        channel: ChannelId,
        /// The user who archived it.
        actor: Option<UserId>,
    },
    /// `channel_unarchive`, `group_unarchive`.
    ChannelUnarchived {
        /// The channel.
        channel: ChannelId,
        /// The user who unarchived it.
        actor: Option<UserId>,
    },
    /// `channel_rename`, `group_rename`.
    ChannelRenamed {
        /// The channel.
        channel: ChannelId,
        /// The new name, without `#`.
        name: String,
    },
    /// `channel_deleted`, `group_deleted`. Deletion is permanent.
    ChannelDeleted {
        /// The channel.
        channel: ChannelId,
        /// The user who deleted it.
        actor: Option<UserId>,
    },
    /// `message`: a user posted a message.
    MessageWritten {
        /// The channel.
        channel: ChannelId,
        /// The message's ID.
        ts: MessageTs,
        /// The author.
        user: UserId,
        /// The text. Mentions and links stay encoded.
        text: String,
    },
    /// `app_mention`: a user mentioned the app in a channel.
    AppMentioned(MessageToApp),
    /// `message` in the app's Messages tab: a user wrote to the app.
    DirectMessage(MessageToApp),
    /// `message_changed`: a message was edited, or Slack added a link preview and the text is
    /// unchanged.
    MessageEdited {
        /// The channel.
        channel: ChannelId,
        /// The message's ID.
        ts: MessageTs,
        /// The current text, as plain text.
        text: String,
        /// The user who edited it.
        actor: Option<UserId>,
        /// The event's timestamp. The latest edit wins, in whatever order the events arrive.
        event_ts: MessageTs,
    },
    /// `message_deleted`: a message was deleted.
    MessageDeleted {
        /// The channel.
        channel: ChannelId,
        /// The message's ID.
        ts: MessageTs,
    },
    /// `reaction_added`: a user added a pushpin reaction.
    PushpinAdded(PushpinReaction),
    /// `reaction_removed`: a user removed a pushpin reaction.
    PushpinRemoved(PushpinReaction),
    /// `app_home_opened`: a user opened the Home tab.
    HomeOpened {
        /// The user.
        user: UserId,
        /// The current content of the tab.
        content: HomeContent,
    },
    /// `app_uninstalled`: the app was removed from the workspace.
    AppUninstalled,
    /// `user_change`: the account of a user was deactivated. Other changes of users are not handled.
    UserDeactivated {
        /// The user.
        user: UserId,
    },
    /// `tokens_revoked`: tokens of the app were revoked. The bot's own token is among them if the
    /// list is not empty.
    TokensRevoked {
        /// The bot users whose tokens were revoked.
        bot_users: Vec<UserId>,
    },
    /// `url_verification`: Slack verifies a request URL. The response is the challenge.
    UrlVerification {
        /// The text to respond with.
        challenge: String,
    },
    /// `app_rate_limited`: Slack withholds events because there are too many.
    RateLimited,
    /// An event that is not handled, by Slack's name, such as `reaction_added`.
    Other(String),
}

/// A message of a user to the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageToApp {
    /// The channel, or the conversation with the app.
    pub channel: ChannelId,
    /// The author.
    pub user: UserId,
    /// The parent message, if it is a reply in a thread.
    pub thread_ts: Option<MessageTs>,
}

/// The content of the Home tab when a user opens it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HomeContent {
    /// The last published view.
    Published,
    /// No view was ever published for this user.
    Empty,
}

/// Returns the ID of an event, which is the same for each redelivery; `None` if it has none.
pub fn event_id(payload: &Value) -> Option<EventId> {
    text_at(payload, "/event_id").map(EventId::from)
}

/// Reads the body of an Events API request. Events that are not handled become `Other`.
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
            read_known(inner, event).unwrap_or_else(|| Event::Other(inner.to_owned()))
        }
    }
}

/// Reads an event of a handled type. Returns `None` for other types, or if a required field is
/// missing.
fn read_known(kind: &str, event: &Value) -> Option<Event> {
    let actor = text_at(event, "/user")
        .or(text_at(event, "/actor_id"))
        .map(UserId::from);
    match kind {
        "member_joined_channel" => Some(Event::MemberJoined {
            channel: channel(event)?,
            user: actor?,
            inviter: text_at(event, "/inviter").map(UserId::from),
        }),
        "channel_archive" | "group_archive" => Some(Event::ChannelArchived {
            channel: channel(event)?,
            actor,
        }),
        "channel_unarchive" | "group_unarchive" => Some(Event::ChannelUnarchived {
            channel: channel(event)?,
            actor,
        }),
        "channel_rename" | "group_rename" => Some(Event::ChannelRenamed {
            channel: channel(event)?,
            name: unescape(text_at(event, "/channel/name")?),
        }),
        "channel_deleted" | "group_deleted" => Some(Event::ChannelDeleted {
            channel: channel(event)?,
            actor,
        }),
        "message" => message_event::read(event),
        "app_mention" => message_event::read_to_app(event).map(Event::AppMentioned),
        "reaction_added" => pushpin_reaction::read(event).map(Event::PushpinAdded),
        "reaction_removed" => pushpin_reaction::read(event).map(Event::PushpinRemoved),
        // The event is also sent for the Messages tab.
        "app_home_opened" if text_at(event, "/tab") == Some("home") => Some(Event::HomeOpened {
            user: actor?,
            content: home_content(event),
        }),
        "app_uninstalled" => Some(Event::AppUninstalled),
        "user_change" => deactivated_user(event),
        "tokens_revoked" => Some(Event::TokensRevoked {
            bot_users: revoked_bot_users(event),
        }),
        _ => None,
    }
}

fn deactivated_user(event: &Value) -> Option<Event> {
    let is_deactivated = event["user"]["deleted"] == Value::Bool(true);
    let user = text_at(event, "/user/id").filter(|_| is_deactivated)?;
    Some(Event::UserDeactivated { user: user.into() })
}

fn home_content(event: &Value) -> HomeContent {
    match text_at(event, "/view/id") {
        Some(_) => HomeContent::Published,
        None => HomeContent::Empty,
    }
}

/// Returns the channel of an event. Some events contain its ID, others an object.
pub(crate) fn channel(event: &Value) -> Option<ChannelId> {
    text_at(event, "/channel")
        .or_else(|| text_at(event, "/channel/id"))
        .map(ChannelId::from)
}

fn revoked_bot_users(event: &Value) -> Vec<UserId> {
    let bots = event.pointer("/tokens/bot").and_then(Value::as_array);
    let ids = bots.into_iter().flatten().filter_map(Value::as_str);
    ids.map(UserId::from).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Reads an event from the callback that Slack sends on Enterprise Grid.
    fn read_callback(event: &Value) -> Event {
        let payload = json!({
            "type": "event_callback", "event_id": "Ev0ZU1PRMEK2J", "team_id": null, "event": event,
            "authorizations": [{ "enterprise_id": "E1", "team_id": null }],
        });
        assert_eq!(event_id(&payload), Some("Ev0ZU1PRMEK2J".into()));
        read(&payload)
    }

    #[test]
    fn joined_member_is_distinguished_from_the_inviter() {
        let joined = json!({
            "type": "member_joined_channel", "user": "U2", "channel": "C1", "inviter": "U1", "team": null,
        });
        let expected = Event::MemberJoined {
            channel: "C1".into(),
            user: "U2".into(),
            inviter: Some("U1".into()),
        };
        assert_eq!(read_callback(&joined), expected);
    }

    #[test]
    fn channel_events_are_read() {
        let channel = || ChannelId::from("C1");
        let actor = || Some(UserId::from("U2"));
        let archived = json!({ "type": "channel_archive", "channel": "C1", "user": "U2" });
        let expected = Event::ChannelArchived {
            channel: channel(),
            actor: actor(),
        };
        assert_eq!(read_callback(&archived), expected);
        let back = json!({ "type": "channel_unarchive", "channel": "C1", "user": "U2" });
        let expected = Event::ChannelUnarchived {
            channel: channel(),
            actor: actor(),
        };
        assert_eq!(read_callback(&back), expected);
        let gone = json!({ "type": "channel_deleted", "channel": "C1", "actor_id": "U2" });
        let expected = Event::ChannelDeleted {
            channel: channel(),
            actor: actor(),
        };
        assert_eq!(read_callback(&gone), expected);
        let renamed = json!({ "type": "channel_rename", "channel": { "id": "C1", "name": "b" } });
        let expected = Event::ChannelRenamed {
            channel: channel(),
            name: "b".to_owned(),
        };
        assert_eq!(read_callback(&renamed), expected);
    }

    #[test]
    fn uninstall_and_revoked_tokens_are_read() {
        assert_eq!(
            read_callback(&json!({ "type": "app_uninstalled" })),
            Event::AppUninstalled
        );
        let revoked =
            json!({ "type": "tokens_revoked", "tokens": { "oauth": ["U1"], "bot": ["U9"] } });
        assert_eq!(
            read_callback(&revoked),
            Event::TokensRevoked {
                bot_users: vec!["U9".into()]
            }
        );
    }

    #[test]
    fn home_opened_is_read_for_the_home_tab_only() {
        let opened = |tab: &str, view: Value| {
            read_callback(&json!({
                "type": "app_home_opened", "user": "U1", "channel": "D1", "tab": tab, "view": view,
            }))
        };
        let sees = |sees| Event::HomeOpened {
            user: "U1".into(),
            content: sees,
        };
        assert_eq!(opened("home", json!(null)), sees(HomeContent::Empty));
        let view = json!({ "id": "V1", "type": "home" });
        assert_eq!(opened("home", view), sees(HomeContent::Published));
        let messages = Event::Other("app_home_opened".to_owned());
        assert_eq!(opened("messages", json!(null)), messages);
    }

    #[test]
    fn url_verification_is_read() {
        let challenge = "3eZbrw1a".to_owned();
        let payload = json!({ "type": "url_verification", "challenge": challenge, "token": "x" });
        assert_eq!(read(&payload), Event::UrlVerification { challenge });
        assert_eq!(
            read(&json!({ "type": "app_rate_limited" })),
            Event::RateLimited
        );
    }

    #[test]
    fn unhandled_event_is_read_as_its_name() {
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
            assert_eq!(read_callback(&event), Event::Other(name.to_owned()));
        }
        assert_eq!(read(&json!([])), Event::Other(String::new()));
        assert_eq!(event_id(&json!({ "event_id": null })), None);
    }
}
