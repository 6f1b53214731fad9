//! What people do with messages beside writing them: react, choose in them, delete, read their own.
#![allow(dead_code, reason = "each story uses what it needs")]

use muster::sandbox::{Message, Seen};

use super::person::Person;

impl Person<'_> {
    /// Reacts to a message with an emoji, named without colons.
    pub async fn reacts(&self, channel: &str, ts: &str, emoji: &str) {
        let slack = &self.world.slack;
        self.did(slack.reacts(self.name, channel, ts, emoji).await)
            .await;
    }

    /// Takes a reaction of theirs back.
    pub async fn unreacts(&self, channel: &str, ts: &str, emoji: &str) {
        let slack = &self.world.slack;
        self.did(slack.unreacts(self.name, channel, ts, emoji).await)
            .await;
    }

    /// Deletes a message of theirs.
    pub async fn deletes(&self, channel: &str, ts: &str) {
        self.did(self.world.slack.deletes(self.name, channel, ts).await)
            .await;
    }

    /// Brings somebody, or the bot, into a channel.
    pub async fn invites(&self, channel: &str, whom: &str) {
        self.did(self.world.slack.invites(self.name, channel, whom).await)
            .await;
    }

    /// Leaves a channel.
    pub async fn leaves(&self, channel: &str) {
        self.did(self.world.slack.leaves(self.name, channel).await)
            .await;
    }

    /// Presses one of several buttons of a name, or chooses in a menu or select of a message: `value` is the
    /// button's value, an option's text or value, a name, a day (`2026-11-23`).
    pub async fn picks(&self, channel: &str, ts: &str, element: &str, value: &str) -> Seen {
        let slack = &self.world.slack;
        let picked = slack.clicks(self.name, channel, ts, element, Some(value));
        self.did(picked.await).await
    }

    /// Reads what the bot newly wrote or changed in the direct message with them.
    pub fn reads_direct(&self) -> Vec<String> {
        match self.world.slack.direct_message(self.name) {
            Some(direct) => self.world.unread(&direct),
            None => Vec::new(),
        }
    }

    /// Looks at the last message in the direct message between the bot and them.
    pub fn last_direct(&self) -> Message {
        let slack = &self.world.slack;
        let direct = slack.direct_message(self.name).expect("they have talked");
        let last = slack.messages(&direct).pop();
        last.expect("something was written")
    }

    /// Looks at the last message that only they see.
    pub fn last_alone(&self) -> Message {
        let last = self.world.slack.ephemerals(self.name).pop();
        last.expect("the bot told them something")
    }

    /// Lets the bot do what follows from what was done; gives what is then on their screen.
    pub(super) async fn did(&self, seen: Seen) -> Seen {
        assert_eq!(seen.trouble, None, "Slack itself complained");
        self.world.settles().await;
        // A form is opened beside the answer.
        Seen {
            view: self.world.slack.view(self.name),
            ..seen
        }
    }
}
