//! `chat.*`: posting, updating and deleting messages.

use serde_json::{Value, json};

use super::arguments::Arguments;
use super::{ApiError, Method, MethodResult};
use crate::block_kit;
use crate::ids::{ChannelId, UserId};
use crate::rate_limits::Tier;
use crate::workspace::Workspace;
use crate::workspace::channels::{Channel, ChannelKind};
use crate::workspace::message_json::Metadata;
use crate::workspace::messages::{Message, MessageUpdate};
use crate::workspace::users::merge;

/// The Web API methods of this module.
pub(super) const METHODS: &[Method] = &[
    Method::json("chat.postMessage", Tier::Posting, &["chat:write"], post),
    Method::json(
        "chat.postEphemeral",
        Tier::Four,
        &["chat:write"],
        post_ephemeral,
    ),
    Method::json("chat.update", Tier::Three, &["chat:write"], update),
    Method::json("chat.delete", Tier::Three, &["chat:write"], delete),
    Method::form("chat.getPermalink", Tier::Special, &[], permalink),
];

/// The maximum length of a text; longer texts are truncated
/// (docs.slack.dev/changelog/2018-truncating-really-long-messages).
const MAX_TEXT_LENGTH: usize = 40_000;
/// The maximum length of a text in `chat.update`.
const MAX_UPDATE_LENGTH: usize = 4_000;

/// The validated content of a message: text, blocks, attachments and metadata.
pub(crate) struct MessageContent {
    pub(crate) text: String,
    pub(crate) blocks: Option<Value>,
    pub(crate) attachments: Option<Value>,
    metadata: Option<Value>,
    is_truncated: bool,
}

/// Parses and validates the content of a message.
pub(crate) fn parse_content(arguments: &Arguments) -> Result<MessageContent, ApiError> {
    let blocks = arguments
        .json("blocks")
        .map_err(|_| "invalid_blocks_format")?;
    let attachments = arguments
        .json("attachments")
        .map_err(|_| "invalid_attachments")?;
    let metadata = arguments
        .json("metadata")
        .map_err(|_| "invalid_metadata_format")?;
    let mut text = arguments.string("text")?.unwrap_or_default().to_owned();
    if let Some(markdown) = arguments.string("markdown_text")? {
        if !text.is_empty() || blocks.is_some() {
            return Err("markdown_text_conflict".into());
        }
        if markdown.chars().count() > 12_000 {
            return Err("msg_too_long".into());
        }
        markdown.clone_into(&mut text);
    }
    let was_cut = text.chars().count() > MAX_TEXT_LENGTH;
    if was_cut {
        text = text.chars().take(MAX_TEXT_LENGTH).collect();
    }
    let content = MessageContent {
        text,
        blocks,
        attachments: attachments.filter(|attachments| *attachments != json!([])),
        metadata,
        is_truncated: was_cut,
    };
    check_content(&content)?;
    Ok(content)
}

/// Validates the content of a message.
pub(crate) fn check_content(content: &MessageContent) -> Result<(), ApiError> {
    let blocks = match &content.blocks {
        None => &[][..],
        Some(Value::Array(blocks)) => blocks,
        Some(_) => return Err("invalid_blocks_format".into()),
    };
    let attachments = match &content.attachments {
        None => &[][..],
        Some(Value::Array(attachments)) => attachments,
        Some(_) => return Err("invalid_attachments".into()),
    };
    if attachments.len() > 100 {
        return Err("too_many_attachments".into());
    }
    if content.text.trim().is_empty() && blocks.is_empty() && attachments.is_empty() {
        return Err("no_text".into());
    }
    let mut problems = block_kit::check_message(blocks);
    for attachment in attachments {
        let inner = attachment["blocks"]
            .as_array()
            .map_or(&[][..], Vec::as_slice);
        problems.extend(block_kit::check_message(inner));
    }
    if !problems.is_empty() {
        return Err(ApiError::with_fields(
            "invalid_blocks",
            block_kit::violations_json(&problems),
        ));
    }
    check_metadata(content.metadata.as_ref())
}

fn check_metadata(metadata: Option<&Value>) -> Result<(), ApiError> {
    match metadata {
        None => Ok(()),
        Some(Value::Object(fields)) if fields.is_empty() => Ok(()),
        Some(metadata) => {
            let named = metadata["event_type"]
                .as_str()
                .is_some_and(|name| !name.is_empty());
            if named && metadata["event_payload"].is_object() {
                Ok(())
            } else {
                Err("invalid_metadata_format".into())
            }
        }
    }
}

fn post(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let channel = workspace.channel_to_post_in(arguments.required("channel")?)?;
    let content = parse_content(arguments)?;
    let mut message = workspace.bot_message(content.text, content.blocks);
    message.attachments = content.attachments;
    message.metadata = content.metadata.filter(|metadata| *metadata != json!({}));
    message.thread_ts = workspace.parse_thread_ts(&channel, arguments)?;
    message.broadcast =
        message.thread_ts.is_some() && arguments.flag("reply_broadcast")? == Some(true);
    let username = arguments.string("username")?;
    let is_customised = username.is_some()
        || arguments.string("icon_emoji")?.is_some()
        || arguments.string("icon_url")?.is_some();
    if is_customised {
        workspace.require_any_scope(&["chat:write.customize"])?;
        message.username = username.map(str::to_owned);
    }
    let ts = workspace.post(&channel, message);
    let mut response = workspace.posted_response(&channel, &ts);
    if content.is_truncated {
        let warning = json!({"warning": "message_truncated", "response_metadata": {"warnings": ["message_truncated"]}});
        merge(&mut response, warning);
    }
    Ok(response)
}

fn post_ephemeral(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let channel = workspace.channel_joined_by_bot(arguments.required("channel")?)?;
    if channel.is_archived {
        return Err("is_archived".into());
    }
    let channel = channel.id.clone();
    let user_id = arguments.required("user")?;
    let user = workspace.users.get(user_id).map(|user| user.id.clone());
    let reader = user
        .filter(|id| workspace.channels[&channel].has_member(id))
        .ok_or("user_not_in_channel")?;
    let content = parse_content(arguments)?;
    let mut message = workspace.bot_message(content.text, content.blocks);
    message.attachments = content.attachments;
    message.thread_ts = workspace.parse_thread_ts(&channel, arguments)?;
    message.only_for = Some(reader);
    let ts = workspace.post(&channel, message);
    Ok(json!({"message_ts": ts}))
}

fn update(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let (channel, ts) = workspace.own_message(arguments, "cant_update_message")?;
    if workspace.channels[&channel].is_archived {
        return Err("is_inactive".into());
    }
    let content = parse_content(arguments)?;
    if content.text.chars().count() > MAX_UPDATE_LENGTH {
        return Err("msg_too_long".into());
    }
    let serial = workspace.next_serial();
    let with_defaults = |blocks: Value| block_kit::blocks_with_defaults(&blocks, serial);
    let revision = MessageUpdate {
        text: content.text.clone(),
        blocks: content.blocks.map(with_defaults),
        attachments: content.attachments,
        metadata: content.metadata,
    };
    let bot = workspace.app.bot_user.clone();
    workspace.update_message(&channel, &ts, &bot, revision);
    let mut response = workspace.posted_response(&channel, &ts);
    response["text"] = json!(content.text);
    Ok(response)
}

fn delete(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let (channel, ts) = workspace.own_message(arguments, "cant_delete_message")?;
    workspace.delete_message(&channel, &ts);
    Ok(json!({"channel": channel, "ts": ts}))
}

fn permalink(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let channel = workspace.channel_visible_to_bot(arguments.required("channel")?)?;
    let ts = arguments.required("message_ts")?;
    let message = channel.message(ts).ok_or("message_not_found")?;
    Ok(json!({"channel": channel.id, "permalink": workspace.permalink(message)}))
}

impl Workspace {
    /// Returns the permalink of a message.
    pub(crate) fn permalink(&self, message: &Message) -> String {
        let digits = message.ts.replace('.', "");
        let link = format!("{}/archives/{}/p{digits}", self.url, message.channel);
        match &message.thread_ts {
            Some(thread) => format!("{link}?thread_ts={thread}&cid={}", message.channel),
            None => link,
        }
    }

    /// Returns the channel to post in. A user ID means the direct message with that user.
    fn channel_to_post_in(&mut self, recipient: &str) -> Result<ChannelId, ApiError> {
        if self.users.contains_key(recipient) {
            self.require_any_scope(&["im:write"])?;
            let (bot, user) = (self.app.bot_user.clone(), UserId::from(recipient));
            let channel = self.open_im(&bot, &user);
            return self.check_messages_tab(channel);
        }
        let channel = self.channel_visible_to_bot(recipient)?;
        if channel.is_archived {
            return Err("is_archived".into());
        }
        if !channel.has_member(&self.app.bot_user) && !self.app.has_scope("chat:write.public") {
            return Err("not_in_channel".into());
        }
        let id = channel.id.clone();
        self.check_messages_tab(id)
    }

    fn check_messages_tab(&self, channel: ChannelId) -> Result<ChannelId, ApiError> {
        let is_im = matches!(self.channels[&channel].kind, ChannelKind::Im(_));
        if is_im && !self.app.messages_tab {
            return Err("messages_tab_disabled".into());
        }
        Ok(channel)
    }

    /// Creates a message of the app's bot.
    pub(crate) fn bot_message(&mut self, text: String, blocks: Option<Value>) -> Message {
        let serial = self.next_serial();
        let blocks = blocks.filter(|blocks| *blocks != json!([]));
        Message {
            user: self.app.bot_user.clone(),
            bot_id: Some(self.app.bot_id.clone()),
            text,
            blocks: blocks.map(|blocks| block_kit::blocks_with_defaults(&blocks, serial)),
            ..Message::default()
        }
    }

    /// Parses `thread_ts`. It must be the `ts` of a message that is not itself a reply.
    fn parse_thread_ts(
        &self,
        channel: &ChannelId,
        arguments: &Arguments,
    ) -> Result<Option<String>, ApiError> {
        let Some(ts) = arguments.string("thread_ts")?.filter(|ts| !ts.is_empty()) else {
            return Ok(None);
        };
        let parent = self.channels[channel]
            .message(ts)
            .ok_or("thread_not_found")?;
        if parent.thread_ts.is_some() {
            return Err("thread_not_found".into());
        }
        if parent.subtype.is_some() {
            return Err("cannot_reply_to_message".into());
        }
        Ok(Some(ts.to_owned()))
    }

    fn own_message(
        &self,
        arguments: &Arguments,
        error_code: &str,
    ) -> Result<(ChannelId, String), ApiError> {
        let channel = self.channel_visible_to_bot(arguments.required("channel")?)?;
        let ts = arguments.required("ts")?;
        let message = channel.message(ts).ok_or("message_not_found")?;
        if message.user != self.app.bot_user || message.subtype.is_some() {
            return Err(error_code.into());
        }
        Ok((channel.id.clone(), ts.to_owned()))
    }

    fn posted_response(&self, channel_id: &ChannelId, ts: &str) -> Value {
        let channel: &Channel = &self.channels[channel_id];
        let message = channel
            .message(ts)
            .map(|message| self.message_json(channel, message, Metadata::Included));
        json!({"channel": channel_id, "ts": ts, "message": message})
    }
}
