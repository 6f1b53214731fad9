//! Which open incidents are owed their card in the global channel.

use muster_commands::IncidentId;
use rusqlite::{Connection, named_params};

use crate::error::Result;

/// Which cards in the global channel are to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cards {
    /// Those that were never posted.
    Missing,
    /// All of them: those that stand may say how things stood.
    All,
}

/// Gives the open incidents whose cards are to be shown.
pub fn open_with_cards(tx: &Connection, cards: Cards) -> Result<Vec<IncidentId>> {
    let ids = tx
        .prepare_cached(
            "SELECT id FROM incidents INDEXED BY incidents_open
              WHERE status IN ('active', 'stable') AND channel_state <> 'awaited'
                AND (:all OR card_ts IS NULL)
              ORDER BY id",
        )?
        .query_map(named_params! { ":all": cards == Cards::All }, |row| {
            row.get(0).map(IncidentId)
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(ids)
}
