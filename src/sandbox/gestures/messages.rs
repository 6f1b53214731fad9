//! Editing, deleting and reacting to messages.

use super::super::Sandbox;
use super::super::answers::Seen;
use super::super::ids::{ChannelId, PersonId};
use super::super::messages::Revision;
use super::super::workspace::Workspace;

impl Sandbox {
    /// Edits one's own message.
    pub async fn edits(&self, who: &str, channel: &str, ts: &str, text: &str) -> Seen {
        self.does(who, |workspace, who| {
            let channel = workspace.own_written(who, channel, ts)?;
            let typed = workspace.typed_message(who, text)?;
            let revision = Revision {
                text: typed.text,
                blocks: typed.blocks,
                attachments: None,
                metadata: None,
            };
            workspace.revise((&channel, ts), who, revision);
            Ok(None)
        })
        .await
    }

    /// Deletes one's own message.
    pub async fn deletes(&self, who: &str, channel: &str, ts: &str) -> Seen {
        self.does(who, |workspace, who| {
            let channel = workspace.own_written(who, channel, ts)?;
            workspace.delete_message(&channel, ts);
            Ok(None)
        })
        .await
    }

    /// Reacts to a message with an emoji, named without colons.
    pub async fn reacts(&self, who: &str, channel: &str, ts: &str, name: &str) -> Seen {
        self.does(who, |workspace, who| {
            let channel = workspace.own_channel(who, channel)?;
            let done = workspace.react((&channel, ts), who, name);
            done.map(|()| None)
                .map_err(|code| format!("That cannot be done: {code}."))
        })
        .await
    }

    /// Takes a reaction back.
    pub async fn unreacts(&self, who: &str, channel: &str, ts: &str, name: &str) -> Seen {
        self.does(who, |workspace, who| {
            let channel = workspace.own_channel(who, channel)?;
            let done = workspace.unreact((&channel, ts), who, name);
            done.map(|()| None)
                .map_err(|code| format!("That cannot be done: {code}."))
        })
        .await
    }

    /// Dismisses an ephemeral message; the app does not learn of it.
    pub fn dismisses(&self, who: &str, ts: &str) {
        let who = self.person(who);
        self.shared.change(|workspace| {
            let messages = workspace
                .channels
                .values_mut()
                .flat_map(|found| &mut found.messages);
            for message in messages {
                if message.ts == ts && message.only_for.as_ref() == Some(&who) {
                    message.deleted = true;
                }
            }
        });
    }
}

impl Workspace {
    fn own_written(&self, who: &PersonId, channel: &str, ts: &str) -> Result<ChannelId, String> {
        let channel = self.own_channel(who, channel)?;
        let message = self.channels[&channel].message(ts);
        match message {
            Some(message) if message.user == *who && message.subtype.is_none() => Ok(channel),
            Some(_) => Err("Only its author can change a message.".to_owned()),
            None => Err("The message was deleted.".to_owned()),
        }
    }
}
