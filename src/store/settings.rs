//! The table `settings`: how the team works, where it is not as the presets have it.

use rusqlite::{Connection, named_params};
use serde_json::Value;

use super::homes;
use crate::domain::{Changed, Moment, Settings};
use crate::error::Result;

/// Gives how the team works. It is read whenever it matters, so that a change holds from the next
/// request on: the table has a row only for what was changed.
pub fn current(tx: &Connection) -> Result<Settings> {
    let changed: Vec<(String, String)> = tx
        .prepare_cached("SELECT key, value FROM settings")?
        .query_map([], |row| Ok((row.get("key")?, row.get("value")?)))?
        .collect::<rusqlite::Result<_>>()?;
    if changed.is_empty() {
        return Ok(Settings::default());
    }
    let mut values = Vec::with_capacity(changed.len());
    for (key, value) in changed {
        values.push((key, serde_json::from_str::<Value>(&value)?));
    }
    Ok(Settings::default()
        .with(values.clone())
        .unwrap_or_else(|wrong| {
            // Only what was right is stored, but a later Muster may be stricter: then the presets hold
            // for what it does not take.
            let fine = |key: &String| wrong.iter().all(|wrong| wrong.key != *key);
            let kept = values.into_iter().filter(|(key, _)| fine(key));
            Settings::default().with(kept).unwrap_or_default()
        }))
}

/// Stores what changes.
pub fn keep(tx: &Connection, changes: &[Changed], now: Moment) -> Result<()> {
    for change in changes {
        tx.prepare_cached(
            "INSERT INTO settings (key, value, changed_at) VALUES (:key, :value, :now)
             ON CONFLICT (key) DO UPDATE
                SET value = excluded.value, changed_at = excluded.changed_at",
        )?
        .execute(named_params! {
            ":key": change.key,
            ":value": change.to.to_string(),
            ":now": now,
        })?;
    }
    // Homes show what severities are called.
    homes::outdate(tx)
}
