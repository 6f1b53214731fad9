//! The table `settings`: team settings that differ from their defaults.

use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, Statement, named_params};
use serde_json::Value;

use crate::domain::{ChangeSettings, SettingChange, SettingError, Settings, Timestamp};
use crate::error::{Error, Result};
use crate::store::db::sql_types::{json_column, random_id};
use crate::store::tables::api::{incident_types, setting_resources};
use crate::store::tables::workspace::{home_views, rule_renames};
use crate::store::{IdempotencyKey, Store, idempotency_key, scheduled};

impl Store {
    /// Returns the current team settings.
    pub async fn settings(&self) -> Result<Arc<Settings>> {
        self.read_pool.run(current_settings).await
    }

    /// Changes all requested settings or none. Idempotent. Returns the changes, or all errors.
    ///
    /// # Errors
    /// Returns [`Error::Conflict`] if another user changed one of the settings since it was displayed.
    pub async fn change_settings(
        &self,
        key: IdempotencyKey,
        request: ChangeSettings,
        now: Timestamp,
    ) -> Result<std::result::Result<Vec<SettingChange>, Vec<SettingError>>> {
        self.write_thread
            .run(move |tx| {
                if idempotency_key::is_processed(tx, &key)? {
                    return Ok(Ok(Vec::new()));
                }
                let before = current_settings(tx)?;
                if !request.conflicts(&before).is_empty() {
                    return Err(Error::Conflict);
                }
                let after = match before.with_values(request.values) {
                    Ok(after) => after,
                    Err(wrong) => return Ok(Err(wrong)),
                };
                let changes = before.diff(&after);
                if !changes.is_empty() {
                    save_settings(tx, &changes, now)?;
                    idempotency_key::record_key(tx, &key, None, now)?;
                }
                Ok(Ok(changes))
            })
            .await
    }
}

/// Returns the team settings. They are read in each transaction, because another process can change them.
/// The table has rows for changed settings only.
pub(crate) fn current_settings(tx: &Connection) -> Result<Arc<Settings>> {
    let incident_types = incident_types::type_names(tx)?;
    let mut statement = tx.prepare_cached("SELECT key, revision FROM settings")?;
    if let Some(settings) = last_parsed(&mut statement)?
        && settings.incident_types == incident_types
    {
        return Ok(settings);
    }
    let mut revisions = Revisions::new();
    let mut values = Vec::new();
    let mut statement = tx.prepare_cached("SELECT key, revision, value FROM settings")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let key: String = row.get("key")?;
        values.push((key.clone(), json_column(row, "value")?));
        revisions.push((key, row.get("revision")?));
    }
    let parsed = Arc::new(Settings {
        incident_types,
        ..settings_with(values)
    });
    let last = Some((revisions, Arc::clone(&parsed)));
    *LAST_PARSED.lock().unwrap_or_else(PoisonError::into_inner) = last;
    Ok(parsed)
}

/// The keys and revisions of the rows that were parsed last, and the result. Hundreds of services or rules are long,
/// so the values are read when their revision has changed.
static LAST_PARSED: Mutex<Option<(Revisions, Arc<Settings>)>> = Mutex::new(None);

/// The keys and revisions of the table.
type Revisions = Vec<(String, String)>;

/// Returns the settings that were parsed last, if the table still has their rows.
fn last_parsed(statement: &mut Statement<'_>) -> rusqlite::Result<Option<Arc<Settings>>> {
    let last = LAST_PARSED.lock().unwrap_or_else(PoisonError::into_inner);
    let Some((parsed, settings)) = last.as_ref() else {
        return Ok(None);
    };
    let mut rows = statement.query([])?;
    for (key, revision) in parsed {
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        let is_same = |column: usize, text: &String| {
            let stored = row.get_ref(column)?;
            Ok::<_, rusqlite::Error>(stored.as_bytes() == Ok(text.as_bytes()))
        };
        if !is_same(0, key)? || !is_same(1, revision)? {
            return Ok(None);
        }
    }
    Ok(rows.next()?.is_none().then(|| Arc::clone(settings)))
}

/// Returns the defaults with these values. A newer Muster may be stricter than the one that stored a value;
/// then the default applies to that setting, and to those that are invalid without it.
fn settings_with(mut values: Vec<(String, Value)>) -> Settings {
    let defaults = Settings::default();
    while !values.is_empty() {
        let errors = match defaults.with_stored_values(values.clone()) {
            Ok(settings) => return settings,
            Err(errors) => errors,
        };
        let stored = values.len();
        values.retain(|(key, _)| errors.iter().all(|error| error.key != *key));
        if values.len() == stored {
            break;
        }
    }
    defaults
}

/// Stores changed settings and applies them to the schedule, to the names of rules and to the resources of the API.
pub fn save_settings(tx: &Connection, changes: &[SettingChange], now: Timestamp) -> Result<()> {
    for change in changes {
        tx.prepare_cached(
            "INSERT INTO settings (key, revision, value, changed_at) VALUES (:key, :revision, :value, :now)
             ON CONFLICT (key) DO UPDATE
                SET revision = excluded.revision, value = excluded.value, changed_at = excluded.changed_at",
        )?
        .execute(named_params! {
            ":key": change.key,
            ":revision": random_id(),
            ":value": change.to.to_string(),
            ":now": now.to_string(),
        })?;
    }
    scheduled::reschedule(tx, changes, now)?;
    rule_renames::record_renames(tx, changes, now)?;
    setting_resources::follow(tx, changes, now)?;
    // Home views show the labels of severities.
    home_views::refresh_all(tx, now)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn invalid_stored_setting_falls_back_with_those_that_depend_on_it() {
        let template =
            json!({ "name": "A", "category": "B", "subject": "{{incident.region}}", "body": "b" });
        let stored = |fields: Value| {
            settings_with(vec![
                ("archive_after_days".to_owned(), json!(9)),
                ("fields".to_owned(), fields),
                ("message_templates".to_owned(), json!([template])),
            ])
        };
        let valid = stored(json!([{ "name": "region", "type": "text" }]));
        assert_eq!(valid.message_templates.len(), 1);
        let fallback = stored(json!([{ "name": "Region!", "type": "text" }]));
        let expected = Settings {
            archive_after_days: 9,
            ..Settings::default()
        };
        assert_eq!(fallback, expected);
    }
}
