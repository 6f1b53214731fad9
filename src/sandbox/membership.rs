//! Joining, inviting and leaving; topics and purposes.

use serde_json::json;

use super::channels::{ChannelKind, Written};
use super::ids::{ChannelId, PersonId};
use super::messages::Message;
use super::workspace::Workspace;

/// Which of the two lines of a channel's head is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HeadLine {
    Topic,
    Purpose,
}

impl Workspace {
    /// Makes somebody a member, and says so in the channel. Whoever is in already stays in, silently.
    pub(super) fn put_in(
        &mut self,
        channel: &ChannelId,
        who: &PersonId,
        inviter: Option<&PersonId>,
    ) {
        let joined = self.with_channel(channel, |found| {
            let is_new = !found.has(who);
            if is_new {
                found.members.push(who.clone());
            }
            is_new
        });
        if joined != Some(true) {
            return;
        }
        let mut event = json!({
            "type": "member_joined_channel", "user": who, "channel": channel,
            "channel_type": self.channel_letter(channel), "team": self.team.id,
        });
        let mut message = Message::system(
            who,
            "channel_join",
            &format!("<@{who}> has joined the channel"),
        );
        if let Some(inviter) = inviter {
            event["inviter"] = json!(inviter);
            message.extra = Some(json!({"inviter": inviter}));
        }
        self.event_in(channel, "member_joined_channel", event);
        self.post(channel, message);
    }

    /// Takes somebody out of a channel, and says so there.
    pub(super) fn take_out(&mut self, channel: &ChannelId, who: &PersonId) {
        if !self
            .channels
            .get(channel)
            .is_some_and(|found| found.has(who))
        {
            return;
        }
        let event = json!({
            "type": "member_left_channel", "user": who, "channel": channel,
            "channel_type": self.channel_letter(channel), "team": self.team.id,
        });
        self.event_in(channel, "member_left_channel", event);
        let text = format!("<@{who}> has left the channel");
        self.system_message(channel, who, "channel_leave", &text);
        self.with_channel(channel, |found| {
            found.members.retain(|member| member != who);
        });
    }

    /// Writes the topic or purpose of a channel, and says so there.
    pub(super) fn set_head_line(
        &mut self,
        channel: &ChannelId,
        by: &PersonId,
        (line, value): (HeadLine, &str),
    ) {
        let written = Written {
            value: value.to_owned(),
            creator: by.to_string(),
            last_set: self.now().timestamp(),
        };
        self.with_channel(channel, |found| match line {
            HeadLine::Topic => found.topic = written,
            HeadLine::Purpose => found.purpose = written,
        });
        let (subtype, word) = match line {
            HeadLine::Topic => ("channel_topic", "topic"),
            HeadLine::Purpose => ("channel_purpose", "description"),
        };
        let text = format!("<@{by}> set the channel {word}: {value}");
        let mut message = Message::system(by, subtype, &text);
        message.extra = Some(match line {
            HeadLine::Topic => json!({"topic": value}),
            HeadLine::Purpose => json!({"purpose": value}),
        });
        self.post(channel, message);
    }

    /// Posts what Slack itself says in a channel.
    pub(super) fn system_message(
        &mut self,
        channel: &ChannelId,
        who: &PersonId,
        subtype: &str,
        text: &str,
    ) {
        self.post(channel, Message::system(who, subtype, text));
    }

    /// Gives the letter that membership events name a channel's kind with.
    fn channel_letter(&self, channel: &ChannelId) -> &'static str {
        match self.channels.get(channel).map(|found| &found.kind) {
            Some(ChannelKind::Private) => "G",
            Some(ChannelKind::Public | ChannelKind::Im(_)) | None => "C",
        }
    }
}
