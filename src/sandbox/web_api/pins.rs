//! `pins.*`.

use serde_json::{Value, json};

use super::arguments::Arguments;
use super::{ApiError, Method, MethodResult};
use crate::ids::ChannelId;
use crate::rate_limits::Tier;
use crate::workspace::Workspace;
use crate::workspace::message_json::Metadata;

/// The Web API methods of this module.
pub(super) const METHODS: &[Method] = &[
    Method::json("pins.add", Tier::Two, &["pins:write"], add),
    Method::json("pins.remove", Tier::Two, &["pins:write"], remove),
    Method::form("pins.list", Tier::Two, &["pins:read"], list),
];

fn add(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let (channel, ts) = item(workspace, arguments)?;
    let bot = workspace.app.bot_user.clone();
    workspace.pin_message(&channel, &ts, &bot)?;
    Ok(json!({}))
}

fn remove(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let (channel, ts) = item(workspace, arguments)?;
    let bot = workspace.app.bot_user.clone();
    workspace.unpin_message(&channel, &ts, &bot)?;
    Ok(json!({}))
}

fn list(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let channel = workspace.channel_joined_by_bot(arguments.required("channel")?)?;
    let items: Vec<Value> = channel
        .pins
        .iter()
        .filter_map(|pin| {
            let message = channel.message(&pin.ts)?;
            let mut told = workspace.message_json(channel, message, Metadata::Omitted);
            told["permalink"] = json!(workspace.permalink(message));
            Some(json!({
                "type": "message", "created": pin.pinned_at, "created_by": pin.pinned_by,
                "channel": channel.id, "message": told,
            }))
        })
        .collect();
    Ok(json!({"items": items}))
}

fn item(workspace: &Workspace, arguments: &Arguments) -> Result<(ChannelId, String), ApiError> {
    let channel = workspace.channel_joined_by_bot(arguments.required("channel")?)?;
    let ts = arguments.string("timestamp")?.ok_or("no_item_specified")?;
    if ts.parse::<f64>().is_err() {
        return Err("bad_timestamp".into());
    }
    Ok((channel.id.clone(), ts.to_owned()))
}
