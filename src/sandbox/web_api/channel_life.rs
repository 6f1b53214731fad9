//! `conversations.*` that change a channel: create, rename, archive, topic, purpose, open.

use serde_json::{Value, json};

use super::arguments::Arguments;
use super::{Answer, Method, Refusal};
use crate::sandbox::channels::{Channel, ChannelKind, Visibility};
use crate::sandbox::ids::{ChannelId, PersonId};
use crate::sandbox::limits::Tier;
use crate::sandbox::membership::HeadLine;
use crate::sandbox::people::PersonKind;
use crate::sandbox::workspace::Workspace;

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

/// The methods of this file.
pub(super) const METHODS: &[Method] = &[
    Method::json("conversations.create", Tier::Two, MANAGE, create),
    Method::json("conversations.rename", Tier::Two, MANAGE, rename),
    Method::json("conversations.archive", Tier::Two, MANAGE, archive),
    Method::json("conversations.setTopic", Tier::Two, TOPIC, set_topic),
    Method::json("conversations.setPurpose", Tier::Two, TOPIC, set_purpose),
    Method::json("conversations.open", Tier::Three, MANAGE, open),
];

/// The longest topic and purpose (docs.slack.dev/reference/methods/conversations.setTopic).
const LONGEST_TOPIC: usize = 250;

fn create(workspace: &mut Workspace, arguments: &Arguments) -> Answer {
    let name = arguments
        .text("name")?
        .ok_or_else(|| super::arguments::missing("name"))?;
    let visibility = if arguments.flag("is_private")? == Some(true) {
        workspace.need_one_of(&["groups:write"])?;
        Visibility::Private
    } else {
        workspace.need_one_of(&["channels:manage", "channels:write"])?;
        Visibility::Public
    };
    let bot = workspace.app.bot_user.clone();
    let channel = workspace.create_channel(&bot, name, visibility)?;
    Ok(workspace.channel_answer(&channel))
}

fn rename(workspace: &mut Workspace, arguments: &Arguments) -> Answer {
    let given = arguments.needed("channel")?;
    let name = arguments
        .text("name")?
        .ok_or_else(|| super::arguments::missing("name"))?;
    // The bot left with the channel, as it does for `archive`.
    if workspace.channel_of_bot(given)?.is_archived {
        return Err("is_archived".into());
    }
    let channel = workspace.channel_to_manage(given, MANAGED)?;
    let bot = workspace.app.bot_user.clone();
    if channel.creator != bot {
        return Err("not_authorized".into());
    }
    let id = channel.id.clone();
    workspace.rename_channel(&id, &bot, name)?;
    Ok(workspace.channel_answer(&id))
}

fn archive(workspace: &mut Workspace, arguments: &Arguments) -> Answer {
    let given = arguments.needed("channel")?;
    // The bot left with the channel: that it is archived must be said before that the bot is not in it.
    if workspace.channel_of_bot(given)?.is_archived {
        return Err("already_archived".into());
    }
    let channel = workspace.channel_to_manage(given, MANAGED)?;
    if channel.is_general {
        return Err("cant_archive_general".into());
    }
    let (id, bot) = (channel.id.clone(), workspace.app.bot_user.clone());
    workspace.archive_channel(&id, &bot);
    Ok(json!({}))
}

fn set_topic(workspace: &mut Workspace, arguments: &Arguments) -> Answer {
    set_head_line(workspace, arguments, HeadLine::Topic)
}

fn set_purpose(workspace: &mut Workspace, arguments: &Arguments) -> Answer {
    set_head_line(workspace, arguments, HeadLine::Purpose)
}

fn set_head_line(workspace: &mut Workspace, arguments: &Arguments, line: HeadLine) -> Answer {
    let name = match line {
        HeadLine::Topic => "topic",
        HeadLine::Purpose => "purpose",
    };
    let value = arguments
        .text(name)?
        .ok_or_else(|| super::arguments::missing(name))?;
    let given = arguments.needed("channel")?;
    if workspace.channel_of_bot(given)?.is_archived {
        return Err("is_archived".into());
    }
    let channel = workspace.channel_to_manage(given, WRITTEN)?;
    if value.chars().count() > LONGEST_TOPIC {
        return Err("too_long".into());
    }
    let before = match line {
        HeadLine::Topic => &channel.topic.value,
        HeadLine::Purpose => &channel.purpose.value,
    };
    let (id, is_new) = (channel.id.clone(), before != value);
    if is_new {
        let bot = workspace.app.bot_user.clone();
        workspace.set_head_line(&id, &bot, (line, value));
    }
    Ok(workspace.channel_answer(&id))
}

fn open(workspace: &mut Workspace, arguments: &Arguments) -> Answer {
    if let Some(id) = arguments.text("channel")? {
        let channel = workspace.channel_of_bot(id)?;
        return Ok(json!({"no_op": true, "already_open": true, "channel": {"id": channel.id}}));
    }
    let users = arguments.text("users")?.unwrap_or_default();
    let users: Vec<&str> = users
        .split(',')
        .map(str::trim)
        .filter(|id| !id.is_empty())
        .collect();
    match users.len() {
        0 => return Err("users_list_not_supplied".into()),
        1 => workspace.need_one_of(&["im:write"])?,
        2..=8 => workspace.need_one_of(&["mpim:write"])?,
        _ => return Err("too_many_users".into()),
    }
    for user in &users {
        let person = workspace.people.get(*user).ok_or("user_not_found")?;
        if person.kind == PersonKind::Deactivated {
            return Err("user_disabled".into());
        }
    }
    let [user] = users[..] else {
        // The sandbox keeps no group messages: what it does not know it refuses.
        return Err("method_not_supported_for_channel_type".into());
    };
    let (bot, person) = (workspace.app.bot_user.clone(), PersonId::from(user));
    if bot == person {
        return Err("invalid_user_combination".into());
    }
    let id = workspace.open_im(&bot, &person);
    if arguments.flag("return_im")? == Some(true) {
        return Ok(workspace.channel_answer(&id));
    }
    Ok(json!({"channel": {"id": id}}))
}

/// The scopes for a public and for a private channel.
type ScopesByKind = [&'static [&'static str]; 2];

const MANAGED: ScopesByKind = [&["channels:manage", "channels:write"], &["groups:write"]];
const WRITTEN: ScopesByKind = [
    &["channels:manage", "channels:write.topic"],
    &["groups:write", "groups:write.topic"],
];

impl Workspace {
    /// Gives a channel that the bot may know of: public, or one that it is in.
    pub(super) fn channel_of_bot(&self, id: &str) -> Result<&Channel, Refusal> {
        let bot = &self.app.bot_user;
        self.channels
            .get(id)
            .filter(|channel| channel.is_visible_to(bot))
            .ok_or_else(|| "channel_not_found".into())
    }

    /// Gives a channel that the bot is in.
    pub(super) fn channel_with_bot(&self, id: &str) -> Result<&Channel, Refusal> {
        let channel = self.channel_of_bot(id)?;
        if !channel.has(&self.app.bot_user) {
            return Err("not_in_channel".into());
        }
        Ok(channel)
    }

    /// Gives a channel that the bot is in and that its scopes let it change.
    fn channel_to_manage(&self, id: &str, scopes: ScopesByKind) -> Result<&Channel, Refusal> {
        let channel = self.channel_of_bot(id)?;
        match channel.kind {
            ChannelKind::Public => self.need_one_of(scopes[0])?,
            ChannelKind::Private => self.need_one_of(scopes[1])?,
            ChannelKind::Im(_) => return Err("method_not_supported_for_channel_type".into()),
        }
        self.channel_with_bot(id)
    }

    /// Gives the answer that tells of a channel.
    pub(super) fn channel_answer(&self, id: &ChannelId) -> Value {
        let bot = &self.app.bot_user;
        let channel = self.channels.get(id);
        json!({"channel": channel.map(|channel| self.channel_json(channel, bot))})
    }
}
