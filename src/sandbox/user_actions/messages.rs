//! Editing and deleting messages, and reacting to them.

use crate::Sandbox;
use crate::app_requests::response_effects::ActionResult;
use crate::ids::{ChannelId, UserId};
use crate::workspace::Workspace;
use crate::workspace::messages::MessageUpdate;

impl Sandbox {
    /// Edits a message of the user.
    pub async fn edits(&self, who: &str, channel: &str, ts: &str, text: &str) -> ActionResult {
        self.perform_action(who, |workspace, who| {
            let channel = workspace.check_own_message(who, channel, ts)?;
            let composed = workspace.composed_message(who, text)?;
            let revision = MessageUpdate {
                text: composed.text,
                blocks: composed.blocks,
                attachments: None,
                metadata: None,
            };
            workspace.update_message(&channel, ts, who, revision);
            Ok(None)
        })
        .await
    }

    /// Deletes a message of the user.
    pub async fn deletes(&self, who: &str, channel: &str, ts: &str) -> ActionResult {
        self.perform_action(who, |workspace, who| {
            let channel = workspace.check_own_message(who, channel, ts)?;
            workspace.delete_message(&channel, ts);
            Ok(None)
        })
        .await
    }

    /// Adds a reaction to a message. The name of the emoji has no colons.
    pub async fn adds_reaction(
        &self,
        who: &str,
        channel: &str,
        ts: &str,
        name: &str,
    ) -> ActionResult {
        self.perform_action(who, |workspace, who| {
            let channel = workspace.writable_channel(who, channel)?;
            let done = workspace.add_reaction(&channel, ts, who, name);
            done.map(|()| None)
                .map_err(|code| format!("That didn't work: {code}."))
        })
        .await
    }

    /// Removes a reaction.
    pub async fn removes_reaction(
        &self,
        who: &str,
        channel: &str,
        ts: &str,
        name: &str,
    ) -> ActionResult {
        self.perform_action(who, |workspace, who| {
            let channel = workspace.writable_channel(who, channel)?;
            let done = workspace.remove_reaction(&channel, ts, who, name);
            done.map(|()| None)
                .map_err(|code| format!("That didn't work: {code}."))
        })
        .await
    }

    /// Dismisses an ephemeral message. The app receives no event.
    pub(crate) fn dismisses_message(&self, who: &str, ts: &str) {
        let who = self.user(who);
        self.shared.change(|workspace| {
            let messages = workspace
                .channels
                .values_mut()
                .flat_map(|channel| &mut channel.messages);
            for message in messages {
                if message.ts == ts && message.only_for.as_ref() == Some(&who) {
                    message.deleted = true;
                }
            }
        });
    }
}

impl Workspace {
    fn check_own_message(
        &self,
        who: &UserId,
        channel: &str,
        ts: &str,
    ) -> Result<ChannelId, String> {
        let channel = self.writable_channel(who, channel)?;
        let message = self.channels[&channel].message(ts);
        match message {
            Some(message) if message.user == *who && message.subtype.is_none() => Ok(channel),
            Some(_) => Err("Only the author can edit a message.".to_owned()),
            None => Err("The message was deleted.".to_owned()),
        }
    }
}
