//! The JSON of a message in Web API responses, events and interactions.

use serde_json::{Value, json};

use crate::workspace::Workspace;
use crate::workspace::channels::Channel;
use crate::workspace::messages::Message;
use crate::workspace::users::merge;

/// Whether the metadata is included. The reading methods include it only on request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Metadata {
    Included,
    Omitted,
}

impl Workspace {
    /// Returns the message object of the Web API.
    pub(crate) fn message_json(
        &self,
        channel: &Channel,
        message: &Message,
        metadata: Metadata,
    ) -> Value {
        let mut told = json!({
            "type": "message", "ts": message.ts, "text": message.text,
        });
        // An incoming webhook has no user.
        if !message.user.is_empty() {
            told["user"] = json!(message.user);
        }
        if let Some(subtype) = &message.subtype {
            told["subtype"] = json!(subtype);
        } else {
            told["team"] = json!(self.team.id);
        }
        if let Some(extra) = &message.extra {
            merge(&mut told, extra.clone());
        }
        self.add_author(&mut told, message);
        add_content(&mut told, message, metadata);
        add_thread(&mut told, channel, message);
        add_reactions_and_pins(&mut told, channel, message);
        told
    }

    /// Returns the `bot_profile` of the app's messages.
    pub(crate) fn bot_profile(&self) -> Value {
        let image =
            |size: u32| format!("https://a.slack-edge.com/80588/img/plugins/app/bot_{size}.png");
        json!({
            "id": self.app.bot_id, "app_id": self.app.id, "user_id": self.app.bot_user,
            "name": self.app.name, "deleted": false, "updated": 0, "team_id": self.team.id,
            "icons": {"image_36": image(36), "image_48": image(48), "image_72": image(72)},
        })
    }

    fn add_author(&self, told: &mut Value, message: &Message) {
        if let Some(bot_id) = &message.bot_id {
            told["bot_id"] = json!(bot_id);
            if *bot_id == self.app.bot_id {
                told["app_id"] = json!(self.app.id);
                told["bot_profile"] = self.bot_profile();
            }
        }
        if let Some(username) = &message.username {
            told["username"] = json!(username);
            told["subtype"] = json!("bot_message");
        }
        if let Some(id) = &message.client_msg_id {
            told["client_msg_id"] = json!(id);
        }
    }
}

fn add_content(told: &mut Value, message: &Message, metadata: Metadata) {
    if let Some(blocks) = &message.blocks {
        told["blocks"] = blocks.clone();
    }
    if let Some(attachments) = &message.attachments {
        told["attachments"] = attachments.clone();
    }
    if let Some(edited) = &message.edited {
        told["edited"] = json!({"user": edited.user, "ts": edited.ts});
    }
    if metadata == Metadata::Included
        && let Some(metadata) = &message.metadata
    {
        told["metadata"] = metadata.clone();
    }
}

fn add_thread(told: &mut Value, channel: &Channel, message: &Message) {
    if let Some(thread) = &message.thread_ts {
        told["thread_ts"] = json!(thread);
        if let Some(parent) = channel.message(thread) {
            told["parent_user_id"] = json!(parent.user);
        }
        if message.broadcast {
            told["subtype"] = json!("thread_broadcast");
        }
        return;
    }
    let replies: Vec<&Message> = channel.replies(&message.ts).collect();
    let Some(last) = replies.last() else {
        return;
    };
    let mut users: Vec<&str> = Vec::new();
    for reply in &replies {
        if !users.contains(&&*reply.user) {
            users.push(&reply.user);
        }
    }
    let thread = json!({
        "thread_ts": message.ts, "reply_count": replies.len(), "reply_users_count": users.len(),
        "latest_reply": last.ts, "reply_users": users, "is_locked": false, "subscribed": false,
    });
    merge(told, thread);
}

fn add_reactions_and_pins(told: &mut Value, channel: &Channel, message: &Message) {
    if !message.reactions.is_empty() {
        told["reactions"] = message
            .reactions
            .iter()
            .map(crate::workspace::reactions::json)
            .collect();
    }
    if let Some(pin) = channel.pins.iter().find(|pin| pin.ts == message.ts) {
        let info =
            json!({"channel": channel.id, "pinned_by": pin.pinned_by, "pinned_ts": pin.pinned_at});
        merge(
            told,
            json!({"pinned_to": [channel.id], "pinned_info": info}),
        );
    }
}
