//! The table `alert_storms`.

use rusqlite::{Connection, OptionalExtension, named_params};

use crate::domain::Timestamp;
use crate::error::Result;
use crate::store::db::sql_types::parse_column;

/// A storm, as its card shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Storm {
    /// Its ID.
    pub id: i64,
    /// The name of the rule.
    pub rule: String,
    /// When it began.
    pub since: Timestamp,
    /// The number of its groups.
    pub groups: u32,
    /// The most frequent titles, with the numbers of groups.
    pub titles: Vec<(String, u32)>,
}

/// Returns the storm of a rule whose last group came after a time.
pub(crate) fn current(tx: &Connection, rule: &str, after: Timestamp) -> Result<Option<i64>> {
    let storm = tx
        .prepare_cached(
            "SELECT id FROM alert_storms INDEXED BY alert_storms_of_rule
              WHERE rule = :rule AND id = (SELECT max(id) FROM alert_storms WHERE rule = :rule)
                AND last_group_at > :after",
        )?
        .query_row(
            named_params! { ":rule": rule, ":after": after.to_string() },
            |row| row.get(0),
        )
        .optional()?;
    Ok(storm)
}

/// Adds a group to the current storm of a rule, or begins one. Returns the storm.
pub(crate) fn count_group(
    tx: &Connection,
    rule: &str,
    after: Timestamp,
    now: Timestamp,
) -> Result<i64> {
    match current(tx, rule, after)? {
        Some(storm) => {
            tx.prepare_cached("UPDATE alert_storms SET last_group_at = :now WHERE id = :id")?
                .execute(named_params! { ":id": storm, ":now": now.to_string() })?;
            Ok(storm)
        }
        None => {
            tx.prepare_cached(
                "INSERT INTO alert_storms (rule, since, last_group_at) VALUES (:rule, :now, :now)",
            )?
            .execute(named_params! { ":rule": rule, ":now": now.to_string() })?;
            Ok(tx.last_insert_rowid())
        }
    }
}

/// Returns a storm.
pub(crate) fn find(tx: &Connection, id: i64) -> Result<Storm> {
    let titles = tx
        .prepare_cached(
            "SELECT title, count(*) AS groups FROM alert_groups WHERE storm_id = :id
              GROUP BY title ORDER BY groups DESC, min(id) LIMIT 5",
        )?
        .query_map(named_params! { ":id": id }, |row| {
            Ok((row.get("title")?, row.get("groups")?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    let storm = tx
        .prepare_cached(
            "SELECT rule, since, (SELECT count(*) FROM alert_groups WHERE storm_id = :id) AS groups
               FROM alert_storms WHERE id = :id",
        )?
        .query_row(named_params! { ":id": id }, |row| {
            Ok(Storm {
                id,
                rule: row.get("rule")?,
                since: parse_column(row, "since")?,
                groups: row.get("groups")?,
                titles,
            })
        })?;
    Ok(storm)
}
