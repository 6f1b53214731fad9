//! Membership of channels, topics and purposes.

use serde_json::json;

use crate::guide::Observation;
use crate::ids::{ChannelId, UserId};
use crate::workspace::Workspace;
use crate::workspace::channels::{ChannelKind, ChannelTextValue};
use crate::workspace::messages::Message;

/// The topic or purpose of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChannelText {
    Topic,
    Purpose,
}

impl Workspace {
    /// Adds a member and posts the system message. Does nothing if the user is already a member.
    pub(crate) fn add_member(
        &mut self,
        channel: &ChannelId,
        who: &UserId,
        inviter: Option<&UserId>,
    ) {
        let joined = self.with_channel(channel, |channel| {
            let is_new = !channel.has_member(who);
            if is_new {
                channel.members.push(who.clone());
            }
            is_new
        });
        if joined != Some(true) {
            return;
        }
        let mut event = json!({
            "type": "member_joined_channel", "user": who, "channel": channel,
            "channel_type": self.channel_type_letter(channel), "team": self.team.id,
        });
        let mut message = Message::from_slack(
            who,
            "channel_join",
            &format!("<@{who}> has joined the channel"),
        );
        if inviter.is_none() {
            self.observe(&Observation::ChannelJoined(channel, who));
        }
        if let Some(inviter) = inviter {
            event["inviter"] = json!(inviter);
            message.extra = Some(json!({"inviter": inviter}));
        }
        self.push_event_in_channel(channel, "member_joined_channel", event);
        self.post(channel, message);
    }

    /// Removes a member and posts the system message.
    pub(crate) fn remove_member(&mut self, channel: &ChannelId, who: &UserId) {
        if !self
            .channels
            .get(channel)
            .is_some_and(|channel| channel.has_member(who))
        {
            return;
        }
        let event = json!({
            "type": "member_left_channel", "user": who, "channel": channel,
            "channel_type": self.channel_type_letter(channel), "team": self.team.id,
        });
        self.push_event_in_channel(channel, "member_left_channel", event);
        let text = format!("<@{who}> has left the channel");
        self.post_system_message(channel, who, "channel_leave", &text);
        self.with_channel(channel, |channel| {
            channel.members.retain(|member| member != who);
        });
    }

    /// Sets the topic or purpose and posts the system message.
    pub(crate) fn set_channel_text(
        &mut self,
        channel: &ChannelId,
        actor: &UserId,
        property: ChannelText,
        value: &str,
    ) {
        let written = ChannelTextValue {
            value: value.to_owned(),
            creator: actor.to_string(),
            last_set: self.now().timestamp(),
        };
        self.with_channel(channel, |channel| match property {
            ChannelText::Topic => channel.topic = written,
            ChannelText::Purpose => channel.purpose = written,
        });
        if property == ChannelText::Topic {
            self.observe(&Observation::TopicChanged(channel, value));
        }
        let (subtype, name) = match property {
            ChannelText::Topic => ("channel_topic", "topic"),
            ChannelText::Purpose => ("channel_purpose", "description"),
        };
        let text = format!("<@{actor}> set the channel {name}: {value}");
        let mut message = Message::from_slack(actor, subtype, &text);
        message.extra = Some(match property {
            ChannelText::Topic => json!({"topic": value}),
            ChannelText::Purpose => json!({"purpose": value}),
        });
        self.post(channel, message);
    }

    /// Posts a message of Slack itself.
    pub(crate) fn post_system_message(
        &mut self,
        channel: &ChannelId,
        who: &UserId,
        subtype: &str,
        text: &str,
    ) {
        self.post(channel, Message::from_slack(who, subtype, text));
    }

    /// Returns the `channel_type` of membership events.
    fn channel_type_letter(&self, channel: &ChannelId) -> &'static str {
        match self.channels.get(channel).map(|channel| &channel.kind) {
            Some(ChannelKind::Private) => "G",
            Some(ChannelKind::Public | ChannelKind::Im(_)) | None => "C",
        }
    }
}
