//! Typing: messages, replies and slash commands.

use serde_json::{Value, json};

use super::super::Sandbox;
use super::super::answers::Seen;
use super::super::channels::ChannelKind;
use super::super::ids;
use super::super::ids::{ChannelId, PersonId};
use super::super::manifest::Command;
use super::super::messages::Message;
use super::super::requests::{Request, RequestKind};
use super::super::workspace::Workspace;
use super::Made;

impl Sandbox {
    /// Types a text and sends it: a registered slash command, or else a message.
    pub async fn types(&self, who: &str, channel: &str, text: &str) -> Seen {
        if text.starts_with('/') {
            return self
                .sends(who, |workspace, who| workspace.command(who, channel, text))
                .await;
        }
        self.does(who, |workspace, who| {
            workspace.say(who, (channel, None), text)
        })
        .await
    }

    /// Shares a file without a word.
    pub async fn shares_file(&self, who: &str, channel: &str, name: &str) -> Seen {
        self.does(who, |workspace, who| {
            let channel = workspace.own_channel(who, channel)?;
            let mut message = Message::by(who, "");
            message.extra = Some(json!({
                "files": [workspace.file_json(who, name)], "upload": true, "display_as_bot": false,
            }));
            Ok(Some(workspace.post(&channel, message)))
        })
        .await
    }

    /// Lets an incoming webhook of another app post something under a name of its own; gives its `ts`.
    pub fn integration_says(&self, channel: &str, username: &str, text: &str) -> Option<String> {
        let ts = self.shared.change(|workspace| {
            let channel = workspace.find_channel(channel)?.id.clone();
            let mut message = Message::by(&PersonId::default(), text);
            message.bot_id = Some(ids::named('B', username));
            message.username = Some(username.to_owned());
            Some(workspace.post(&channel, message))
        });
        self.shared.hand_over_events();
        ts
    }

    /// Types a reply to a message. Slack knows no slash commands there, and posts none either.
    pub async fn types_in_thread(
        &self,
        who: &str,
        channel: &str,
        thread_ts: &str,
        text: &str,
    ) -> Seen {
        self.does(who, |workspace, who| {
            if text.starts_with('/') {
                let command = workspace.registered(text)?.command.clone();
                return Err(format!("{command} is not supported in threads. Sorry!"));
            }
            workspace.say(who, (channel, Some(thread_ts)), text)
        })
        .await
    }
}

impl Workspace {
    /// Posts what somebody typed.
    fn say(
        &mut self,
        who: &PersonId,
        (channel, thread): (&str, Option<&str>),
        text: &str,
    ) -> Result<Option<String>, String> {
        let channel = self.own_channel(who, channel)?;
        let mut message = self.typed_message(who, text)?;
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

    /// Makes the message that Slack's composer makes of a typed text.
    pub(super) fn typed_message(&mut self, who: &PersonId, text: &str) -> Result<Message, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("There is nothing to send.".to_owned());
        }
        let serial = self.next_serial();
        let typed = self.read_typed(text);
        let mut message = Message::by(who, &typed.of_message());
        message.blocks = Some(typed.rich_text(&ids::secret(&format!("typed {serial}"), 5)));
        message.client_msg_id = Some(client_msg_id(serial));
        Ok(message)
    }

    /// Gives a file as messages tell of it.
    fn file_json(&mut self, who: &PersonId, name: &str) -> Value {
        let serial = self.next_serial();
        json!({
            "id": ids::numbered('F', serial), "created": self.now().timestamp(),
            "timestamp": self.now().timestamp(), "name": name, "title": name, "user": who,
            "mode": "hosted", "is_external": false, "is_public": true, "size": 4096,
        })
    }

    /// Makes the request of a slash command.
    fn command(&mut self, who: &PersonId, channel: &str, line: &str) -> Made {
        let (word, text) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let channel = self.own_channel(who, channel)?;
        let should_escape = self.registered(line)?.should_escape;
        let text = text.trim();
        let text = if should_escape {
            self.read_typed(text).of_command()
        } else {
            text.to_owned()
        };
        let response_url = self.new_response_url("commands", who, (&channel, None));
        let trigger_id = self.new_trigger(who, None);
        let payload = json!({
            "token": "verification-token", "team_id": self.team.id, "team_domain": self.team.domain,
            "channel_id": channel, "channel_name": self.command_channel_name(&channel),
            "user_id": who, "user_name": self.people[who].name, "command": word, "text": text,
            "api_app_id": self.app.id, "is_enterprise_install": "false",
            "response_url": response_url, "trigger_id": trigger_id,
        });
        Ok(Request {
            kind: RequestKind::Command,
            payload,
            who: Some(who.clone()),
        })
    }

    /// Gives the command that a line begins with.
    fn registered(&self, line: &str) -> Result<&Command, String> {
        let word = line.split_whitespace().next().unwrap_or(line);
        let mut commands = self.app.commands.iter();
        commands
            .find(|command| command.command == word)
            .ok_or_else(|| format!("{word} is not a valid command."))
    }

    /// Gives a channel's name as slash commands tell it.
    fn command_channel_name(&self, channel: &ChannelId) -> Value {
        let found = &self.channels[channel];
        match found.kind {
            ChannelKind::Public => json!(found.name),
            ChannelKind::Private => json!("privategroup"),
            ChannelKind::Im(_) => json!("directmessage"),
        }
    }
}

fn client_msg_id(serial: u64) -> String {
    let digits = ids::secret(&format!("client message {serial}"), 32);
    [
        &digits[..8],
        &digits[8..12],
        &digits[12..16],
        &digits[16..20],
        &digits[20..],
    ]
    .join("-")
}
