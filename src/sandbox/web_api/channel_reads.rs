//! `conversations.info`, `conversations.list` and `users.conversations`.

use serde_json::{Value, json};

use super::arguments::Arguments;
use super::pages::{self, Page};
use super::{Answer, Method, Refusal};
use crate::sandbox::channels::{Channel, ChannelKind};
use crate::sandbox::ids::PersonId;
use crate::sandbox::limits::Tier;
use crate::sandbox::workspace::Workspace;

const READ: &[&str] = &["groups:read", "im:read", "mpim:read", "channels:read"];

/// The methods of this file.
pub(super) const METHODS: &[Method] = &[
    Method::form("conversations.info", Tier::Three, READ, info),
    Method::form("conversations.list", Tier::Two, READ, list),
    Method::form(
        "users.conversations",
        Tier::Three,
        READ,
        conversations_of_user,
    ),
];

fn info(workspace: &mut Workspace, arguments: &Arguments) -> Answer {
    let channel = workspace.channel_of_bot(arguments.needed("channel")?)?;
    workspace.need_one_of(&[scope_to_read(&channel.kind)])?;
    let mut told = workspace.channel_json(channel, &workspace.app.bot_user);
    if arguments.flag("include_num_members")? == Some(true) {
        told["num_members"] = json!(channel.members.len());
    }
    Ok(json!({"channel": told}))
}

fn list(workspace: &mut Workspace, arguments: &Arguments) -> Answer {
    let bot = workspace.app.bot_user.clone();
    let is_listed = |channel: &Channel| channel.is_visible_to(&bot);
    listing(workspace, arguments, is_listed)
}

fn conversations_of_user(workspace: &mut Workspace, arguments: &Arguments) -> Answer {
    let bot = workspace.app.bot_user.clone();
    let user = arguments
        .text("user")?
        .map_or_else(|| bot.clone(), PersonId::from);
    if !workspace.people.contains_key(&user) {
        return Err("user_not_found".into());
    }
    let is_listed = |channel: &Channel| channel.has(&user) && channel.is_visible_to(&bot);
    listing(workspace, arguments, is_listed)
}

/// Lists channels. The archived ones are left out after the page was cut: a page may be short, as Slack warns.
fn listing(
    workspace: &Workspace,
    arguments: &Arguments,
    is_listed: impl Fn(&Channel) -> bool,
) -> Answer {
    let types = types(arguments.text("types")?.unwrap_or("public_channel"))?;
    for kind in &types {
        workspace.need_one_of(&[kind.scope])?;
    }
    let page = Page::read(arguments, 100, 1000)?;
    let without_archived = arguments.flag("exclude_archived")? == Some(true);
    let bot = &workspace.app.bot_user;
    let channels: Vec<&Channel> = workspace
        .channels
        .values()
        .filter(|channel| {
            types
                .iter()
                .any(|kind| kind.word == api_word(&channel.kind))
        })
        .filter(|channel| is_listed(channel))
        .collect();
    let (channels, next) = page.cut(&channels);
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
    Ok(json!({"channels": channels, "response_metadata": pages::next(&next)}))
}

/// A kind of conversation as the argument `types` names it, and the scope to read it.
struct Listed {
    word: &'static str,
    scope: &'static str,
}

fn types(given: &str) -> Result<Vec<Listed>, Refusal> {
    given
        .split(',')
        .map(|word| match word.trim() {
            "public_channel" => Ok(listed("public_channel", "channels:read")),
            "private_channel" => Ok(listed("private_channel", "groups:read")),
            "im" => Ok(listed("im", "im:read")),
            "mpim" => Ok(listed("mpim", "mpim:read")),
            _ => Err("invalid_types".into()),
        })
        .collect()
}

fn listed(word: &'static str, scope: &'static str) -> Listed {
    Listed { word, scope }
}

fn api_word(kind: &ChannelKind) -> &'static str {
    match kind {
        ChannelKind::Public => "public_channel",
        ChannelKind::Private => "private_channel",
        ChannelKind::Im(_) => "im",
    }
}

/// Gives the scope that lets an app read of such a conversation.
pub(super) fn scope_to_read(kind: &ChannelKind) -> &'static str {
    match kind {
        ChannelKind::Public => "channels:read",
        ChannelKind::Private => "groups:read",
        ChannelKind::Im(_) => "im:read",
    }
}
