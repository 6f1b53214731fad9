//! All that a store holds, read from beside a bot that may be using it.

use std::path::Path;
use std::sync::Arc;

use muster_commands::{ChannelId, IncidentId};
use rusqlite::{Connection, OpenFlags, named_params};

use super::migrations::{newest, tune};
use super::{
    Look, global_channels, incidents, look, outbox, people, reminders, settings, timeline,
};
use crate::domain::{Entry, Incident, Names, Reminder, Settings, Wait};
use crate::error::{Error, Result};

/// All that a store holds. Nothing of it is changed.
pub struct Records {
    connection: Connection,
    version: i64,
}

/// An incident, with its timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The incident.
    pub incident: Incident,
    /// Its timeline, in the order in which things happened.
    pub timeline: Vec<Entry>,
    /// How its reminders stand of which there ever were any.
    pub reminders: Vec<(Reminder, Wait)>,
}

/// How much a store holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Census {
    /// How many incidents.
    pub incidents: i64,
    /// How many of them are open.
    pub open: i64,
    /// How many lines on their timelines.
    pub entries: i64,
    /// How many deliveries wait.
    pub owed: i64,
}

impl Records {
    /// Opens the store in a file, of this program's version or an older one.
    ///
    /// # Errors
    /// [`Error::Refused`] with a sentence when there is none, or when it cannot be read.
    pub fn open(path: &Path) -> Result<Self> {
        let shown = path.display();
        match look(path) {
            Look::Free | Look::InUse | Look::ReadOnly => {}
            Look::NotYet => {
                return Err(Error::Refused(format!(
                    "There is no store at {shown}. Set DATABASE_PATH to the file that the bot uses."
                )));
            }
            Look::TooNew(version) => {
                return Err(Error::Refused(format!(
                    "{shown} was written by a newer Muster (schema {version}). Use that one."
                )));
            }
            Look::Unreadable(why) => {
                return Err(Error::Refused(format!("{shown} cannot be read: {why}.")));
            }
        }
        // Whoever may write tidies up what SQLite puts beside the file; nothing else is written.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        tune(&connection)?;
        let version = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        Ok(Self {
            connection,
            version,
        })
    }

    /// Sees that the store can be read by its meaning, and not only copied.
    ///
    /// # Errors
    /// [`Error::Refused`] with a sentence when an older Muster wrote it.
    pub fn is_of_today(&self) -> Result<()> {
        if self.version == newest() {
            return Ok(());
        }
        Err(Error::Refused(format!(
            "This store was written by an older Muster (its schema is version {}; this program’s is {}). \
             Start `muster` once, which brings it up.",
            self.version,
            newest()
        )))
    }

    /// Reads every incident on one snapshot, by its number; gives how many there are.
    ///
    /// # Errors
    /// What `tell` says, or when one of them cannot be read.
    pub fn each(
        &mut self,
        mut tell: impl FnMut(&Recorded, &Names) -> Result<()>,
    ) -> Result<Vec<IncidentId>> {
        let snapshot = self.connection.transaction()?;
        let names = people::everybody(&snapshot)?;
        let ids = incidents::numbers(&snapshot)?;
        for id in &ids {
            let recorded = Recorded {
                incident: incidents::find(&snapshot, *id)?,
                timeline: timeline::of(&snapshot, *id)?,
                reminders: reminders::all(&snapshot, *id)?,
            };
            tell(&recorded, &names)?;
        }
        Ok(ids)
    }

    /// Gives how the team works.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn settings(&self) -> Result<Arc<Settings>> {
        settings::current(&self.connection)
    }

    /// Counts what the store holds.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn census(&self) -> Result<Census> {
        let census = self.connection.query_row(
            "SELECT (SELECT count(*) FROM incidents) AS incidents,
                    (SELECT count(*) FROM incidents WHERE status IN ('active', 'stable')) AS open,
                    (SELECT count(*) FROM timeline) AS entries,
                    (SELECT count(*) FROM outbox WHERE settled_at IS NULL) AS owed",
            [],
            |row| {
                Ok(Census {
                    incidents: row.get("incidents")?,
                    open: row.get("open")?,
                    entries: row.get("entries")?,
                    owed: row.get("owed")?,
                })
            },
        )?;
        Ok(census)
    }

    /// Copies the store as it is at this moment to a file that is not there yet.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn copy_to(&self, file: &Path) -> Result<()> {
        let file = file.to_str().ok_or_else(|| {
            Error::Refused("The name of the file is no text that SQLite could use.".to_owned())
        })?;
        self.connection
            .execute("VACUUM INTO :file", named_params! { ":file": file })?;
        Ok(())
    }

    /// Looks for faults in the file itself, and for rows that refer to none or say what nobody
    /// understands; none if all is well.
    ///
    /// # Errors
    /// When it cannot be read at all.
    pub fn faults(&self) -> Result<Vec<String>> {
        let mut faults = self.faults_of_file()?;
        for id in incidents::numbers(&self.connection)? {
            let whole = incidents::find(&self.connection, id)
                .and_then(|_| timeline::of(&self.connection, id));
            if let Err(error) = whole {
                faults.push(format!("{id} cannot be read: {error}"));
            }
        }
        faults.extend(outbox::unreadable(&self.connection)?);
        Ok(faults)
    }

    fn faults_of_file(&self) -> Result<Vec<String>> {
        let mut faults: Vec<String> = self
            .connection
            .prepare("PRAGMA integrity_check")?
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        faults.retain(|said| said != "ok");
        let strays: Vec<String> = self
            .connection
            .prepare("PRAGMA foreign_key_check")?
            .query_map([], |row| {
                let (table, other): (String, String) = (row.get("table")?, row.get("parent")?);
                Ok(format!(
                    "A row of {table} refers to one of {other} that is not there"
                ))
            })?
            .collect::<rusqlite::Result<_>>()?;
        faults.extend(strays);
        Ok(faults)
    }

    /// Gives the channel that the setting of the global channel meant, if it was ever found.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn known_global(&self, name: &str) -> Result<Option<ChannelId>> {
        global_channels::find(&self.connection, name)
    }
}
