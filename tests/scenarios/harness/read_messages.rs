//! Reads the bot's messages as users see them: each message once, and again after an edit.

use muster_sandbox::Message;

use crate::harness::world::World;

impl World {
    /// Returns the ID of a channel, which does not change with its name.
    pub fn channel_id(&self, channel: &str) -> String {
        self.slack
            .channel(channel)
            .expect("the channel does not exist")
            .to_string()
    }

    /// Returns the text of the bot's unread or edited messages in a channel, without ephemeral ones and without
    /// closing summaries: each scenario that resolves an incident has some.
    pub fn unread(&self, channel: &str) -> Vec<String> {
        let mut messages = self.slack.messages(channel);
        messages.retain(|message| !is_closing_summary(message));
        self.take_unread(channel, messages)
    }

    /// Returns the text of the bot's unread closing summaries in a channel.
    pub fn unread_summaries(&self, channel: &str) -> Vec<String> {
        let mut messages = self.slack.messages(channel);
        messages.retain(is_closing_summary);
        self.take_unread(channel, messages)
    }

    /// Returns the text of the bot's unread or edited replies in a thread.
    pub fn unread_replies(&self, channel: &str, ts: &str) -> Vec<String> {
        let replies = self.slack.replies(channel, ts);
        self.take_unread(channel, replies)
    }

    /// Returns the messages of a channel and the replies in their threads, the oldest first.
    pub(crate) fn messages_with_replies(&self, channel: &str) -> Vec<Message> {
        let mut messages = self.slack.messages(channel);
        for parent in messages.clone() {
            messages.extend(self.slack.replies(channel, &parent.ts));
        }
        messages.sort_by(|one, other| one.ts.cmp(&other.ts));
        messages
    }

    /// Returns the text of the bot's unread or edited messages in a channel and in its threads.
    pub(crate) fn unread_with_replies(&self, channel: &str) -> Vec<String> {
        let messages = self.messages_with_replies(channel);
        self.take_unread(channel, messages)
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

    /// Reads all direct messages to the users.
    pub fn read_all_direct_messages(&self) {
        for user in self.slack.user_names() {
            self.user(&user).reads_direct_messages();
        }
    }

    /// Declares that the scenario does not read `count` messages, because it is not about them: fails if more
    /// or fewer are unread now. Briefings are not counted.
    #[track_caller]
    pub fn expects_unread(&self, count: usize, messages: &str) {
        let unread = self.take_all_unread();
        assert_eq!(unread.len(), count, "{messages}: {unread:#?}");
    }

    /// Checks that a warning or error that starts with `text` was logged, and accepts it.
    #[track_caller]
    pub fn expects_warning(&self, text: &str) {
        self.log.accept(text);
    }

    /// Returns all unread messages, each after its conversation. They count as read from now on.
    #[must_use = "a scenario checks what is unread"]
    pub(crate) fn take_all_unread(&self) -> Vec<String> {
        let mut all_unread = Vec::new();
        for channel in self.slack.channel_names() {
            let mut unread = self.unread(&channel);
            for message in self.slack.messages(&channel) {
                unread.extend(self.unread_replies(&channel, &message.ts));
            }
            all_unread.extend(unread.iter().map(|text| format!("#{channel}: {text}")));
        }
        for user in self.slack.user_names() {
            let mut unread = self.unread_ephemerals(&user);
            unread.extend(self.user(&user).reads_direct_messages());
            all_unread.extend(unread.iter().map(|text| format!("only {user}: {text}")));
        }
        all_unread
    }

    fn take_unread(&self, origin: &str, messages: Vec<Message>) -> Vec<String> {
        let mut read = self.read_messages.borrow_mut();
        let ours = self.slack.bot_user();
        // The ID identifies a renamed channel.
        let channel = self.slack.channel(origin);
        let origin = channel.map_or_else(|| origin.to_owned(), |it| it.to_string());
        let mut unread = Vec::new();
        for message in messages {
            if message.user != ours || message.deleted || message.subtype.is_some() {
                continue;
            }
            let key = (origin.clone(), message.ts.clone());
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

fn is_closing_summary(message: &Message) -> bool {
    message.rendered_text().starts_with(":white_check_mark: ")
}

fn is_briefing(message: &Message) -> bool {
    message.rendered_text().starts_with("Welcome to ")
}
