//! Making a new database, and bringing an older one up to what this program knows.
//!
//! An older one is not patched step by step: its tables are put aside, the schema is made as it is now,
//! and every row moves over by the names of its columns. So `schema.sql` is the only place that knows
//! what the store is, and what is brought up cannot differ from what is made new. For this to hold, a
//! column that is new to a table has a default or may be null, and no column changes its meaning
//! under the same name; a test brings a database of each version up to see to it.

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, named_params};

use super::columns::random_name;
use crate::error::{Error, Result};

/// The whole store as it is now.
const SCHEMA: &str = include_str!("../../schema.sql");

/// The number of this schema; one more whenever a release changes `schema.sql`.
const VERSION: i64 = 5;

/// What the tables of an older database are called while their rows move over.
const ASIDE: &str = "older_";

/// Makes a new database, or brings an older one up, in one transaction.
///
/// # Errors
/// [`Error::Refused`] when the database was written by a newer Muster.
pub fn migrate(connection: &mut Connection) -> Result<()> {
    // Rows move over table by table, so that what they refer to may come after them; it is checked
    // at the end. SQLite: neither pragma can be set inside a transaction, sqlite.org/lang_altertable.html.
    connection.pragma_update(None, "foreign_keys", false)?;
    connection.pragma_update(None, "legacy_alter_table", true)?;
    let outcome = bring_up(connection, SCHEMA);
    connection.pragma_update(None, "legacy_alter_table", false)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    outcome
}

/// Sets what every connection needs: waiting for others, foreign keys, and every commit on disk
/// before it is answered. An incident must survive the power cut that caused it.
pub fn tune(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(std::time::Duration::from_millis(800))?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // What a request with a savepoint may have to undo is kept in memory, not in a file.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "cache_size", -2000)?;
    connection.set_prepared_statement_cache_capacity(128);
    // A statement is planned once. Without this it is planned again whenever a limit, say, is bound anew,
    // which happens at each use: sqlite.org/c3ref/c_dbconfig_enable_qpsg.html.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// Gives the newest version of the schema that this program knows.
pub fn newest() -> i64 {
    VERSION
}

fn bring_up(connection: &mut Connection, schema: &str) -> Result<()> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Exclusive)?;
    let version: i64 = tx.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version > VERSION {
        return Err(Error::Refused(format!(
            "This database was written by a newer Muster (its schema is version {version}; this \
             program knows up to {VERSION}). Nothing was changed. Start the newer Muster, or \
             restore a backup that this one wrote."
        )));
    }
    match version {
        VERSION => return Ok(()),
        0 => make(&tx, schema)?,
        _ => move_over(&tx, schema)?,
    }
    tx.pragma_update(None, "user_version", VERSION)?;
    tx.commit()?;
    Ok(())
}

/// Makes the tables of a new database.
fn make(tx: &Connection, schema: &str) -> Result<()> {
    if !names(tx, "table")?.is_empty() {
        return Err(Error::Refused(
            "This file is another program's database. Nothing was changed. Set DATABASE_PATH to \
             a file of Muster's own."
                .to_owned(),
        ));
    }
    tx.execute_batch(schema)?;
    tx.execute(
        "INSERT INTO store (only_row, identity, probed_at) VALUES (1, :identity, '')",
        named_params! { ":identity": random_name() },
    )?;
    Ok(())
}

/// Makes the tables anew, and moves every row over.
fn move_over(tx: &Connection, schema: &str) -> Result<()> {
    let tables = names(tx, "table")?;
    for index in names(tx, "index")? {
        tx.execute_batch(&format!("DROP INDEX {index}"))?;
    }
    for table in &tables {
        tx.execute_batch(&format!("ALTER TABLE {table} RENAME TO {ASIDE}{table}"))?;
    }
    tx.execute_batch(schema)?;
    let now = names(tx, "table")?;
    for table in tables.iter().filter(|table| now.contains(table)) {
        let columns = shared_columns(tx, table)?.join(", ");
        tx.execute_batch(&format!(
            "INSERT INTO {table} ({columns}) SELECT {columns} FROM {ASIDE}{table}"
        ))?;
        // Numbers that were given once are not given again: they mark what stands in Slack.
        tx.execute_batch(&format!(
            "DELETE FROM sqlite_sequence WHERE name = '{table}';
             UPDATE sqlite_sequence SET name = '{table}' WHERE name = '{ASIDE}{table}'"
        ))?;
    }
    for table in &tables {
        tx.execute_batch(&format!("DROP TABLE {ASIDE}{table}"))?;
    }
    let stray: Option<String> = tx
        .query_row("PRAGMA foreign_key_check", [], |row| row.get(0))
        .optional()?;
    match stray {
        None => Ok(()),
        Some(table) => Err(Error::internal(format!(
            "a row of {table} refers to one that is not there"
        ))),
    }
}

/// Gives the columns that a table has now and had before.
fn shared_columns(tx: &Connection, table: &str) -> Result<Vec<String>> {
    let columns = tx
        .prepare(
            "SELECT now.name FROM pragma_table_info(:table) AS now
               JOIN pragma_table_info(:older) AS older ON older.name = now.name",
        )?
        .query_map(
            named_params! { ":table": table, ":older": format!("{ASIDE}{table}") },
            |row| row.get(0),
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(columns)
}

/// Gives the names of our own tables, or of our own indexes.
fn names(tx: &Connection, kind: &str) -> Result<Vec<String>> {
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

    /// A database of each older version, with a row in each of its tables.
    const OLDER: [&str; 4] = [
        include_str!("../../fixtures/store/version-1.sql"),
        include_str!("../../fixtures/store/version-2.sql"),
        include_str!("../../fixtures/store/version-3.sql"),
        include_str!("../../fixtures/store/version-4.sql"),
    ];

    fn query<T: rusqlite::types::FromSql>(connection: &Connection, sql: &str) -> T {
        connection.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    fn older(version: usize) -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(OLDER[version - 1]).unwrap();
        connection
    }

    fn first() -> Connection {
        older(1)
    }

    fn dump(connection: &Connection) -> Vec<(String, String)> {
        connection
            .prepare("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")
            .unwrap()
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .collect::<rusqlite::Result<_>>()
            .unwrap()
    }

    #[test]
    fn no_word_is_checked_by_a_list_for_which_a_table_is_built_at_each_insert() {
        let checks = SCHEMA.lines().filter_map(|line| line.split_once("CHECK"));
        for (_, check) in checks {
            let listed = check
                .split_once(" IN (")
                .and_then(|(_, rest)| rest.split_once(')'));
            let words = listed.map_or(0, |(words, _)| words.split(',').count());
            assert!(words <= 2, "{check}");
        }
    }

    #[test]
    fn every_older_version_is_known() {
        for (version, number) in (1..).zip(1..VERSION) {
            let connection = older(version);
            assert_eq!(query::<i64>(&connection, "PRAGMA user_version"), number);
        }
        assert_eq!(i64::try_from(OLDER.len()), Ok(VERSION - 1));
    }

    #[test]
    fn what_is_brought_up_is_what_is_made_new_and_loses_no_row() {
        for version in 1..=OLDER.len() {
            is_brought_up_whole(older(version));
        }
    }

    fn is_brought_up_whole(mut older: Connection) {
        let counts: Vec<(String, i64)> = names(&older, "table")
            .unwrap()
            .into_iter()
            .map(|table| {
                (
                    table.clone(),
                    query(&older, &format!("SELECT count(*) FROM {table}")),
                )
            })
            .collect();
        assert!(counts.iter().all(|(_, rows)| *rows > 0), "{counts:?}");
        migrate(&mut older).unwrap();
        for (table, rows) in counts {
            let kept: i64 = query(&older, &format!("SELECT count(*) FROM {table}"));
            assert_eq!(kept, rows, "{table}");
        }
        let mut new = Connection::open_in_memory().unwrap();
        migrate(&mut new).unwrap();
        assert_eq!(dump(&older), dump(&new));
        assert_eq!(query::<i64>(&older, "PRAGMA user_version"), VERSION);

        let before: String = query(&older, "SELECT identity FROM store");
        migrate(&mut older).unwrap();
        assert_eq!(
            query::<String>(&older, "SELECT identity FROM store"),
            before
        );
    }

    #[test]
    fn a_number_that_was_given_is_not_given_again() {
        let mut older = first();
        older.execute("DELETE FROM outbox", []).unwrap();
        let last: i64 = query(
            &older,
            "SELECT seq FROM sqlite_sequence WHERE name = 'outbox'",
        );
        migrate(&mut older).unwrap();
        let kept: i64 = query(
            &older,
            "SELECT seq FROM sqlite_sequence WHERE name = 'outbox'",
        );
        assert_eq!(kept, last);
    }

    #[test]
    fn a_database_that_cannot_be_brought_up_is_left_as_it_was() {
        let mut older = first();
        let before = dump(&older);
        assert!(bring_up(&mut older, "CREATE nonsense").is_err());
        assert_eq!(dump(&older), before);
        assert_eq!(query::<i64>(&older, "PRAGMA user_version"), 1);
    }

    #[test]
    fn a_database_of_another_program_is_left_alone() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch("CREATE TABLE theirs (text TEXT)")
            .unwrap();
        let refusal = migrate(&mut connection).unwrap_err().to_string();
        assert!(refusal.contains("another program"), "{refusal}");
        assert_eq!(names(&connection, "table").unwrap(), ["theirs"]);
    }

    #[test]
    fn a_newer_database_is_refused_with_a_sentence() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "user_version", 9).unwrap();
        let refusal = migrate(&mut connection).unwrap_err().to_string();
        assert!(
            refusal.contains("newer Muster") && refusal.contains('9'),
            "{refusal}"
        );
        assert!(names(&connection, "table").unwrap().is_empty());
    }
}
