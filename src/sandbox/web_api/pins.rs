//! `pins.*`.

use serde_json::{Value, json};

use super::arguments::Arguments;
use super::{Answer, Method, Refusal};
use crate::sandbox::ids::ChannelId;
use crate::sandbox::limits::Tier;
use crate::sandbox::message_json::Metadata;
use crate::sandbox::workspace::Workspace;

/// The methods of this file.
pub(super) const METHODS: &[Method] = &[
    Method::json("pins.add", Tier::Two, &["pins:write"], add),
    Method::json("pins.remove", Tier::Two, &["pins:write"], remove),
    Method::form("pins.list", Tier::Two, &["pins:read"], list),
];

fn add(workspace: &mut Workspace, arguments: &Arguments) -> Answer {
    let (channel, ts) = item(workspace, arguments)?;
    let bot = workspace.app.bot_user.clone();
    workspace.pin((&channel, &ts), &bot)?;
    Ok(json!({}))
}

fn remove(workspace: &mut Workspace, arguments: &Arguments) -> Answer {
    let (channel, ts) = item(workspace, arguments)?;
    let bot = workspace.app.bot_user.clone();
    workspace.unpin((&channel, &ts), &bot)?;
    Ok(json!({}))
}

fn list(workspace: &mut Workspace, arguments: &Arguments) -> Answer {
    let channel = workspace.channel_with_bot(arguments.needed("channel")?)?;
    let items: Vec<Value> = channel
        .pins
        .iter()
        .filter_map(|pin| {
            let message = channel.message(&pin.ts)?;
            let mut told = workspace.message_json(channel, message, Metadata::Hidden);
            told["permalink"] = json!(workspace.permalink(message));
            Some(json!({
                "type": "message", "created": pin.at, "created_by": pin.by,
                "channel": channel.id, "message": told,
            }))
        })
        .collect();
    Ok(json!({"items": items}))
}

fn item(workspace: &Workspace, arguments: &Arguments) -> Result<(ChannelId, String), Refusal> {
    let channel = workspace.channel_with_bot(arguments.needed("channel")?)?;
    let ts = arguments.text("timestamp")?.ok_or("no_item_specified")?;
    if ts.parse::<f64>().is_err() {
        return Err("bad_timestamp".into());
    }
    Ok((channel.id.clone(), ts.to_owned()))
}
