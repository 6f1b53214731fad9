//! The table `announcements_channels`: the channel ID of each value of `INCIDENTS_CHANNEL`.

use rusqlite::{Connection, OptionalExtension, named_params};

use crate::domain::ChannelId;
use crate::error::Result;
use crate::store::Store;

impl Store {
    /// Saves the channel of a value of `INCIDENTS_CHANNEL`.
    pub async fn save_announcements_channel(&self, name: String, channel: ChannelId) -> Result<()> {
        self.write_thread
            .run(move |tx| save_announcements_channel(tx, &name, &channel))
            .await
    }

    /// Returns the channel of a value of `INCIDENTS_CHANNEL`, or `None` if it was never found.
    pub async fn announcements_channel(&self, name: String) -> Result<Option<ChannelId>> {
        self.read_pool
            .run(move |tx| find_announcements_channel(tx, &name))
            .await
    }
}

/// Saves the channel of a value.
pub fn save_announcements_channel(tx: &Connection, name: &str, channel: &ChannelId) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO announcements_channels (name, channel) VALUES (:name, :channel)
         ON CONFLICT (name) DO UPDATE SET channel = excluded.channel",
    )?
    .execute(named_params! { ":name": name, ":channel": channel.as_str() })?;
    Ok(())
}

/// Returns the channel of a value, or `None` if it was never found.
pub fn find_announcements_channel(tx: &Connection, name: &str) -> Result<Option<ChannelId>> {
    let channel_id = tx
        .prepare_cached("SELECT channel FROM announcements_channels WHERE name = :name")?
        .query_row(named_params! { ":name": name }, |row| row.get(0))
        .optional()?;
    Ok(channel_id.map(ChannelId))
}
