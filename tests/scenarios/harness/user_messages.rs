//! User actions on messages besides posting: reactions, buttons, deletion and direct messages.

use muster_sandbox::{ActionResult, Message};

use crate::harness::user::TestUser;

/// The value of the buttons of task 1 of IR-1, on the first page of a list.
pub const FIRST_TASK: &str = "1 task 1 0";

impl TestUser<'_> {
    /// Adds a reaction to a message. `emoji` is the name without colons.
    pub async fn reacts(&self, channel: &str, ts: &str, emoji: &str) {
        let slack = &self.world.slack;
        self.after_action(slack.adds_reaction(self.name, channel, ts, emoji).await)
            .await;
    }

    /// Removes the user's reaction.
    pub async fn unreacts(&self, channel: &str, ts: &str, emoji: &str) {
        let slack = &self.world.slack;
        self.after_action(slack.removes_reaction(self.name, channel, ts, emoji).await)
            .await;
    }

    /// Deletes a message of the user.
    pub async fn deletes(&self, channel: &str, ts: &str) {
        self.after_action(self.world.slack.deletes(self.name, channel, ts).await)
            .await;
    }

    /// Invites a user, or the bot, to a channel.
    pub async fn invites(&self, channel: &str, whom: &str) {
        self.after_action(self.world.slack.invites(self.name, channel, whom).await)
            .await;
    }

    /// Leaves a channel.
    pub async fn leaves(&self, channel: &str) {
        self.after_action(self.world.slack.leaves(self.name, channel).await)
            .await;
    }

    /// Clicks one of several buttons with the same action ID, or selects in a menu of a message. `value` is
    /// the button's value, an option's text or value, a name, or a date (`2026-11-23`).
    pub async fn selects(
        &self,
        channel: &str,
        ts: &str,
        element: &str,
        value: &str,
    ) -> ActionResult {
        let slack = &self.world.slack;
        let picked = slack.clicks(self.name, channel, ts, element, Some(value));
        self.after_action(picked.await).await
    }

    /// Reads the bot's new or edited direct messages to the user.
    pub fn reads_direct_messages(&self) -> Vec<String> {
        match self.world.slack.direct_message_channel(self.name) {
            Some(direct) => self.world.unread_with_replies(&direct),
            None => Vec::new(),
        }
    }

    /// Returns the replies in the thread of the bot's first direct message to the user.
    pub fn direct_replies(&self) -> Vec<Message> {
        let slack = &self.world.slack;
        let direct = slack.direct_message_channel(self.name);
        let direct = direct.expect("there is no direct message channel");
        let first = slack.messages(&direct).into_iter().next();
        slack.replies(&direct, &first.expect("there is no direct message").ts)
    }

    /// Returns the last direct message between the bot and the user.
    pub fn last_direct_message(&self) -> Message {
        let slack = &self.world.slack;
        let direct = slack
            .direct_message_channel(self.name)
            .expect("there is no direct message channel");
        let last = self.world.messages_with_replies(&direct).pop();
        last.expect("there is no direct message")
    }

    /// Returns the user's last ephemeral message.
    pub fn last_ephemeral(&self) -> Message {
        let last = self.world.slack.ephemeral_messages(self.name).pop();
        last.expect("there is no ephemeral message")
    }

    /// Runs what the action triggered in the bot. Returns the screen after it.
    pub(crate) async fn after_action(&self, screen: ActionResult) -> ActionResult {
        assert_eq!(screen.error, None, "Slack reports an error");
        self.world.deliver_all().await;
        // The modal opens in addition to the reply.
        ActionResult {
            view: self.world.slack.top_modal(self.name),
            ..screen
        }
    }
}
