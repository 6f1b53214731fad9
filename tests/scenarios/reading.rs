//! What people read of the bot, each message once, and again when it changes.

use muster::sandbox::Message;

use super::world::World;

impl World {
    /// Gives the bot's own messages in a channel that were not read yet, or that changed since, as
    /// people read them; ephemeral ones are not among them.
    pub fn unread(&self, channel: &str) -> Vec<String> {
        let messages = self.slack.messages(channel);
        self.newly_read(channel, messages)
    }

    /// Gives the bot's own replies to a message that were not read yet, or that changed since.
    pub fn unread_replies(&self, channel: &str, ts: &str) -> Vec<String> {
        let replies = self.slack.replies(channel, ts);
        self.newly_read(channel, replies)
    }

    /// Gives what only one person sees and has not read yet. Briefings are not among it: whoever comes into a
    /// channel gets one, in nearly every story, and reads it there and then.
    pub fn unread_by(&self, person: &str) -> Vec<String> {
        let mut messages = self.slack.ephemerals(person);
        messages.retain(|message| !is_briefing(message));
        self.newly_read(person, messages)
    }

    /// Gives the briefings of a person that the story has not looked at yet.
    pub fn briefings_of(&self, person: &str) -> Vec<String> {
        let mut messages = self.slack.ephemerals(person);
        messages.retain(is_briefing);
        self.newly_read(person, messages)
    }

    fn newly_read(&self, place: &str, messages: Vec<Message>) -> Vec<String> {
        let mut read = self.read.borrow_mut();
        let ours = self.slack.bot_user();
        let mut unread = Vec::new();
        for message in messages {
            if message.user != ours || message.deleted || message.subtype.is_some() {
                continue;
            }
            let key = (place.trim_start_matches('#').to_owned(), message.ts.clone());
            let reading = message.as_read().to_owned();
            if read.get(&key) != Some(&reading) {
                read.insert(key, reading.clone());
                unread.push(reading);
            }
        }
        unread
    }
}

fn is_briefing(message: &Message) -> bool {
    message.as_read().starts_with("You are in the channel of ")
}
