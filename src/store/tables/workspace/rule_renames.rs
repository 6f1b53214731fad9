//! The table `rule_renames`: the names that notification rules had. A mail is about the rule that sent it, also after
//! the rule was renamed.

use rusqlite::{Connection, OptionalExtension, named_params};

use crate::domain::{Rename, SettingChange, Timestamp, renames};
use crate::error::Result;
use crate::store::tables::workspace::{settings, unsubscribed_addresses};

/// The key of the setting.
const RULES: &str = "notification_rules";

/// The rule that had a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedRule {
    /// Its current name; the last one if it was deleted.
    pub name: String,
    /// Whether it was deleted.
    pub is_deleted: bool,
}

/// Records which rules changed settings rename and delete, with what is stored by their names.
pub fn record_renames(tx: &Connection, changes: &[SettingChange], now: Timestamp) -> Result<()> {
    for change in changes.iter().filter(|change| change.key == RULES) {
        for rename in renames(change.items_before(), change.items_after()) {
            insert(tx, &rename, now)?;
            unsubscribed_addresses::rename_rule(tx, &rename)?;
        }
    }
    Ok(())
}

fn insert(tx: &Connection, rename: &Rename, now: Timestamp) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO rule_renames (rule, new_name, changed_at) VALUES (:rule, :new_name, :now)",
    )?
    .execute(named_params! {
        ":rule": rename.from, ":new_name": rename.to, ":now": now.to_string(),
    })?;
    Ok(())
}

/// Returns the rule that had a name at a time.
pub fn rule_named(tx: &Connection, name: &str, at: Timestamp) -> Result<NamedRule> {
    let (mut name, mut last_id) = (name.to_owned(), 0_i64);
    while let Some((id, new_name)) = next_rename(tx, &name, last_id, at)? {
        last_id = id;
        let Some(new_name) = new_name else {
            let is_deleted = true;
            return Ok(NamedRule { name, is_deleted });
        };
        name = new_name;
    }
    let settings = settings::current_settings(tx)?;
    let mut rules = settings.notification_rules.iter();
    let is_deleted = rules.all(|rule| rule.name != name);
    Ok(NamedRule { name, is_deleted })
}

/// Returns the ID of the first end of a name after a time and another end, and the new name.
fn next_rename(
    tx: &Connection,
    name: &str,
    last_id: i64,
    at: Timestamp,
) -> Result<Option<(i64, Option<String>)>> {
    let rename = tx
        .prepare_cached(
            "SELECT id, new_name FROM rule_renames
              WHERE rule = :rule AND id > :last_id AND changed_at >= :at ORDER BY id LIMIT 1",
        )?
        .query_row(
            named_params! { ":rule": name, ":last_id": last_id, ":at": at.to_string() },
            |row| Ok((row.get("id")?, row.get("new_name")?)),
        )
        .optional()?;
    Ok(rename)
}
