//! The table `global_channels`: which channel the setting of that name named.

use muster_commands::ChannelId;
use rusqlite::{Connection, OptionalExtension, named_params};

use crate::error::Result;

/// Remembers which channel a name means.
pub fn keep(tx: &Connection, name: &str, channel: &ChannelId) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO global_channels (name, channel) VALUES (:name, :channel)
         ON CONFLICT (name) DO UPDATE SET channel = excluded.channel",
    )?
    .execute(named_params! { ":name": name, ":channel": channel.as_str() })?;
    Ok(())
}

/// Gives the channel that a name meant, if it was ever found.
pub fn find(tx: &Connection, name: &str) -> Result<Option<ChannelId>> {
    let found = tx
        .prepare_cached("SELECT channel FROM global_channels WHERE name = :name")?
        .query_row(named_params! { ":name": name }, |row| row.get(0))
        .optional()?;
    Ok(found.map(ChannelId))
}
