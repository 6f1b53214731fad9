//! What people read of the bot, each message once, and again when it changes.

use muster::sandbox::Message;

use super::world::World;

impl World {
    /// Gives by what a channel is known whatever it is called.
    pub fn id(&self, channel: &str) -> String {
        self.slack.channel(channel).expect("it exists").to_string()
    }

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
        // A channel that is renamed is the same channel.
        let channel = self.slack.channel(place);
        let place = channel.map_or_else(|| place.to_owned(), |it| it.to_string());
        let mut unread = Vec::new();
        for message in messages {
            if message.user != ours || message.deleted || message.subtype.is_some() {
                continue;
            }
            let key = (place.clone(), message.ts.clone());
            let reading = message.as_read().to_owned();
            let written = format!("{} {:?}", message.text, message.blocks);
            let before = read.insert(key, (reading.clone(), written.clone()));
            // What only names a channel or a person that is called otherwise by now was not changed.
            if before.is_none_or(|(read, wrote)| read != reading && wrote != written) {
                unread.push(reading);
            }
        }
        unread
    }
}

fn is_briefing(message: &Message) -> bool {
    message.as_read().starts_with("You are in the channel of ")
}
