//! `reactions.*`.

use serde_json::{Value, json};

use super::arguments::Arguments;
use super::{Answer, Method, Refusal};
use crate::sandbox::ids::ChannelId;
use crate::sandbox::limits::Tier;
use crate::sandbox::message_json::Metadata;
use crate::sandbox::workspace::Workspace;

/// The methods of this file.
pub(super) const METHODS: &[Method] = &[
    Method::json("reactions.add", Tier::Three, &["reactions:write"], add),
    Method::json("reactions.remove", Tier::Two, &["reactions:write"], remove),
    Method::form("reactions.get", Tier::Three, &["reactions:read"], get),
];

fn add(workspace: &mut Workspace, arguments: &Arguments) -> Answer {
    let name = arguments.needed("name")?;
    let (channel, ts) = item(workspace, arguments)?;
    if workspace.channels[&channel].is_archived {
        return Err("is_archived".into());
    }
    let bot = workspace.app.bot_user.clone();
    workspace.react((&channel, &ts), &bot, name)?;
    Ok(json!({}))
}

fn remove(workspace: &mut Workspace, arguments: &Arguments) -> Answer {
    let name = arguments.needed("name")?;
    let (channel, ts) = item(workspace, arguments)?;
    let bot = workspace.app.bot_user.clone();
    workspace.unreact((&channel, &ts), &bot, name)?;
    Ok(json!({}))
}

fn get(workspace: &mut Workspace, arguments: &Arguments) -> Answer {
    let (channel, ts) = item(workspace, arguments)?;
    let found = &workspace.channels[&channel];
    let message = found.message(&ts).ok_or("message_not_found")?;
    let mut told: Value = workspace.message_json(found, message, Metadata::Hidden);
    told["permalink"] = json!(workspace.permalink(message));
    Ok(json!({"type": "message", "channel": channel, "message": told}))
}

fn item(workspace: &Workspace, arguments: &Arguments) -> Result<(ChannelId, String), Refusal> {
    let channel = arguments.text("channel")?.ok_or("no_item_specified")?;
    let ts = arguments.text("timestamp")?.ok_or("no_item_specified")?;
    if ts.parse::<f64>().is_err() {
        return Err("bad_timestamp".into());
    }
    // Slack's page has no `not_in_channel` here; the real server answers it all the same.
    let channel = workspace.channel_with_bot(channel)?;
    Ok((channel.id.clone(), ts.to_owned()))
}
