//! Choosing an open incident, where a channel does not say which is meant.

use muster_commands::limits::OPTIONS;
use muster_commands::which_incident;
use serde_json::Value;

use super::asked::Clicked;
use crate::bot::Bot;
use crate::error::{Error, Result};

/// Asked for options: gives the open incidents that the person may see and that fit what was typed so far, the worst first.
///
/// # Errors
/// When the store cannot be read.
pub async fn suggested(bot: &Bot, payload: &Value) -> Result<Value> {
    let words = which_incident::query(payload).to_owned();
    let viewer = Clicked::read(payload).viewer();
    let found = bot.store.search_open(viewer, words, OPTIONS).await?;
    let options = found
        .into_iter()
        .map(|incident| (incident.id, incident.severity, incident.title));
    Ok(which_incident::options(options))
}

/// Gives what is said when there is nothing to choose from.
pub fn none_open(bot: &Bot) -> Error {
    Error::Refused(format!(
        "No incident is open. {} incident declares one.",
        bot.settings.command
    ))
}
