//! `reactions.*`.

use serde_json::{Value, json};

use super::arguments::Arguments;
use super::{ApiError, Method, MethodResult};
use crate::ids::ChannelId;
use crate::rate_limits::Tier;
use crate::workspace::Workspace;
use crate::workspace::message_json::Metadata;

/// The Web API methods of this module.
pub(super) const METHODS: &[Method] = &[
    Method::json("reactions.add", Tier::Three, &["reactions:write"], add),
    Method::json("reactions.remove", Tier::Two, &["reactions:write"], remove),
    Method::form("reactions.get", Tier::Three, &["reactions:read"], get),
];

fn add(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let name = arguments.required("name")?;
    let (channel, ts) = item(workspace, arguments)?;
    if workspace.channels[&channel].is_archived {
        return Err("is_archived".into());
    }
    let bot = workspace.app.bot_user.clone();
    workspace.add_reaction(&channel, &ts, &bot, name)?;
    Ok(json!({}))
}

fn remove(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let name = arguments.required("name")?;
    let (channel, ts) = item(workspace, arguments)?;
    let bot = workspace.app.bot_user.clone();
    workspace.remove_reaction(&channel, &ts, &bot, name)?;
    Ok(json!({}))
}

fn get(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let (channel_id, ts) = item(workspace, arguments)?;
    let channel = &workspace.channels[&channel_id];
    let message = channel.message(&ts).ok_or("message_not_found")?;
    let mut message_json: Value = workspace.message_json(channel, message, Metadata::Omitted);
    message_json["permalink"] = json!(workspace.permalink(message));
    Ok(json!({"type": "message", "channel": channel_id, "message": message_json}))
}

fn item(workspace: &Workspace, arguments: &Arguments) -> Result<(ChannelId, String), ApiError> {
    let channel = arguments.string("channel")?.ok_or("no_item_specified")?;
    let ts = arguments.string("timestamp")?.ok_or("no_item_specified")?;
    if ts.parse::<f64>().is_err() {
        return Err("bad_timestamp".into());
    }
    // Slack does not document `not_in_channel` for this method, but the real server returns it.
    let channel = workspace.channel_joined_by_bot(channel)?;
    Ok((channel.id.clone(), ts.to_owned()))
}
