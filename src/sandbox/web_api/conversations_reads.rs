//! `conversations.info`, `conversations.list` and `users.conversations`.

use serde_json::{Value, json};

use crate::ids::UserId;
use crate::rate_limits::Tier;
use crate::web_api::arguments::Arguments;
use crate::web_api::pagination;
use crate::web_api::pagination::Page;
use crate::web_api::{ApiError, Method, MethodResult};
use crate::workspace::Workspace;
use crate::workspace::channels::{Channel, ChannelKind};

const READ: &[&str] = &["groups:read", "im:read", "mpim:read", "channels:read"];

/// The Web API methods of this module.
pub(crate) const METHODS: &[Method] = &[
    Method::form("conversations.info", Tier::Three, READ, info),
    Method::form("conversations.list", Tier::Two, READ, list),
    Method::form("users.conversations", Tier::Three, READ, user_conversations),
];

fn info(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let channel = workspace.channel_visible_to_bot(arguments.required("channel")?)?;
    workspace.require_any_scope(&[read_scope(&channel.kind)])?;
    let mut told = workspace.channel_json(channel, &workspace.app.bot_user);
    if arguments.flag("include_num_members")? == Some(true) {
        told["num_members"] = json!(channel.members.len());
    }
    Ok(json!({"channel": told}))
}

fn list(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let bot = workspace.app.bot_user.clone();
    let is_listed = |channel: &Channel| channel.is_visible_to(&bot);
    list_channels(workspace, arguments, is_listed)
}

fn user_conversations(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let bot = workspace.app.bot_user.clone();
    let user = arguments
        .string("user")?
        .map_or_else(|| bot.clone(), UserId::from);
    if !workspace.users.contains_key(&user) {
        return Err("user_not_found".into());
    }
    let is_listed = |channel: &Channel| channel.has_member(&user) && channel.is_visible_to(&bot);
    list_channels(workspace, arguments, is_listed)
}

/// Lists channels. Archived channels are removed after pagination, so a page may be short, as
/// Slack documents.
fn list_channels(
    workspace: &Workspace,
    arguments: &Arguments,
    is_listed: impl Fn(&Channel) -> bool,
) -> MethodResult {
    let types = parse_types(arguments.string("types")?.unwrap_or("public_channel"))?;
    for kind in &types {
        workspace.require_any_scope(&[kind.scope])?;
    }
    let page = Page::parse(arguments, 100, 1000)?;
    let without_archived = arguments.flag("exclude_archived")? == Some(true);
    let bot = &workspace.app.bot_user;
    let channels: Vec<&Channel> = workspace
        .channels
        .values()
        .filter(|channel| {
            types
                .iter()
                .any(|kind| kind.name == type_name(&channel.kind))
        })
        .filter(|channel| is_listed(channel))
        .collect();
    let (channels, next) = page.slice(&channels);
    let channels: Vec<Value> = channels
        .iter()
        .filter(|channel| !(without_archived && channel.is_archived))
        .map(|channel| {
            let mut told = workspace.channel_json(channel, bot);
            if !channel.is_im() {
                told["num_members"] = json!(channel.members.len());
            }
            told
        })
        .collect();
    Ok(json!({"channels": channels, "response_metadata": pagination::next_cursor(&next)}))
}

/// A conversation type of the argument `types`, and the scope that it requires.
struct ConversationType {
    name: &'static str,
    scope: &'static str,
}

fn parse_types(types: &str) -> Result<Vec<ConversationType>, ApiError> {
    types
        .split(',')
        .map(|name| match name.trim() {
            "public_channel" => Ok(conversation_type("public_channel", "channels:read")),
            "private_channel" => Ok(conversation_type("private_channel", "groups:read")),
            "im" => Ok(conversation_type("im", "im:read")),
            "mpim" => Ok(conversation_type("mpim", "mpim:read")),
            _ => Err("invalid_types".into()),
        })
        .collect()
}

fn conversation_type(name: &'static str, scope: &'static str) -> ConversationType {
    ConversationType { name, scope }
}

fn type_name(kind: &ChannelKind) -> &'static str {
    match kind {
        ChannelKind::Public => "public_channel",
        ChannelKind::Private => "private_channel",
        ChannelKind::Im(_) => "im",
    }
}

/// Returns the scope that reading such a conversation requires.
pub(crate) fn read_scope(kind: &ChannelKind) -> &'static str {
    match kind {
        ChannelKind::Public => "channels:read",
        ChannelKind::Private => "groups:read",
        ChannelKind::Im(_) => "im:read",
    }
}
