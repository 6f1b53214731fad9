//! Reads the bot's messages as users see them: each message once, and again after an edit.

use muster_sandbox::Message;

use crate::support::world::World;

impl World {
    /// Returns the ID of a channel, which does not change with its name.
    pub fn channel_id(&self, channel: &str) -> String {
        self.slack
            .channel(channel)
            .expect("the channel does not exist")
            .to_string()
    }

    /// Returns the text of the bot's unread or edited messages in a channel, without ephemeral ones.
    pub fn unread(&self, channel: &str) -> Vec<String> {
        let messages = self.slack.messages(channel);
        self.take_unread(channel, messages)
    }

    /// Returns the text of the bot's unread or edited replies in a thread.
    pub fn unread_replies(&self, channel: &str, ts: &str) -> Vec<String> {
        let replies = self.slack.replies(channel, ts);
        self.take_unread(channel, replies)
    }

    /// Returns the user's unread ephemeral messages, without briefings: nearly every scenario has some,
    /// because each user who joins a channel receives one.
    pub fn unread_ephemerals(&self, user: &str) -> Vec<String> {
        let mut messages = self.slack.ephemeral_messages(user);
        messages.retain(|message| !is_briefing(message));
        self.take_unread(user, messages)
    }

    /// Returns the user's unread briefings.
    pub fn unread_briefings(&self, user: &str) -> Vec<String> {
        let mut messages = self.slack.ephemeral_messages(user);
        messages.retain(is_briefing);
        self.take_unread(user, messages)
    }

    fn take_unread(&self, place: &str, messages: Vec<Message>) -> Vec<String> {
        let mut read = self.read_messages.borrow_mut();
        let ours = self.slack.bot_user();
        // The ID identifies a renamed channel.
        let channel = self.slack.channel(place);
        let place = channel.map_or_else(|| place.to_owned(), |it| it.to_string());
        let mut unread = Vec::new();
        for message in messages {
            if message.user != ours || message.deleted || message.subtype.is_some() {
                continue;
            }
            let key = (place.clone(), message.ts.clone());
            let reading = message.rendered_text().to_owned();
            let written = format!("{} {:?}", message.text, message.blocks);
            let before = read.insert(key, (reading.clone(), written.clone()));
            // A message whose text differs only because a channel or user was renamed was not edited.
            if before.is_none_or(|(read, wrote)| read != reading && wrote != written) {
                unread.push(reading);
            }
        }
        unread
    }
}

fn is_briefing(message: &Message) -> bool {
    message
        .rendered_text()
        .starts_with("You are in the channel of ")
}
