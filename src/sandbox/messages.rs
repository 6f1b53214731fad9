//! Messages: posted, edited, deleted, replied to.

use serde_json::{Value, json};

use super::channels::{Channel, ChannelKind};
use super::ids::{ChannelId, PersonId};
use super::message_json::Metadata;
use super::people::merge;
use super::reactions::Reaction;
use super::workspace::Workspace;

/// A message in a conversation, or one that only one person sees.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Message {
    /// When it was posted; also its name in its channel.
    pub ts: String,
    /// Where it stands.
    pub channel: ChannelId,
    /// Who wrote it.
    pub user: PersonId,
    /// The text as it was sent: mrkdwn.
    pub text: String,
    /// The blocks, with the ids and presets that Slack fills in.
    pub blocks: Option<Value>,
    /// The attachments as they were sent.
    pub attachments: Option<Value>,
    /// The `ts` of the message that it replies to.
    pub thread_ts: Option<String>,
    /// Who edited it last, and when.
    pub edited: Option<Edited>,
    /// The metadata as it was sent.
    pub metadata: Option<Value>,
    /// The reactions, in the order in which they first came.
    pub reactions: Vec<Reaction>,
    /// Whether it was deleted since.
    pub deleted: bool,
    /// Slack's word for a message that is not plain, such as `channel_join`.
    pub subtype: Option<String>,
    /// The bot that posted it.
    pub bot_id: Option<String>,
    /// The name that the bot chose to post under.
    pub username: Option<String>,
    /// The one person who sees it, if it is ephemeral.
    pub only_for: Option<PersonId>,
    /// Whether a reply is shown in the channel too.
    pub broadcast: bool,
    pub(super) client_msg_id: Option<String>,
    /// Fields that only messages of this subtype have.
    pub(super) extra: Option<Value>,
    /// What was chosen in its selects.
    pub(super) values: Value,
    pub(super) reading: String,
}

/// Who edited a message last, and when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edited {
    /// The editor.
    pub user: PersonId,
    /// When.
    pub ts: String,
}

/// What a message shall say from now on.
pub(super) struct Revision {
    pub(super) text: String,
    pub(super) blocks: Option<Value>,
    pub(super) attachments: Option<Value>,
    /// None: the metadata stays as it is.
    pub(super) metadata: Option<Value>,
}

impl Message {
    /// Gives the message as plain text, as a person reads it: the blocks one after another.
    #[must_use]
    pub fn as_read(&self) -> &str {
        &self.reading
    }

    /// Makes a message of a person or bot.
    pub(super) fn by(user: &PersonId, text: &str) -> Self {
        Self {
            user: user.clone(),
            text: text.to_owned(),
            ..Self::default()
        }
    }

    /// Makes a message of Slack itself.
    pub(super) fn system(about: &PersonId, subtype: &str, text: &str) -> Self {
        Self {
            subtype: Some(subtype.to_owned()),
            ..Self::by(about, text)
        }
    }

    /// Tells whether it stands in the channel itself, for everybody or for this one person.
    pub(super) fn is_in_channel_for(&self, who: Option<&str>) -> bool {
        let top = self.thread_ts.is_none() || self.broadcast;
        top && !self.deleted && self.is_shown_to(who)
    }

    /// Tells whether this person sees it; None asks for everybody.
    pub(super) fn is_shown_to(&self, who: Option<&str>) -> bool {
        match (&self.only_for, who) {
            (None, _) => true,
            (Some(only), Some(who)) => *only == *who,
            (Some(_), None) => false,
        }
    }
}

impl Channel {
    /// Gives the message with this `ts` that everybody sees and that was not deleted.
    pub(super) fn message(&self, ts: &str) -> Option<&Message> {
        self.message_for(ts, None)
    }

    /// Gives the message with this `ts` as one person sees it: their ephemeral ones too.
    pub(super) fn message_for(&self, ts: &str, who: Option<&str>) -> Option<&Message> {
        self.messages
            .iter()
            .find(|m| m.ts == ts && !m.deleted && m.is_shown_to(who))
    }

    /// Gives the replies to a message, oldest first.
    pub(super) fn replies<'a>(&'a self, ts: &'a str) -> impl Iterator<Item = &'a Message> {
        self.messages
            .iter()
            .filter(move |m| m.thread_ts.as_deref() == Some(ts) && !m.deleted)
            .filter(|m| m.only_for.is_none())
    }
}

impl Workspace {
    /// Posts a message now and gives its `ts`. The app hears of it if the bot is a member.
    pub(super) fn post(&mut self, channel: &ChannelId, mut message: Message) -> String {
        let ts = self.next_ts();
        ts.clone_into(&mut message.ts);
        message.channel = channel.clone();
        let user = message.user.clone();
        let ephemeral = message.only_for.is_some();
        let posted = self.with_channel(channel, |found| {
            found.read.insert(user, message.ts.clone());
            found.messages.push(message);
        });
        if posted.is_some() && !ephemeral {
            self.tell_of_message(channel, &ts);
        }
        ts
    }

    /// Changes what a message says. The caller checked that it exists.
    pub(super) fn revise(
        &mut self,
        (channel, ts): (&ChannelId, &str),
        by: &PersonId,
        revision: Revision,
    ) {
        let before = self.message_now(channel, ts);
        let at = self.next_ts();
        self.with_message(channel, ts, |message| {
            message.text = revision.text;
            message.blocks = revision.blocks;
            message.attachments = revision.attachments;
            if revision.metadata.is_some() {
                message.metadata = revision.metadata;
            }
            message.edited = Some(Edited {
                user: by.clone(),
                ts: at,
            });
        });
        let after = self.message_now(channel, ts);
        self.tell_of_change(
            channel,
            json!({
                "type": "message", "subtype": "message_changed", "hidden": true,
                "message": after, "previous_message": before,
            }),
        );
    }

    /// Deletes a message. The caller checked that it exists.
    pub(super) fn delete_message(&mut self, channel: &ChannelId, ts: &str) {
        let before = self.message_now(channel, ts);
        self.with_message(channel, ts, |message| message.deleted = true);
        self.with_channel(channel, |found| found.pins.retain(|pin| pin.ts != ts));
        self.tell_of_change(
            channel,
            json!({
                "type": "message", "subtype": "message_deleted", "hidden": true,
                "deleted_ts": ts, "previous_message": before,
            }),
        );
    }

    /// Changes a message in place, without telling anybody.
    pub(super) fn with_message<T>(
        &mut self,
        channel: &str,
        ts: &str,
        change: impl FnOnce(&mut Message) -> T,
    ) -> Option<T> {
        let found = self.channels.get_mut(channel)?;
        found
            .messages
            .iter_mut()
            .find(|message| message.ts == ts && !message.deleted)
            .map(change)
    }

    /// Notes the `message` event of a message that was just posted, and the mention if it is one.
    fn tell_of_message(&mut self, channel: &ChannelId, ts: &str) {
        let mut event = self.message_now(channel, ts);
        let mention = format!("<@{}>", self.app.bot_user);
        let is_mention = event["text"]
            .as_str()
            .is_some_and(|text| text.contains(&mention))
            && event.get("bot_id").is_none();
        event["event_ts"] = json!(ts);
        self.message_event(channel, event.clone());
        if is_mention {
            merge(
                &mut event,
                json!({"type": "app_mention", "channel": channel}),
            );
            self.event_in(channel, "app_mention", event);
        }
    }

    /// Notes that a message was changed or deleted, unless only one person ever saw it.
    fn tell_of_change(&mut self, channel: &ChannelId, event: Value) {
        if !event["previous_message"].is_null() {
            self.message_event(channel, event);
        }
    }

    fn message_event(&mut self, channel: &ChannelId, mut event: Value) {
        let Some(found) = self.channels.get(channel) else {
            return;
        };
        let (name, channel_type) = match found.kind {
            ChannelKind::Public => ("message.channels", "channel"),
            ChannelKind::Private => ("message.groups", "group"),
            ChannelKind::Im(_) => ("message.im", "im"),
        };
        merge(
            &mut event,
            json!({"channel": channel, "channel_type": channel_type}),
        );
        if event.get("ts").is_none() {
            event["ts"] = json!(self.next_ts());
        }
        if event.get("event_ts").is_none() {
            event["event_ts"] = event["ts"].clone();
        }
        self.event_in(channel, name, event);
    }

    fn message_now(&self, channel: &ChannelId, ts: &str) -> Value {
        self.channels
            .get(channel)
            .and_then(|found| {
                let message = found.message(ts)?;
                Some(self.message_json(found, message, Metadata::Shown))
            })
            .unwrap_or(Value::Null)
    }
}
