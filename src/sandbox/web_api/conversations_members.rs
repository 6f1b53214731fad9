//! `conversations.*` that concern members: invite, join, leave, kick, members.

use serde_json::{Value, json};

use crate::ids::UserId;
use crate::rate_limits::Tier;
use crate::web_api::arguments::Arguments;
use crate::web_api::conversations_reads::read_scope;
use crate::web_api::pagination;
use crate::web_api::pagination::Page;
use crate::web_api::{ApiError, Method, MethodResult};
use crate::workspace::Workspace;
use crate::workspace::channels::{Channel, ChannelKind};
use crate::workspace::users::AccountKind;

const INVITE: &[&str] = &[
    "channels:write.invites",
    "groups:write.invites",
    "channels:manage",
    "groups:write",
    "im:write",
    "mpim:write",
];
const LEAVE: &[&str] = &[
    "groups:write",
    "im:write",
    "mpim:write",
    "channels:write",
    "channels:manage",
];
const READ: &[&str] = &["groups:read", "im:read", "mpim:read", "channels:read"];

/// The Web API methods of this module.
pub(crate) const METHODS: &[Method] = &[
    Method::json("conversations.invite", Tier::Three, INVITE, invite),
    Method::json("conversations.join", Tier::Three, &["channels:join"], join),
    Method::json("conversations.leave", Tier::Three, LEAVE, leave),
    Method::json(
        "conversations.kick",
        Tier::Three,
        &["groups:write", "channels:manage"],
        kick,
    ),
    Method::form("conversations.members", Tier::Four, READ, members),
];

fn invite(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let channel_id = arguments.required("channel")?;
    let users = user_ids(arguments.required("users")?)?;
    workspace.check_invitable(channel_id)?;
    let channel = workspace.channel_joined_by_bot(channel_id)?;
    let (errors, good) = workspace.partition_invitees(channel, &users);
    let forced = users.len() > 1 && arguments.flag("force")? == Some(true);
    if let Some(first) = errors.first()
        && (!forced || good.is_empty())
    {
        let code = first["error"].as_str().unwrap_or("cant_invite").to_owned();
        return Err(ApiError::with_fields(&code, json!({"errors": errors})));
    }
    let (id, bot) = (channel.id.clone(), workspace.app.bot_user.clone());
    for user in &good {
        workspace.add_member(&id, user, Some(&bot));
    }
    let mut response = workspace.channel_response(&id);
    if !errors.is_empty() {
        response["errors"] = json!(errors);
    }
    Ok(response)
}

/// Parses a comma-separated list of 1 to 100 IDs.
fn user_ids(list: &str) -> Result<Vec<&str>, ApiError> {
    let ids = list.split(',').map(str::trim);
    let ids: Vec<&str> = ids.filter(|id| !id.is_empty()).collect();
    match ids.len() {
        0 => Err("no_user".into()),
        1..=100 => Ok(ids),
        _ => Err(ApiError::invalid_argument(
            "no more than 100 items allowed [json-pointer:/users]",
        )),
    }
}

fn join(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let channel = workspace.channel_visible_to_bot(arguments.required("channel")?)?;
    if channel.kind != ChannelKind::Public {
        return Err("method_not_supported_for_channel_type".into());
    }
    if channel.is_archived {
        return Err("is_archived".into());
    }
    let (id, bot) = (channel.id.clone(), workspace.app.bot_user.clone());
    let was_in = channel.has_member(&bot);
    workspace.add_member(&id, &bot, None);
    let mut response = workspace.channel_response(&id);
    if was_in {
        response["warning"] = json!("already_in_channel");
        response["response_metadata"] = json!({"warnings": ["already_in_channel"]});
    }
    Ok(response)
}

fn leave(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let channel = workspace.channel_visible_to_bot(arguments.required("channel")?)?;
    let (id, bot) = (channel.id.clone(), workspace.app.bot_user.clone());
    if channel.is_im() {
        return Err("method_not_supported_for_channel_type".into());
    }
    if channel.is_general {
        return Err("cant_leave_general".into());
    }
    if channel.is_archived {
        return Err("is_archived".into());
    }
    if !channel.has_member(&bot) {
        return Ok(json!({"not_in_channel": true}));
    }
    if channel.members.len() == 1 && channel.kind == ChannelKind::Private {
        return Err("last_member".into());
    }
    workspace.remove_member(&id, &bot);
    Ok(json!({}))
}

fn kick(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let channel = workspace.channel_joined_by_bot(arguments.required("channel")?)?;
    let user_id = arguments.required("user")?;
    let user = workspace.users.get(user_id).ok_or("user_not_found")?;
    if user.id == workspace.app.bot_user {
        return Err("cant_kick_self".into());
    }
    if channel.is_general {
        return Err("cant_kick_from_general".into());
    }
    if !channel.has_member(user_id) {
        return Err("not_in_channel".into());
    }
    let (id, user) = (channel.id.clone(), user.id.clone());
    workspace.remove_member(&id, &user);
    Ok(json!({}))
}

fn members(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let channel = workspace.channel_visible_to_bot(arguments.required("channel")?)?;
    workspace.require_any_scope(&[read_scope(&channel.kind)])?;
    let page = Page::parse(arguments, 100, 1000)?;
    let (members, next) = page.slice(&channel.members);
    Ok(json!({"members": members, "response_metadata": pagination::next_cursor(&next)}))
}

impl Workspace {
    /// Checks that the channel allows invitations.
    fn check_invitable(&self, id: &str) -> Result<(), ApiError> {
        let channel = self.channel_visible_to_bot(id)?;
        match channel.kind {
            ChannelKind::Public => {
                self.require_any_scope(&["channels:manage", "channels:write.invites"])?;
            }
            ChannelKind::Private => {
                self.require_any_scope(&["groups:write", "groups:write.invites"])?;
            }
            ChannelKind::Im(_) => return Err("method_not_supported_for_channel_type".into()),
        }
        if channel.is_archived {
            return Err("is_archived".into());
        }
        Ok(())
    }

    /// Returns the errors of the users that cannot be invited, and the IDs of the others.
    fn partition_invitees(&self, channel: &Channel, users: &[&str]) -> (Vec<Value>, Vec<UserId>) {
        let (mut errors, mut good) = (Vec::new(), Vec::new());
        for user in users {
            match self.invite_error(channel, user) {
                Some(code) => errors.push(json!({"user": user, "ok": false, "error": code})),
                None => good.push(UserId::from(*user)),
            }
        }
        (errors, good)
    }

    /// Returns Slack's error code if the user cannot be invited.
    fn invite_error(&self, channel: &Channel, user_id: &str) -> Option<&'static str> {
        let Some(user) = self.users.get(user_id) else {
            return Some("user_not_found");
        };
        if user.id == self.app.bot_user {
            return Some("cant_invite_self");
        }
        if channel.has_member(user_id) {
            return Some("already_in_channel");
        }
        match user.kind {
            AccountKind::Member | AccountKind::Admin | AccountKind::Owner | AccountKind::Bot => {
                None
            }
            AccountKind::Guest | AccountKind::Deactivated => Some("cant_invite"),
        }
    }
}
