//! The table `former_channels`: the channels that incidents left.

use muster_commands::ChannelId;
use rusqlite::{Connection, named_params};

use crate::domain::Incident;
use crate::error::Result;

/// Notes the channel that an incident left, if it did: it is ours still, and the incident's no longer.
pub fn note(tx: &Connection, before: &Incident, incident: &Incident) -> Result<()> {
    let channel = before.channel.as_ref().map(|channel| &channel.id);
    let is_left = channel != incident.channel.as_ref().map(|channel| &channel.id);
    if let Some(channel) = channel.filter(|_| is_left) {
        tx.prepare_cached(
            "INSERT INTO former_channels (channel_id, incident_id) VALUES (:channel, :incident)
             ON CONFLICT (channel_id) DO NOTHING",
        )?
        .execute(named_params! {
            ":channel": channel.as_str(), ":incident": incident.id.number(),
        })?;
    }
    Ok(())
}

/// Says whether a channel is an incident's, or was.
pub fn is_taken(tx: &Connection, channel: &ChannelId) -> Result<bool> {
    let taken = tx
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM incidents WHERE channel_id = :channel)
                 OR EXISTS (SELECT 1 FROM former_channels WHERE channel_id = :channel)",
        )?
        .query_row(named_params! { ":channel": channel.as_str() }, |row| {
            row.get(0)
        })?;
    Ok(taken)
}
