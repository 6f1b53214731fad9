//! Choosing an open incident, where a channel does not say which is meant.

use muster_commands::limits::OPTIONS;
use muster_commands::{IncidentId, which_incident};
use serde_json::Value;

use super::asked::Clicked;
use crate::bot::Bot;
use crate::error::{Error, Result};

/// Asked for options: gives the open incidents that the person may see and that fit what was typed so far, the
/// worst first. One that is over can be chosen by its number: so it can be reopened.
///
/// # Errors
/// When the store cannot be read.
pub async fn suggested(bot: &Bot, payload: &Value) -> Result<Value> {
    let words = which_incident::query(payload).to_owned();
    let viewer = Clicked::read(payload).viewer();
    let named = words.parse::<IncidentId>().ok();
    let found = bot
        .store
        .search_open(viewer.clone(), words, OPTIONS)
        .await?;
    let over = match named.filter(|id| found.iter().all(|incident| incident.id != *id)) {
        Some(id) => match bot.store.incident(viewer, id).await {
            Ok(incident) => Some((incident.id, incident.severity, incident.title)),
            Err(Error::NotFound(_)) => None,
            Err(error) => return Err(error),
        },
        None => None,
    };
    let open = found
        .into_iter()
        .map(|incident| (incident.id, incident.severity, incident.shown_title()));
    Ok(which_incident::options(over.into_iter().chain(open)))
}

/// Gives what is said when there is nothing to choose from.
pub fn none_open(bot: &Bot) -> Error {
    Error::Refused(format!(
        "No incident is open. {} incident declares one.",
        bot.settings.command
    ))
}
