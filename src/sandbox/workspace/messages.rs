//! Messages: posting, editing, deletion and replies.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::ids::{ChannelId, UserId};
use crate::workspace::Workspace;
use crate::workspace::channels::{Channel, ChannelKind};
use crate::workspace::message_json::Metadata;
use crate::workspace::reactions::Reaction;
use crate::workspace::users::merge;

/// A message in a conversation, or an ephemeral message.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// The time of posting. It also identifies the message in its channel.
    pub ts: String,
    /// The channel.
    pub channel: ChannelId,
    /// The author.
    pub user: UserId,
    /// The text as it was sent, in mrkdwn.
    pub text: String,
    /// The blocks, with the IDs and defaults that Slack adds.
    pub blocks: Option<Value>,
    /// The attachments as they were sent.
    pub attachments: Option<Value>,
    /// The `ts` of the parent, if it is a reply.
    pub thread_ts: Option<String>,
    /// The last edit.
    pub edited: Option<Edited>,
    /// The metadata as it was sent.
    pub metadata: Option<Value>,
    /// The reactions, in the order in which they were first added.
    pub reactions: Vec<Reaction>,
    /// Whether the message was deleted.
    pub deleted: bool,
    /// Slack's subtype, such as `channel_join`. `None` for ordinary messages.
    pub subtype: Option<String>,
    /// The ID of the bot that posted it.
    pub bot_id: Option<String>,
    /// The user name that the bot posted under.
    pub username: Option<String>,
    /// The only user who sees it, if it is ephemeral.
    pub only_for: Option<UserId>,
    /// Whether a reply is also shown in the channel.
    pub broadcast: bool,
    pub(crate) client_msg_id: Option<String>,
    /// Fields that only this subtype has.
    pub(crate) extra: Option<Value>,
    /// The selected values of its elements.
    pub(crate) values: Value,
    #[serde(skip)]
    pub(crate) rendered: String,
}

/// The last edit of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edited {
    /// The editor.
    pub user: UserId,
    /// The time of the edit.
    pub ts: String,
}

/// The new content of a message.
pub(crate) struct MessageUpdate {
    pub(crate) text: String,
    pub(crate) blocks: Option<Value>,
    pub(crate) attachments: Option<Value>,
    /// `None` keeps the metadata.
    pub(crate) metadata: Option<Value>,
}

impl Message {
    /// Returns the message as plain text, as the user reads it: the blocks in order.
    #[must_use]
    pub fn rendered_text(&self) -> &str {
        &self.rendered
    }

    /// Creates a message of a user or bot.
    pub(crate) fn from_user(user: &UserId, text: &str) -> Self {
        Self {
            user: user.clone(),
            text: text.to_owned(),
            ..Self::default()
        }
    }

    /// Creates a message of Slack itself.
    pub(crate) fn from_slack(about: &UserId, subtype: &str, text: &str) -> Self {
        Self {
            subtype: Some(subtype.to_owned()),
            ..Self::from_user(about, text)
        }
    }

    /// Returns whether the message is listed in the channel itself for this user, or for all
    /// users if `None`.
    pub(crate) fn is_in_channel_for(&self, who: Option<&str>) -> bool {
        let top = self.thread_ts.is_none() || self.broadcast;
        top && !self.deleted && self.is_visible_to(who)
    }

    /// Returns whether this user sees the message. `None` means all users.
    pub(crate) fn is_visible_to(&self, who: Option<&str>) -> bool {
        match (&self.only_for, who) {
            (None, _) => true,
            (Some(only), Some(who)) => *only == *who,
            (Some(_), None) => false,
        }
    }
}

impl Channel {
    /// Returns the message with this `ts`. Ephemeral and deleted messages are not found.
    pub(crate) fn message(&self, ts: &str) -> Option<&Message> {
        self.message_for(ts, None)
    }

    /// Returns the message with this `ts`, including the ephemeral messages of the user.
    pub(crate) fn message_for(&self, ts: &str, who: Option<&str>) -> Option<&Message> {
        self.messages
            .iter()
            .find(|m| m.ts == ts && !m.deleted && m.is_visible_to(who))
    }

    /// Returns the replies to a message, oldest first.
    pub(crate) fn replies<'a>(&'a self, ts: &'a str) -> impl Iterator<Item = &'a Message> {
        self.messages
            .iter()
            .filter(move |m| m.thread_ts.as_deref() == Some(ts) && !m.deleted)
            .filter(|m| m.only_for.is_none())
    }
}

impl Workspace {
    /// Posts a message now and returns its `ts`. Queues the event if the bot is a member.
    pub(crate) fn post(&mut self, channel: &ChannelId, mut message: Message) -> String {
        let ts = self.next_ts();
        ts.clone_into(&mut message.ts);
        message.channel = channel.clone();
        let user = message.user.clone();
        let ephemeral = message.only_for.is_some();
        let posted = self.with_channel(channel, |channel| {
            channel.last_read.insert(user, message.ts.clone());
            channel.messages.push(message);
        });
        if posted.is_some() && !ephemeral {
            self.push_message_posted(channel, &ts);
        }
        ts
    }

    /// Replaces the content of a message. The caller has checked that it exists.
    pub(crate) fn update_message(
        &mut self,
        channel: &ChannelId,
        ts: &str,
        actor: &UserId,
        revision: MessageUpdate,
    ) {
        let before = self.current_message_json(channel, ts);
        let at = self.next_ts();
        self.with_message(channel, ts, |message| {
            message.text = revision.text;
            message.blocks = revision.blocks;
            message.attachments = revision.attachments;
            if revision.metadata.is_some() {
                message.metadata = revision.metadata;
            }
            message.edited = Some(Edited {
                user: actor.clone(),
                ts: at,
            });
        });
        let after = self.current_message_json(channel, ts);
        self.push_message_changed(
            channel,
            json!({
                "type": "message", "subtype": "message_changed", "hidden": true,
                "message": after, "previous_message": before,
            }),
        );
    }

    /// Deletes a message. The caller has checked that it exists.
    pub(crate) fn delete_message(&mut self, channel: &ChannelId, ts: &str) {
        let before = self.current_message_json(channel, ts);
        self.with_message(channel, ts, |message| message.deleted = true);
        self.with_channel(channel, |channel| channel.pins.retain(|pin| pin.ts != ts));
        self.push_message_changed(
            channel,
            json!({
                "type": "message", "subtype": "message_deleted", "hidden": true,
                "deleted_ts": ts, "previous_message": before,
            }),
        );
    }

    /// Modifies a message in place without an event.
    pub(crate) fn with_message<T>(
        &mut self,
        channel: &str,
        ts: &str,
        change: impl FnOnce(&mut Message) -> T,
    ) -> Option<T> {
        let channel = self.channels.get_mut(channel)?;
        channel
            .messages
            .iter_mut()
            .find(|message| message.ts == ts && !message.deleted)
            .map(change)
    }

    /// Queues the `message` event of a new message, and `app_mention` if it mentions the bot.
    fn push_message_posted(&mut self, channel: &ChannelId, ts: &str) {
        let mut event = self.current_message_json(channel, ts);
        let mention = format!("<@{}>", self.app.bot_user);
        let is_mention = event["text"]
            .as_str()
            .is_some_and(|text| text.contains(&mention))
            && event.get("bot_id").is_none();
        event["event_ts"] = json!(ts);
        self.push_message_event(channel, event.clone());
        if is_mention {
            merge(
                &mut event,
                json!({"type": "app_mention", "channel": channel}),
            );
            self.push_event_in_channel(channel, "app_mention", event);
        }
    }

    /// Queues the event of a changed or deleted message, unless it is ephemeral.
    fn push_message_changed(&mut self, channel: &ChannelId, event: Value) {
        if !event["previous_message"].is_null() {
            self.push_message_event(channel, event);
        }
    }

    fn push_message_event(&mut self, channel_id: &ChannelId, mut event: Value) {
        let Some(channel) = self.channels.get(channel_id) else {
            return;
        };
        let (name, channel_type) = match channel.kind {
            ChannelKind::Public => ("message.channels", "channel"),
            ChannelKind::Private => ("message.groups", "group"),
            ChannelKind::Im(_) => ("message.im", "im"),
        };
        merge(
            &mut event,
            json!({"channel": channel_id, "channel_type": channel_type}),
        );
        if event.get("ts").is_none() {
            event["ts"] = json!(self.next_ts());
        }
        if event.get("event_ts").is_none() {
            event["event_ts"] = event["ts"].clone();
        }
        self.push_event_in_channel(channel_id, name, event);
    }

    fn current_message_json(&self, channel: &ChannelId, ts: &str) -> Value {
        self.channels
            .get(channel)
            .and_then(|channel| {
                let message = channel.message(ts)?;
                Some(self.message_json(channel, message, Metadata::Included))
            })
            .unwrap_or(Value::Null)
    }
}
