//! The table `settings`: how the team works, where it is not as the presets have it.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use rusqlite::{Connection, named_params};
use serde_json::Value;

use super::homes;
use crate::domain::{Changed, Moment, Settings};
use crate::error::Result;

/// The settings of a team that changed none.
static PRESETS: LazyLock<Arc<Settings>> = LazyLock::new(Arc::default);

/// What was made of which rows last: they change once in a month, and are read with each request.
static LAST: Mutex<Option<(Rows, Arc<Settings>)>> = Mutex::new(None);

/// What was changed: keys, and values as JSON.
type Rows = Vec<(String, String)>;

/// Gives how the team works. It is read whenever it matters, so that a change holds from the next
/// request on: the table has a row only for what was changed.
pub fn current(tx: &Connection) -> Result<Arc<Settings>> {
    let changed: Rows = tx
        .prepare_cached("SELECT key, value FROM settings")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    if changed.is_empty() {
        return Ok(Arc::clone(&PRESETS));
    }
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((rows, settings)) = last.as_ref()
        && *rows == changed
    {
        return Ok(Arc::clone(settings));
    }
    let settings = Arc::new(made_of(&changed)?);
    *last = Some((changed, Arc::clone(&settings)));
    Ok(settings)
}

fn made_of(changed: &Rows) -> Result<Settings> {
    let mut values = Vec::with_capacity(changed.len());
    for (key, value) in changed {
        values.push((key.clone(), serde_json::from_str::<Value>(value)?));
    }
    Ok(PRESETS.with(values.clone()).unwrap_or_else(|wrong| {
        // Only what was right is stored, but a later Muster may be stricter: then the presets hold
        // for what it does not take.
        let fine = |key: &String| wrong.iter().all(|wrong| wrong.key != *key);
        let kept = values.into_iter().filter(|(key, _)| fine(key));
        PRESETS.with(kept).unwrap_or_default()
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
