//! Making a new database, and bringing an older one up to what this program knows.

use rusqlite::{Connection, TransactionBehavior, named_params};

use super::columns::random_name;
use crate::error::{Error, Result};

/// The whole store as it is now.
const SCHEMA: &str = include_str!("../../schema.sql");

/// The steps from each version to the next; the first leads from 1 to 2. None yet.
const STEPS: &[&str] = &[];

/// Makes a new database, or brings an older one up, in one transaction.
///
/// # Errors
/// [`Error::Refused`] when the database was written by a newer Muster.
pub fn migrate(connection: &mut Connection) -> Result<()> {
    bring_up(connection, SCHEMA, STEPS)
}

/// Sets what every connection needs: waiting for others, foreign keys, and every commit on disk
/// before it is answered. An incident must survive the power cut that caused it.
pub fn tune(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(std::time::Duration::from_millis(800))?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "cache_size", -2000)?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(())
}

/// Gives the newest version of the schema that this program knows.
pub fn newest() -> i64 {
    newest_after(STEPS)
}

fn newest_after(steps: &[&str]) -> i64 {
    i64::try_from(steps.len()).unwrap_or(i64::MAX - 1) + 1
}

fn bring_up(connection: &mut Connection, schema: &str, steps: &[&str]) -> Result<()> {
    let newest = newest_after(steps);
    let tx = connection.transaction_with_behavior(TransactionBehavior::Exclusive)?;
    let version: i64 = tx.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version > newest {
        return Err(Error::Refused(format!(
            "This database was written by a newer Muster (its schema is version {version}; this \
             program knows up to {newest}). Nothing was changed. Start the newer Muster, or \
             restore a backup that this one wrote."
        )));
    }
    if version == 0 {
        let tables: i64 =
            tx.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        if tables > 0 {
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
    } else {
        let done = usize::try_from(version - 1).unwrap_or(0);
        for step in steps.iter().skip(done) {
            tx.execute_batch(step)?;
        }
    }
    tx.pragma_update(None, "user_version", newest)?;
    tx.commit()?;
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const OLD: &str =
        "CREATE TABLE store (only_row INTEGER PRIMARY KEY, identity TEXT, probed_at TEXT)";
    const STEP: &str = "CREATE TABLE notes (text TEXT) STRICT";

    fn tables(connection: &Connection) -> i64 {
        let count = "SELECT count(*) FROM sqlite_schema WHERE type = 'table'";
        connection.query_row(count, [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn an_older_database_gets_the_missing_steps_once() {
        let mut connection = Connection::open_in_memory().unwrap();
        bring_up(&mut connection, OLD, &[]).unwrap();
        assert_eq!(tables(&connection), 1);
        bring_up(&mut connection, "never run", &[STEP]).unwrap();
        bring_up(&mut connection, "never run", &[STEP]).unwrap();
        assert_eq!(tables(&connection), 2);
    }

    #[test]
    fn a_step_that_fails_leaves_the_older_database_as_it_was() {
        let mut connection = Connection::open_in_memory().unwrap();
        bring_up(&mut connection, OLD, &[]).unwrap();
        assert!(bring_up(&mut connection, OLD, &[STEP, "CREATE nonsense"]).is_err());
        assert_eq!(tables(&connection), 1);
        let version: i64 = connection
            .query_row("PRAGMA user_version", [], |row| row.get(0))
            .unwrap();
        assert_eq!(version, 1);
    }

    #[test]
    fn a_database_of_another_program_is_left_alone() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch("CREATE TABLE theirs (text TEXT)")
            .unwrap();
        let refusal = migrate(&mut connection).unwrap_err().to_string();
        assert!(refusal.contains("another program"), "{refusal}");
        assert_eq!(tables(&connection), 1);
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
        assert_eq!(tables(&connection), 0);
    }
}
