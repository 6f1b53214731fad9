//! `chat.*`: posting, updating and deleting messages.

use serde_json::{Value, json};

use super::arguments::Arguments;
use super::{Answer, Method, Refusal};
use crate::sandbox::block_kit;
use crate::sandbox::channels::{Channel, ChannelKind};
use crate::sandbox::ids::{ChannelId, PersonId};
use crate::sandbox::limits::Tier;
use crate::sandbox::message_json::Metadata;
use crate::sandbox::messages::{Message, Revision};
use crate::sandbox::people::merge;
use crate::sandbox::workspace::Workspace;

/// The methods of this file.
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

/// The longest text; what is longer is cut (docs.slack.dev/changelog/2018-truncating-really-long-messages).
const LONGEST_TEXT: usize = 40_000;
/// The longest text of `chat.update`.
const LONGEST_UPDATE: usize = 4_000;

/// What a message says: its text, blocks, attachments and metadata, checked.
pub(in crate::sandbox) struct Content {
    pub(in crate::sandbox) text: String,
    pub(in crate::sandbox) blocks: Option<Value>,
    pub(in crate::sandbox) attachments: Option<Value>,
    metadata: Option<Value>,
    was_cut: bool,
}

/// Reads and checks what a message shall say.
pub(in crate::sandbox) fn content_of(arguments: &Arguments) -> Result<Content, Refusal> {
    let blocks = arguments
        .json("blocks")
        .map_err(|_| "invalid_blocks_format")?;
    let attachments = arguments
        .json("attachments")
        .map_err(|_| "invalid_attachments")?;
    let metadata = arguments
        .json("metadata")
        .map_err(|_| "invalid_metadata_format")?;
    let mut text = arguments.text("text")?.unwrap_or_default().to_owned();
    if let Some(markdown) = arguments.text("markdown_text")? {
        if !text.is_empty() || blocks.is_some() {
            return Err("markdown_text_conflict".into());
        }
        if markdown.chars().count() > 12_000 {
            return Err("msg_too_long".into());
        }
        markdown.clone_into(&mut text);
    }
    let was_cut = text.chars().count() > LONGEST_TEXT;
    if was_cut {
        text = text.chars().take(LONGEST_TEXT).collect();
    }
    let content = Content {
        text,
        blocks,
        attachments: attachments.filter(|attachments| *attachments != json!([])),
        metadata,
        was_cut,
    };
    check_content(&content)?;
    Ok(content)
}

/// Checks what a message shall say.
pub(in crate::sandbox) fn check_content(content: &Content) -> Result<(), Refusal> {
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
        return Err(Refusal::with(
            "invalid_blocks",
            block_kit::refusal(&problems),
        ));
    }
    check_metadata(content.metadata.as_ref())
}

fn check_metadata(metadata: Option<&Value>) -> Result<(), Refusal> {
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

fn post(workspace: &mut Workspace, arguments: &Arguments) -> Answer {
    let channel = workspace.place_to_post(arguments.needed("channel")?)?;
    let content = content_of(arguments)?;
    let mut message = workspace.bot_message(content.text, content.blocks);
    message.attachments = content.attachments;
    message.metadata = content.metadata.filter(|metadata| *metadata != json!({}));
    message.thread_ts = workspace.thread(&channel, arguments)?;
    message.broadcast =
        message.thread_ts.is_some() && arguments.flag("reply_broadcast")? == Some(true);
    let username = arguments.text("username")?;
    let is_customised = username.is_some()
        || arguments.text("icon_emoji")?.is_some()
        || arguments.text("icon_url")?.is_some();
    if is_customised {
        workspace.need_one_of(&["chat:write.customize"])?;
        message.username = username.map(str::to_owned);
    }
    let ts = workspace.post(&channel, message);
    let mut answer = workspace.posted(&channel, &ts);
    if content.was_cut {
        let warning = json!({"warning": "message_truncated", "response_metadata": {"warnings": ["message_truncated"]}});
        merge(&mut answer, warning);
    }
    Ok(answer)
}

fn post_ephemeral(workspace: &mut Workspace, arguments: &Arguments) -> Answer {
    let channel = workspace.channel_with_bot(arguments.needed("channel")?)?;
    if channel.is_archived {
        return Err("is_archived".into());
    }
    let channel = channel.id.clone();
    let user = arguments.needed("user")?;
    let person = workspace.people.get(user).map(|person| person.id.clone());
    let reader = person
        .filter(|id| workspace.channels[&channel].has(id))
        .ok_or("user_not_in_channel")?;
    let content = content_of(arguments)?;
    let mut message = workspace.bot_message(content.text, content.blocks);
    message.attachments = content.attachments;
    message.thread_ts = workspace.thread(&channel, arguments)?;
    message.only_for = Some(reader);
    let ts = workspace.post(&channel, message);
    Ok(json!({"message_ts": ts}))
}

fn update(workspace: &mut Workspace, arguments: &Arguments) -> Answer {
    let (channel, ts) = workspace.own_message(arguments, "cant_update_message")?;
    if workspace.channels[&channel].is_archived {
        return Err("is_inactive".into());
    }
    let content = content_of(arguments)?;
    if content.text.chars().count() > LONGEST_UPDATE {
        return Err("msg_too_long".into());
    }
    let serial = workspace.next_serial();
    let presets = |blocks: Value| block_kit::blocks_with_presets(&blocks, serial);
    let revision = Revision {
        text: content.text.clone(),
        blocks: content.blocks.map(presets),
        attachments: content.attachments,
        metadata: content.metadata,
    };
    let bot = workspace.app.bot_user.clone();
    workspace.revise((&channel, &ts), &bot, revision);
    let mut answer = workspace.posted(&channel, &ts);
    answer["text"] = json!(content.text);
    Ok(answer)
}

fn delete(workspace: &mut Workspace, arguments: &Arguments) -> Answer {
    let (channel, ts) = workspace.own_message(arguments, "cant_delete_message")?;
    workspace.delete_message(&channel, &ts);
    Ok(json!({"channel": channel, "ts": ts}))
}

fn permalink(workspace: &mut Workspace, arguments: &Arguments) -> Answer {
    let channel = workspace.channel_of_bot(arguments.needed("channel")?)?;
    let ts = arguments.needed("message_ts")?;
    let message = channel.message(ts).ok_or("message_not_found")?;
    Ok(json!({"channel": channel.id, "permalink": workspace.permalink(message)}))
}

impl Workspace {
    /// Gives the address of a message, as "Copy link" does.
    pub(in crate::sandbox) fn permalink(&self, message: &Message) -> String {
        let digits = message.ts.replace('.', "");
        let link = format!("{}/archives/{}/p{digits}", self.url, message.channel);
        match &message.thread_ts {
            Some(thread) => format!("{link}?thread_ts={thread}&cid={}", message.channel),
            None => link,
        }
    }

    /// Gives the channel where the bot may post: by its id, or a person's id for the direct message.
    fn place_to_post(&mut self, place: &str) -> Result<ChannelId, Refusal> {
        if self.people.contains_key(place) {
            self.need_one_of(&["im:write"])?;
            let (bot, person) = (self.app.bot_user.clone(), PersonId::from(place));
            let channel = self.open_im(&bot, &person);
            return self.check_messages_tab(channel);
        }
        let channel = self.channel_of_bot(place)?;
        if channel.is_archived {
            return Err("is_archived".into());
        }
        if !channel.has(&self.app.bot_user) && !self.app.may("chat:write.public") {
            return Err("not_in_channel".into());
        }
        let id = channel.id.clone();
        self.check_messages_tab(id)
    }

    fn check_messages_tab(&self, channel: ChannelId) -> Result<ChannelId, Refusal> {
        let is_im = matches!(self.channels[&channel].kind, ChannelKind::Im(_));
        if is_im && !self.app.messages_tab {
            return Err("messages_tab_disabled".into());
        }
        Ok(channel)
    }

    /// Makes a message of the app's bot.
    pub(in crate::sandbox) fn bot_message(
        &mut self,
        text: String,
        blocks: Option<Value>,
    ) -> Message {
        let serial = self.next_serial();
        let blocks = blocks.filter(|blocks| *blocks != json!([]));
        Message {
            user: self.app.bot_user.clone(),
            bot_id: Some(self.app.bot_id.clone()),
            text,
            blocks: blocks.map(|blocks| block_kit::blocks_with_presets(&blocks, serial)),
            ..Message::default()
        }
    }

    /// Reads `thread_ts`: it must be a message that stands in the channel itself.
    fn thread(
        &self,
        channel: &ChannelId,
        arguments: &Arguments,
    ) -> Result<Option<String>, Refusal> {
        let Some(ts) = arguments.text("thread_ts")?.filter(|ts| !ts.is_empty()) else {
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
        refusal: &str,
    ) -> Result<(ChannelId, String), Refusal> {
        let channel = self.channel_of_bot(arguments.needed("channel")?)?;
        let ts = arguments.needed("ts")?;
        let message = channel.message(ts).ok_or("message_not_found")?;
        if message.user != self.app.bot_user || message.subtype.is_some() {
            return Err(refusal.into());
        }
        Ok((channel.id.clone(), ts.to_owned()))
    }

    fn posted(&self, channel: &ChannelId, ts: &str) -> Value {
        let found: &Channel = &self.channels[channel];
        let message = found
            .message(ts)
            .map(|message| self.message_json(found, message, Metadata::Shown));
        json!({"channel": channel, "ts": ts, "message": message})
    }
}
