//! The store's file, looked at and locked from outside while the bot runs, and after it is dead.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

/// The file of a store. Nothing is held open between two looks, so that a bot that starts finds it as
/// the dead one left it.
#[derive(Clone)]
pub struct Records(PathBuf);

/// The right to write, kept from the bot.
pub struct Lock(Connection);

/// How long the bot has to let us in.
const PATIENCE: Duration = Duration::from_secs(10);

impl Records {
    /// Gives the records in a folder.
    pub fn in_folder(folder: &Path) -> Self {
        Self(folder.join("incidents.db"))
    }

    /// Gives the path of the file.
    pub fn path(&self) -> String {
        self.0.to_str().unwrap().to_owned()
    }

    /// Opens the file for reading.
    pub fn open(&self) -> Connection {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.0, flags).unwrap();
        connection.busy_timeout(PATIENCE).unwrap();
        connection
    }

    /// Gives the first column of what a question finds.
    pub fn ask(&self, question: &str) -> Vec<String> {
        let connection = self.open();
        let mut statement = connection.prepare(question).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<rusqlite::Result<_>>().unwrap()
    }

    /// Counts what a question finds.
    pub fn count(&self, rows: &str) -> i64 {
        let question = format!("SELECT count(*) FROM {rows}");
        let connection = self.open();
        connection
            .query_row(&question, [], |row| row.get(0))
            .unwrap()
    }

    /// Lets what is known of people be so old that it is asked after anew.
    pub fn people_are_long_unheard_of(&self) {
        let connection = Connection::open(&self.0).unwrap();
        connection.busy_timeout(PATIENCE).unwrap();
        let long_ago = "UPDATE people SET learned_at = '2020-01-01T00:00:00.000Z'";
        connection.execute(long_ago, []).unwrap();
    }

    /// Gives how many deliveries of a kind wait to be made or to be noted.
    pub fn waiting(&self, kind: &str) -> i64 {
        self.count(&format!(
            "outbox WHERE state = 'waiting' AND kind = '{kind}'"
        ))
    }

    /// Gives how much is owed.
    pub fn owed(&self) -> i64 {
        self.count("outbox WHERE state IN ('waiting', 'behind')")
    }

    /// Lets a reminder be due now, which began a day ago.
    pub fn is_due_now(&self, kind: &str) {
        let connection = self.writes();
        let ago = |since: &str| format!("strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '{since}')");
        let (since, due) = (ago("-1 day"), ago("-1 second"));
        let changed = connection
            .execute(
                &format!(
                    "UPDATE reminders SET since = {since}, counted_from = {since}, due_at = {due}
                      WHERE kind = ?1 AND state = 'waiting'"
                ),
                [kind],
            )
            .unwrap();
        assert_eq!(changed, 1, "one reminder waits");
    }

    /// Lets the one task that somebody has be overdue since an hour ago, with nobody told yet.
    pub fn is_overdue_now(&self) {
        let connection = self.writes();
        let ago = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-1 hour')";
        for change in [
            format!("UPDATE tasks SET due_at = {ago} WHERE done_at IS NULL"),
            format!("UPDATE task_assignees SET tell_at = {ago} WHERE position IS NOT NULL"),
        ] {
            let changed = connection.execute(&change, []).unwrap();
            assert_eq!(changed, 1, "one task, of one person");
        }
    }

    /// Takes the right to write; the bot stores nothing until it is given back.
    pub fn lock(&self) -> Lock {
        let connection = self.writes();
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        Lock(connection)
    }

    fn writes(&self) -> Connection {
        let connection = Connection::open(&self.0).unwrap();
        connection.busy_timeout(PATIENCE).unwrap();
        // A crash leaves the log of what was written last; closing this connection must not tidy it up.
        connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
            .unwrap();
        connection
    }
}

impl Lock {
    /// Gives the right to write back. Nothing was written.
    pub fn give_back(self) {
        self.0.execute_batch("ROLLBACK").unwrap();
    }
}
