//! Creates the schema of a new database and migrates an older one.
//!
//! A migration renames the existing tables, runs `schema.sql` and copies every row by column name, in
//! one transaction. So `schema.sql` is the only description of the schema, and a migrated database
//! equals a new one. A column that is new to a table therefore needs a default or must allow null, and
//! a column must not change its meaning under the same name.

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, named_params};

use crate::error::{Error, Result};
use crate::store::db::full_text;
use crate::store::db::sql_types::random_id;
use crate::store::tables::api::incident_types;
use crate::store::tables::web::unsubscribe_token::UnsubscribeKey;

/// The schema that a program expects, and its number in `PRAGMA user_version`.
#[derive(Clone, Copy)]
struct Schema {
    sql: &'static str,
    version: i64,
}

/// The current schema. Increment the version with each release that changes `schema.sql`.
const CURRENT: Schema = Schema {
    sql: include_str!("../../../schema.sql"),
    version: 1,
};

/// Prefix of the existing tables while their rows are copied.
const OLD_PREFIX: &str = "old_";

/// Creates the schema in an empty database, or migrates an older one, in one transaction.
///
/// Rejects a database that a newer program or another program wrote, and leaves it unchanged.
pub fn migrate(connection: &mut Connection) -> Result<()> {
    migrate_to(connection, CURRENT)
}

fn migrate_to(connection: &mut Connection, schema: Schema) -> Result<()> {
    // Rows are copied table by table, so foreign keys are checked at the end only.
    // SQLite ignores both pragmas inside a transaction: sqlite.org/lang_altertable.html.
    connection.pragma_update(None, "foreign_keys", false)?;
    connection.pragma_update(None, "legacy_alter_table", true)?;
    let outcome = migrate_in_transaction(connection, schema);
    connection.pragma_update(None, "legacy_alter_table", false)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    outcome
}

/// Sets the pragmas of a connection. `synchronous = FULL`: a commit survives a power failure.
pub fn configure_connection(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(std::time::Duration::from_millis(800))?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // Keeps the savepoint journal in memory instead of a temporary file.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "cache_size", -2000)?;
    connection.set_prepared_statement_cache_capacity(128);
    // Without this, SQLite plans a statement again whenever a parameter such as LIMIT is bound:
    // sqlite.org/c3ref/c_dbconfig_enable_qpsg.html.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// The schema version of this program.
pub fn current_version() -> i64 {
    CURRENT.version
}

fn migrate_in_transaction(connection: &mut Connection, schema: Schema) -> Result<()> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Exclusive)?;
    let version: i64 = tx.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version > schema.version {
        return Err(Error::Rejected(format!(
            "This database has schema version {version}, but this version of Muster supports up to {}. Nothing \
             was changed. Start the newer version, or restore a backup made by this one.",
            schema.version
        )));
    }
    if version == schema.version {
        return Ok(());
    }
    if version == 0 {
        create(&tx, schema.sql)?;
    } else {
        copy_rows(&tx, schema.sql)?;
    }
    tx.pragma_update(None, "user_version", schema.version)?;
    tx.commit()?;
    Ok(())
}

fn create(tx: &Connection, sql: &str) -> Result<()> {
    if !object_names(tx, "table")?.is_empty() {
        return Err(Error::Rejected(
            "This file is another program's database. Nothing was changed. Set DATABASE_PATH to a file that \
             only Muster uses."
                .to_owned(),
        ));
    }
    tx.execute_batch(sql)?;
    tx.execute(
        "INSERT INTO instance (id, store_id, last_write_check_at) VALUES (1, :store_id, '')",
        named_params! { ":store_id": random_id() },
    )?;
    create_unsubscribe_key(tx)?;
    incident_types::insert_first(tx)
}

/// Creates the key of the links in mails, if the database has none.
fn create_unsubscribe_key(tx: &Connection) -> Result<()> {
    tx.execute(
        "UPDATE instance SET unsubscribe_key = :key WHERE unsubscribe_key = ''",
        named_params! { ":key": UnsubscribeKey::random().reveal() },
    )?;
    Ok(())
}

/// Creates the new tables and copies the rows of the old ones.
fn copy_rows(tx: &Connection, sql: &str) -> Result<()> {
    full_text::drop_tables(tx)?;
    let tables = object_names(tx, "table")?;
    for index in object_names(tx, "index")? {
        tx.execute_batch(&format!("DROP INDEX {index}"))?;
    }
    for table in &tables {
        tx.execute_batch(&format!(
            "ALTER TABLE {table} RENAME TO {OLD_PREFIX}{table}"
        ))?;
    }
    tx.execute_batch(sql)?;
    let new_tables = object_names(tx, "table")?;
    for table in tables.iter().filter(|table| new_tables.contains(table)) {
        let columns = shared_columns(tx, table)?.join(", ");
        tx.execute_batch(&format!(
            "INSERT INTO {table} ({columns}) SELECT {columns} FROM {OLD_PREFIX}{table}"
        ))?;
        // AUTOINCREMENT must not reuse a number: delivery IDs are in the metadata of Slack messages.
        tx.execute_batch(&format!(
            "DELETE FROM sqlite_sequence WHERE name = '{table}';
             UPDATE sqlite_sequence SET name = '{table}' WHERE name = '{OLD_PREFIX}{table}'"
        ))?;
    }
    for table in &tables {
        tx.execute_batch(&format!("DROP TABLE {OLD_PREFIX}{table}"))?;
    }
    fill_derived_columns(tx)?;
    incident_types::insert_first(tx)?;
    create_unsubscribe_key(tx)?;
    full_text::rebuild(tx)?;
    let violation: Option<String> = tx
        .query_row("PRAGMA foreign_key_check", [], |row| row.get(0))
        .optional()?;
    match violation {
        None => Ok(()),
        Some(table) => Err(Error::internal(format!(
            "a row of {table} refers to a row that does not exist"
        ))),
    }
}

/// Fills the columns that are derived from other tables, which older versions lack.
fn fill_derived_columns(tx: &Connection) -> Result<()> {
    tx.execute_batch(
        "UPDATE incidents
            SET impact_state = CASE
                    WHEN EXISTS (SELECT 1 FROM impacts
                                  WHERE incident_id = incidents.id AND ended_at IS NULL) THEN 'ongoing'
                    WHEN EXISTS (SELECT 1 FROM impacts WHERE incident_id = incidents.id) THEN 'over'
                    ELSE 'none' END,
                last_activity_at = COALESCE((SELECT max(recorded_at) FROM timeline
                                              WHERE incident_id = incidents.id), declared_at),
                last_activity_by = (SELECT recorded_by FROM timeline WHERE incident_id = incidents.id
                                     ORDER BY recorded_at DESC, id DESC LIMIT 1)
          WHERE last_activity_at = ''",
    )?;
    Ok(())
}

/// Returns the columns that exist in both the old and the new version of a table.
fn shared_columns(tx: &Connection, table: &str) -> Result<Vec<String>> {
    let columns = tx
        .prepare(
            "SELECT new.name FROM pragma_table_info(:table) AS new
               JOIN pragma_table_info(:old) AS old ON old.name = new.name",
        )?
        .query_map(
            named_params! { ":table": table, ":old": format!("{OLD_PREFIX}{table}") },
            |row| row.get(0),
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(columns)
}

/// Returns the names of our tables or indexes; `kind` is `table` or `index`.
fn object_names(tx: &Connection, kind: &str) -> Result<Vec<String>> {
    let names = tx
        .prepare(
            "SELECT name FROM sqlite_schema
              WHERE type = :kind AND name NOT GLOB 'sqlite_*' ORDER BY name",
        )?
        .query_map(named_params! { ":kind": kind }, |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(names)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// A synthetic database of version 1. The current schema has columns, tables and indexes that it
    /// lacks, and lacks a column and a table that it has.
    const OLDER: &str = include_str!("../../../fixtures/store/older-version.sql");

    /// The current schema, numbered as the version after that of `OLDER`.
    const NEXT: Schema = Schema {
        sql: CURRENT.sql,
        version: 2,
    };

    fn query<T: rusqlite::types::FromSql>(connection: &Connection, sql: &str) -> T {
        connection.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    fn older() -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(OLDER).unwrap();
        connection
    }

    fn schema_of(connection: &Connection) -> Vec<(String, String)> {
        connection
            .prepare("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")
            .unwrap()
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .collect::<rusqlite::Result<_>>()
            .unwrap()
    }

    #[test]
    fn enum_checks_list_at_most_two_values() {
        let checks = CURRENT
            .sql
            .lines()
            .filter_map(|row| row.split_once("CHECK"));
        for (_, check) in checks {
            let list = check
                .split_once(" IN (")
                .and_then(|(_, rest)| rest.split_once(')'));
            let values = list.map_or(0, |(values, _)| values.split(',').count());
            assert!(values <= 2, "{check}");
        }
    }

    #[test]
    fn migrated_database_equals_a_new_one_and_keeps_every_row() {
        let mut migrated = older();
        let tables = ["instance", "incidents", "signals", "inbox", "outbox"];
        let count = |connection: &Connection, table: &str| -> i64 {
            query(connection, &format!("SELECT count(*) FROM {table}"))
        };
        let before: Vec<i64> = tables.iter().map(|it| count(&migrated, it)).collect();
        assert!(before.iter().all(|rows| *rows > 0), "{before:?}");
        migrate_to(&mut migrated, NEXT).unwrap();
        let after: Vec<i64> = tables.iter().map(|it| count(&migrated, it)).collect();
        assert_eq!(after, before);

        let mut new = Connection::open_in_memory().unwrap();
        migrate_to(&mut new, NEXT).unwrap();
        assert_eq!(schema_of(&migrated), schema_of(&new));
        assert_eq!(query::<i64>(&migrated, "PRAGMA user_version"), 2);
        assert_eq!(
            query::<String>(&migrated, "SELECT title || ' ' || kind FROM incidents"),
            "Checkout is slow real"
        );
    }

    #[test]
    fn migration_fills_the_full_text_index_and_derived_columns() {
        let mut migrated = older();
        migrate_to(&mut migrated, NEXT).unwrap();
        for (words, is_expected) in [("checkout slow", true), ("snail", false)] {
            let words = full_text::SearchWords::new(words);
            let id = crate::domain::IncidentId(7);
            let is_hit = full_text::is_hit(&migrated, &words, id).unwrap();
            assert_eq!(is_hit, is_expected, "{words:?}");
        }
        assert_eq!(
            query::<String>(
                &migrated,
                "SELECT impact_state || ' ' || last_activity_at FROM incidents"
            ),
            "none 2026-11-23T14:05:09.120Z"
        );
    }

    #[test]
    fn migration_keeps_the_store_id_and_runs_once() {
        let mut migrated = older();
        let store_id: String = query(&migrated, "SELECT store_id FROM instance");
        for _ in 0..2 {
            migrate_to(&mut migrated, NEXT).unwrap();
            assert_eq!(
                query::<String>(&migrated, "SELECT store_id FROM instance"),
                store_id
            );
        }
    }

    #[test]
    fn new_and_migrated_databases_have_different_keys_of_links() {
        let (mut migrated, mut new) = (older(), Connection::open_in_memory().unwrap());
        let keys = [&mut migrated, &mut new].map(|database| {
            migrate_to(database, NEXT).unwrap();
            query::<String>(database, "SELECT unsubscribe_key FROM instance")
        });
        assert!(keys.iter().all(|key| key.len() == 64), "{keys:?}");
        assert_ne!(keys[0], keys[1]);
    }

    #[test]
    fn migration_does_not_reuse_delivery_ids() {
        let mut migrated = older();
        migrated.execute("DELETE FROM outbox", []).unwrap();
        let last_id = "SELECT seq FROM sqlite_sequence WHERE name = 'outbox'";
        let before: i64 = query(&migrated, last_id);
        migrate_to(&mut migrated, NEXT).unwrap();
        assert_eq!(query::<i64>(&migrated, last_id), before);
    }

    #[test]
    fn failed_migration_leaves_the_database_unchanged() {
        let mut database = older();
        let before = schema_of(&database);
        let broken = Schema {
            sql: "CREATE nonsense",
            version: 2,
        };
        assert!(migrate_to(&mut database, broken).is_err());
        assert_eq!(schema_of(&database), before);
        assert_eq!(query::<i64>(&database, "PRAGMA user_version"), 1);
    }

    #[test]
    fn database_of_another_program_is_rejected_unchanged() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch("CREATE TABLE theirs (text TEXT)")
            .unwrap();
        let error = migrate(&mut connection).unwrap_err().to_string();
        assert!(error.contains("another program"), "{error}");
        assert_eq!(object_names(&connection, "table").unwrap(), ["theirs"]);
    }

    #[test]
    fn newer_database_is_rejected_with_both_versions() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "user_version", 9).unwrap();
        let error = migrate(&mut connection).unwrap_err().to_string();
        assert!(
            error.contains("version 9") && error.contains("up to 1"),
            "{error}"
        );
        assert!(object_names(&connection, "table").unwrap().is_empty());
    }
}
