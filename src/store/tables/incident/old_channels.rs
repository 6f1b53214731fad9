//! The table `old_channels`: channels that incidents left.

use rusqlite::{Connection, named_params};

use crate::domain::{ChannelId, Incident};
use crate::error::Result;

/// Records the previous channel if the incident moved to another one. Muster still owns it, but it is no
/// longer the incident's channel.
pub fn record_old_channel(tx: &Connection, before: &Incident, incident: &Incident) -> Result<()> {
    let channel = before.channel.as_ref().map(|channel| &channel.id);
    let is_left = channel != incident.channel.as_ref().map(|channel| &channel.id);
    if let Some(channel) = channel.filter(|_| is_left) {
        tx.prepare_cached(
            "INSERT INTO old_channels (channel_id, incident_id) VALUES (:channel, :incident)
             ON CONFLICT (channel_id) DO NOTHING",
        )?
        .execute(named_params! {
            ":channel": channel.as_str(), ":incident": incident.id.number(),
        })?;
    }
    Ok(())
}

/// Returns whether a channel is or was the channel of an incident.
pub fn belongs_to_incident(tx: &Connection, channel: &ChannelId) -> Result<bool> {
    let taken = tx
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM incidents WHERE channel_id = :channel)
                 OR EXISTS (SELECT 1 FROM old_channels WHERE channel_id = :channel)",
        )?
        .query_row(named_params! { ":channel": channel.as_str() }, |row| {
            row.get(0)
        })?;
    Ok(taken)
}
