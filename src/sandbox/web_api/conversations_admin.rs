//! `conversations.*` that change a channel: create, rename, archive, topic, purpose, open.

use serde_json::{Value, json};

use crate::ids::{ChannelId, UserId};
use crate::rate_limits::Tier;
use crate::web_api::arguments::Arguments;
use crate::web_api::{ApiError, Method, MethodResult};
use crate::workspace::Workspace;
use crate::workspace::channels::{Channel, ChannelKind, Visibility};
use crate::workspace::membership::ChannelText;
use crate::workspace::users::AccountKind;

const MANAGE: &[&str] = &[
    "groups:write",
    "im:write",
    "mpim:write",
    "channels:write",
    "channels:manage",
];
const TOPIC: &[&str] = &[
    "channels:write.topic",
    "groups:write.topic",
    "mpim:write.topic",
    "im:write.topic",
    "channels:manage",
    "groups:write",
    "im:write",
    "mpim:write",
];

/// The Web API methods of this module.
pub(crate) const METHODS: &[Method] = &[
    Method::json("conversations.create", Tier::Two, MANAGE, create),
    Method::json("conversations.rename", Tier::Two, MANAGE, rename),
    Method::json("conversations.archive", Tier::Two, MANAGE, archive),
    Method::json("conversations.setTopic", Tier::Two, TOPIC, set_topic),
    Method::json("conversations.setPurpose", Tier::Two, TOPIC, set_purpose),
    Method::json("conversations.open", Tier::Three, MANAGE, open),
];

/// The maximum length of a topic or purpose (docs.slack.dev/reference/methods/conversations.setTopic).
const MAX_TOPIC_LENGTH: usize = 250;

fn create(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let name = arguments
        .string("name")?
        .ok_or_else(|| crate::web_api::arguments::missing_argument("name"))?;
    let visibility = if arguments.flag("is_private")? == Some(true) {
        workspace.require_any_scope(&["groups:write"])?;
        Visibility::Private
    } else {
        workspace.require_any_scope(&["channels:manage", "channels:write"])?;
        Visibility::Public
    };
    let bot = workspace.app.bot_user.clone();
    let channel = workspace.create_channel(&bot, name, visibility)?;
    Ok(workspace.channel_response(&channel))
}

fn rename(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let channel_id = arguments.required("channel")?;
    let name = arguments
        .string("name")?
        .ok_or_else(|| crate::web_api::arguments::missing_argument("name"))?;
    // The bot was removed when the channel was archived, so this check comes before the
    // membership check.
    if workspace.channel_visible_to_bot(channel_id)?.is_archived {
        return Err("is_archived".into());
    }
    let channel = workspace.manageable_channel(channel_id, MANAGE_SCOPES)?;
    let bot = workspace.app.bot_user.clone();
    if channel.creator != bot {
        return Err("not_authorized".into());
    }
    let id = channel.id.clone();
    workspace.rename_channel(&id, &bot, name)?;
    Ok(workspace.channel_response(&id))
}

fn archive(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let channel_id = arguments.required("channel")?;
    // The bot was removed when the channel was archived. `is_archived` takes precedence over
    // `not_in_channel`.
    if workspace.channel_visible_to_bot(channel_id)?.is_archived {
        return Err("already_archived".into());
    }
    let channel = workspace.manageable_channel(channel_id, MANAGE_SCOPES)?;
    if channel.is_general {
        return Err("cant_archive_general".into());
    }
    let (id, bot) = (channel.id.clone(), workspace.app.bot_user.clone());
    workspace.archive_channel(&id, &bot);
    Ok(json!({}))
}

fn set_topic(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    set_channel_text(workspace, arguments, ChannelText::Topic)
}

fn set_purpose(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    set_channel_text(workspace, arguments, ChannelText::Purpose)
}

fn set_channel_text(
    workspace: &mut Workspace,
    arguments: &Arguments,
    property: ChannelText,
) -> MethodResult {
    let name = match property {
        ChannelText::Topic => "topic",
        ChannelText::Purpose => "purpose",
    };
    let value = arguments
        .string(name)?
        .ok_or_else(|| crate::web_api::arguments::missing_argument(name))?;
    let channel_id = arguments.required("channel")?;
    if workspace.channel_visible_to_bot(channel_id)?.is_archived {
        return Err("is_archived".into());
    }
    let channel = workspace.manageable_channel(channel_id, TOPIC_SCOPES)?;
    if value.chars().count() > MAX_TOPIC_LENGTH {
        return Err("too_long".into());
    }
    let before = match property {
        ChannelText::Topic => &channel.topic.value,
        ChannelText::Purpose => &channel.purpose.value,
    };
    let (id, is_new) = (channel.id.clone(), before != value);
    if is_new {
        let bot = workspace.app.bot_user.clone();
        workspace.set_channel_text(&id, &bot, property, value);
    }
    Ok(workspace.channel_response(&id))
}

fn open(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    if let Some(id) = arguments.string("channel")? {
        let channel = workspace.channel_visible_to_bot(id)?;
        return Ok(json!({"no_op": true, "already_open": true, "channel": {"id": channel.id}}));
    }
    let users = arguments.string("users")?.unwrap_or_default();
    let users: Vec<&str> = users
        .split(',')
        .map(str::trim)
        .filter(|id| !id.is_empty())
        .collect();
    match users.len() {
        0 => return Err("users_list_not_supplied".into()),
        1 => workspace.require_any_scope(&["im:write"])?,
        2..=8 => workspace.require_any_scope(&["mpim:write"])?,
        _ => return Err("too_many_users".into()),
    }
    for user_id in &users {
        let user = workspace.users.get(*user_id).ok_or("user_not_found")?;
        if user.kind == AccountKind::Deactivated {
            return Err("user_disabled".into());
        }
    }
    let [user_id] = users[..] else {
        // The sandbox does not support group messages.
        return Err("method_not_supported_for_channel_type".into());
    };
    let (bot, user) = (workspace.app.bot_user.clone(), UserId::from(user_id));
    if bot == user {
        return Err("invalid_user_combination".into());
    }
    let id = workspace.open_im(&bot, &user);
    if arguments.flag("return_im")? == Some(true) {
        return Ok(workspace.channel_response(&id));
    }
    Ok(json!({"channel": {"id": id}}))
}

/// The scopes for public and for private channels.
type ScopesByKind = [&'static [&'static str]; 2];

const MANAGE_SCOPES: ScopesByKind = [&["channels:manage", "channels:write"], &["groups:write"]];
const TOPIC_SCOPES: ScopesByKind = [
    &["channels:manage", "channels:write.topic"],
    &["groups:write", "groups:write.topic"],
];

impl Workspace {
    /// Returns a channel that is public or has the bot as a member.
    pub(crate) fn channel_visible_to_bot(&self, id: &str) -> Result<&Channel, ApiError> {
        let bot = &self.app.bot_user;
        self.channels
            .get(id)
            .filter(|channel| channel.is_visible_to(bot))
            .ok_or_else(|| "channel_not_found".into())
    }

    /// Returns a channel that the bot is a member of.
    pub(crate) fn channel_joined_by_bot(&self, id: &str) -> Result<&Channel, ApiError> {
        let channel = self.channel_visible_to_bot(id)?;
        if !channel.has_member(&self.app.bot_user) {
            return Err("not_in_channel".into());
        }
        Ok(channel)
    }

    /// Returns a channel that the bot is a member of and that its scopes allow it to change.
    fn manageable_channel(&self, id: &str, scopes: ScopesByKind) -> Result<&Channel, ApiError> {
        let channel = self.channel_visible_to_bot(id)?;
        match channel.kind {
            ChannelKind::Public => self.require_any_scope(scopes[0])?,
            ChannelKind::Private => self.require_any_scope(scopes[1])?,
            ChannelKind::Im(_) => return Err("method_not_supported_for_channel_type".into()),
        }
        self.channel_joined_by_bot(id)
    }

    /// Returns the response with the `channel` object.
    pub(crate) fn channel_response(&self, id: &ChannelId) -> Value {
        let bot = &self.app.bot_user;
        let channel = self.channels.get(id);
        json!({"channel": channel.map(|channel| self.channel_json(channel, bot))})
    }
}
