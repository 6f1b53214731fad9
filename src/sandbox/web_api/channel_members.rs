//! `conversations.*` that concern members: invite, join, leave, kick, members.

use serde_json::{Value, json};

use super::arguments::Arguments;
use super::channel_reads::scope_to_read;
use super::pages::{self, Page};
use super::{Answer, Method, Refusal};
use crate::sandbox::channels::{Channel, ChannelKind};
use crate::sandbox::ids::PersonId;
use crate::sandbox::limits::Tier;
use crate::sandbox::people::PersonKind;
use crate::sandbox::workspace::Workspace;

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

/// The methods of this file.
pub(super) const METHODS: &[Method] = &[
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

fn invite(workspace: &mut Workspace, arguments: &Arguments) -> Answer {
    let given = arguments.needed("channel")?;
    let users = user_ids(arguments.needed("users")?)?;
    workspace.check_invitable(given)?;
    let channel = workspace.channel_with_bot(given)?;
    let (errors, good) = workspace.sort_invited(channel, &users);
    let forced = users.len() > 1 && arguments.flag("force")? == Some(true);
    if let Some(first) = errors.first()
        && (!forced || good.is_empty())
    {
        let code = first["error"].as_str().unwrap_or("cant_invite").to_owned();
        return Err(Refusal::with(&code, json!({"errors": errors})));
    }
    let (id, bot) = (channel.id.clone(), workspace.app.bot_user.clone());
    for person in &good {
        workspace.put_in(&id, person, Some(&bot));
    }
    let mut answer = workspace.channel_answer(&id);
    if !errors.is_empty() {
        answer["errors"] = json!(errors);
    }
    Ok(answer)
}

/// Reads a list of ids with commas between them: 1 to 100.
fn user_ids(list: &str) -> Result<Vec<&str>, Refusal> {
    let ids = list.split(',').map(str::trim);
    let ids: Vec<&str> = ids.filter(|id| !id.is_empty()).collect();
    match ids.len() {
        0 => Err("no_user".into()),
        1..=100 => Ok(ids),
        _ => Err(Refusal::argument(
            "no more than 100 items allowed [json-pointer:/users]",
        )),
    }
}

fn join(workspace: &mut Workspace, arguments: &Arguments) -> Answer {
    let channel = workspace.channel_of_bot(arguments.needed("channel")?)?;
    if channel.kind != ChannelKind::Public {
        return Err("method_not_supported_for_channel_type".into());
    }
    if channel.is_archived {
        return Err("is_archived".into());
    }
    let (id, bot) = (channel.id.clone(), workspace.app.bot_user.clone());
    let was_in = channel.has(&bot);
    workspace.put_in(&id, &bot, None);
    let mut answer = workspace.channel_answer(&id);
    if was_in {
        answer["warning"] = json!("already_in_channel");
        answer["response_metadata"] = json!({"warnings": ["already_in_channel"]});
    }
    Ok(answer)
}

fn leave(workspace: &mut Workspace, arguments: &Arguments) -> Answer {
    let channel = workspace.channel_of_bot(arguments.needed("channel")?)?;
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
    if !channel.has(&bot) {
        return Ok(json!({"not_in_channel": true}));
    }
    if channel.members.len() == 1 && channel.kind == ChannelKind::Private {
        return Err("last_member".into());
    }
    workspace.take_out(&id, &bot);
    Ok(json!({}))
}

fn kick(workspace: &mut Workspace, arguments: &Arguments) -> Answer {
    let channel = workspace.channel_with_bot(arguments.needed("channel")?)?;
    let user = arguments.needed("user")?;
    let person = workspace.people.get(user).ok_or("user_not_found")?;
    if person.id == workspace.app.bot_user {
        return Err("cant_kick_self".into());
    }
    if channel.is_general {
        return Err("cant_kick_from_general".into());
    }
    if !channel.has(user) {
        return Err("not_in_channel".into());
    }
    let (id, person) = (channel.id.clone(), person.id.clone());
    workspace.take_out(&id, &person);
    Ok(json!({}))
}

fn members(workspace: &mut Workspace, arguments: &Arguments) -> Answer {
    let channel = workspace.channel_of_bot(arguments.needed("channel")?)?;
    workspace.need_one_of(&[scope_to_read(&channel.kind)])?;
    let page = Page::read(arguments, 100, 1000)?;
    let (members, next) = page.cut(&channel.members);
    Ok(json!({"members": members, "response_metadata": pages::next(&next)}))
}

impl Workspace {
    /// Checks that people can be invited to a channel at all.
    fn check_invitable(&self, id: &str) -> Result<(), Refusal> {
        let channel = self.channel_of_bot(id)?;
        match channel.kind {
            ChannelKind::Public => {
                self.need_one_of(&["channels:manage", "channels:write.invites"])?;
            }
            ChannelKind::Private => self.need_one_of(&["groups:write", "groups:write.invites"])?,
            ChannelKind::Im(_) => return Err("method_not_supported_for_channel_type".into()),
        }
        if channel.is_archived {
            return Err("is_archived".into());
        }
        Ok(())
    }

    /// Gives the errors of those who cannot be invited, and the others.
    fn sort_invited(&self, channel: &Channel, users: &[&str]) -> (Vec<Value>, Vec<PersonId>) {
        let (mut errors, mut good) = (Vec::new(), Vec::new());
        for user in users {
            match self.why_not_invite(channel, user) {
                Some(code) => errors.push(json!({"user": user, "ok": false, "error": code})),
                None => good.push(PersonId::from(*user)),
            }
        }
        (errors, good)
    }

    /// Gives Slack's code for why somebody cannot be invited; None if they can.
    fn why_not_invite(&self, channel: &Channel, user: &str) -> Option<&'static str> {
        let Some(person) = self.people.get(user) else {
            return Some("user_not_found");
        };
        if person.id == self.app.bot_user {
            return Some("cant_invite_self");
        }
        if channel.has(user) {
            return Some("already_in_channel");
        }
        match person.kind {
            PersonKind::Person | PersonKind::Admin | PersonKind::Owner | PersonKind::Bot => None,
            PersonKind::Guest | PersonKind::Deactivated => Some("cant_invite"),
        }
    }
}
