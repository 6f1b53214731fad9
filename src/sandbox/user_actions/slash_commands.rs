//! Sending messages, thread replies and slash commands.

use serde_json::{Value, json};

use crate::Sandbox;
use crate::app_requests::response_effects::ActionResult;
use crate::app_requests::{Request, RequestKind};
use crate::ids;
use crate::ids::{ChannelId, UserId};
use crate::manifest::Command;
use crate::user_actions::RequestResult;
use crate::workspace::Workspace;
use crate::workspace::channels::ChannelKind;
use crate::workspace::messages::Message;

impl Sandbox {
    /// Sends a text: as a slash command if it is registered, otherwise as a message.
    pub async fn types(&self, who: &str, channel: &str, text: &str) -> ActionResult {
        if text.starts_with('/') {
            return self
                .send_action(who, |workspace, who| {
                    workspace.command_request(who, channel, text)
                })
                .await;
        }
        self.perform_action(who, |workspace, who| {
            workspace.post_text(who, channel, None, text)
        })
        .await
    }

    /// Shares a file without a text.
    pub async fn shares_file(&self, who: &str, channel: &str, name: &str) -> ActionResult {
        self.perform_action(who, |workspace, who| {
            let channel = workspace.writable_channel(who, channel)?;
            let mut message = Message::from_user(who, "");
            message.extra = Some(json!({
                "files": [workspace.file_json(who, name)], "upload": true, "display_as_bot": false,
            }));
            Ok(Some(workspace.post(&channel, message)))
        })
        .await
    }

    /// Posts a message as the incoming webhook of another app, under this user name. Returns its `ts`.
    pub fn post_as_integration(&self, channel: &str, username: &str, text: &str) -> Option<String> {
        let ts = self.shared.change(|workspace| {
            let channel = workspace.find_channel(channel)?.id.clone();
            let mut message = Message::from_user(&UserId::default(), text);
            message.bot_id = Some(ids::from_name('B', username));
            message.username = Some(username.to_owned());
            Some(workspace.post(&channel, message))
        });
        self.shared.send_pending_events();
        ts
    }

    /// Sends a reply to a message. In a thread, Slack neither runs nor posts slash commands.
    pub async fn types_in_thread(
        &self,
        who: &str,
        channel: &str,
        thread_ts: &str,
        text: &str,
    ) -> ActionResult {
        self.perform_action(who, |workspace, who| {
            if text.starts_with('/') {
                let command = workspace.registered_command(text)?.command.clone();
                return Err(format!("{command} is not supported in threads. Sorry!"));
            }
            workspace.post_text(who, channel, Some(thread_ts), text)
        })
        .await
    }
}

impl Workspace {
    /// Posts a text of the user.
    fn post_text(
        &mut self,
        who: &UserId,
        channel: &str,
        thread: Option<&str>,
        text: &str,
    ) -> Result<Option<String>, String> {
        let channel = self.writable_channel(who, channel)?;
        let mut message = self.composed_message(who, text)?;
        if let Some(ts) = thread {
            let parent = self.channels[&channel].message(ts);
            let parent = parent.ok_or("The message was deleted.")?;
            let ts = parent
                .thread_ts
                .clone()
                .unwrap_or_else(|| parent.ts.clone());
            message.thread_ts = Some(ts);
        }
        Ok(Some(self.post(&channel, message)))
    }

    /// Creates the message that Slack's composer creates from a text.
    pub(crate) fn composed_message(&mut self, who: &UserId, text: &str) -> Result<Message, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("There is nothing to send.".to_owned());
        }
        let serial = self.next_serial();
        let composed = self.parse_composed_text(text);
        let mut message = Message::from_user(who, &composed.message_text());
        message.blocks = Some(composed.rich_text(&ids::secret(&format!("typed {serial}"), 5)));
        message.client_msg_id = Some(ids::uuid(&format!("client message {serial}")));
        Ok(message)
    }

    /// Returns the file object of messages.
    fn file_json(&mut self, who: &UserId, name: &str) -> Value {
        let serial = self.next_serial();
        json!({
            "id": ids::from_serial('F', serial), "created": self.now().timestamp(),
            "timestamp": self.now().timestamp(), "name": name, "title": name, "user": who,
            "mode": "hosted", "is_external": false, "is_public": true, "size": 4096,
        })
    }

    /// Creates the request of a slash command.
    fn command_request(&mut self, who: &UserId, channel: &str, command: &str) -> RequestResult {
        let (name, text) = command
            .split_once(char::is_whitespace)
            .unwrap_or((command, ""));
        let channel = self.writable_channel(who, channel)?;
        let should_escape = self.registered_command(command)?.should_escape;
        let text = text.trim();
        let text = if should_escape {
            self.parse_composed_text(text).command_text()
        } else {
            text.to_owned()
        };
        let response_url = self.new_response_url("commands", who, &channel, None);
        let trigger_id = self.new_trigger(who, None);
        let payload = json!({
            "token": "verification-token", "team_id": self.team.id, "team_domain": self.team.domain,
            "channel_id": channel, "channel_name": self.command_channel_name(&channel),
            "user_id": who, "user_name": self.users[who].name, "command": name, "text": text,
            "api_app_id": self.app.id, "is_enterprise_install": "false",
            "response_url": response_url, "trigger_id": trigger_id,
        });
        Ok(Request {
            kind: RequestKind::Command,
            payload,
            who: Some(who.clone()),
        })
    }

    /// Returns the command at the start of a text.
    fn registered_command(&self, text: &str) -> Result<&Command, String> {
        let name = text.split_whitespace().next().unwrap_or(text);
        let mut commands = self.app.commands.iter();
        commands
            .find(|command| command.command == name)
            .ok_or_else(|| format!("{name} is not a valid command."))
    }

    /// Returns the `channel_name` of slash commands.
    fn command_channel_name(&self, channel_id: &ChannelId) -> Value {
        let channel = &self.channels[channel_id];
        match channel.kind {
            ChannelKind::Public => json!(channel.name),
            ChannelKind::Private => json!("privategroup"),
            ChannelKind::Im(_) => json!("directmessage"),
        }
    }
}
