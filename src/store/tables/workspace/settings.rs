//! The table `settings`: team settings that differ from their defaults.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use rusqlite::{Connection, named_params};
use serde_json::Value;

use crate::domain::{SettingChange, Settings, Timestamp};
use crate::error::Result;
use crate::store::tables::workspace::home_views;

/// The default settings.
static DEFAULTS: LazyLock<Arc<Settings>> = LazyLock::new(Arc::default);

/// The last parsed rows. Settings are read with each request but change about once a month.
static CACHE: Mutex<Option<(SettingRows, Arc<Settings>)>> = Mutex::new(None);

/// Keys and JSON values of the changed settings.
type SettingRows = Vec<(String, String)>;

/// Returns the team settings. They are read for each request, so that a change applies to the next one.
/// The table has rows for changed settings only.
pub fn current_settings(tx: &Connection) -> Result<Arc<Settings>> {
    let changed: SettingRows = tx
        .prepare_cached("SELECT key, value FROM settings")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    if changed.is_empty() {
        return Ok(Arc::clone(&DEFAULTS));
    }
    let mut last = CACHE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((rows, settings)) = last.as_ref()
        && *rows == changed
    {
        return Ok(Arc::clone(settings));
    }
    let settings = Arc::new(settings_from_rows(&changed)?);
    *last = Some((changed, Arc::clone(&settings)));
    Ok(settings)
}

fn settings_from_rows(changed: &SettingRows) -> Result<Settings> {
    let mut values = Vec::with_capacity(changed.len());
    for (key, value) in changed {
        values.push((key.clone(), serde_json::from_str::<Value>(value)?));
    }
    Ok(DEFAULTS
        .with_values(values.clone())
        .unwrap_or_else(|wrong| {
            // Stored values were valid, but a newer Muster may be stricter. Its defaults apply to settings
            // that it rejects.
            let fine = |key: &String| wrong.iter().all(|wrong| wrong.key != *key);
            let kept = values.into_iter().filter(|(key, _)| fine(key));
            DEFAULTS.with_values(kept).unwrap_or_default()
        }))
}

/// Stores changed settings.
pub fn save_settings(tx: &Connection, changes: &[SettingChange], now: Timestamp) -> Result<()> {
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
    // Home views show the labels of severities.
    home_views::bump_home_revision(tx)
}
