//! Store snapshots for the CLI: reads all data while a bot may be using the database.

use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, OpenFlags, named_params};

use crate::domain::notification::SentNotification;
use crate::domain::postmortem::{PostmortemSource, Revision};
use crate::domain::{ChannelId, Incident, IncidentId, ScheduleEntry, Settings, UserNames, Viewer};
use crate::error::{Error, Result};
use crate::store::db::migrations::{configure_connection, current_version};
use crate::store::queries::postmortem;
use crate::store::store_status::inspect;
use crate::store::tables::alerts::change_events::{self, ReportedChange};
use crate::store::tables::incident::timeline::history::{RecordedEntry, recorded_entries};
use crate::store::tables::incident::{incidents, timeline};
use crate::store::tables::notification::notifications;
use crate::store::tables::postmortem::postmortem_sections;
use crate::store::tables::system::schedule;
use crate::store::tables::workspace::{announcements_channels, settings, users};
use crate::store::{StoreStatus, outbox};

/// Read access to all data of a database.
pub struct Snapshot {
    connection: Connection,
    version: i64,
}

/// An incident with its timeline and schedule entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentRecord {
    /// The incident.
    pub incident: Incident,
    /// Its timeline, ordered by the time at which each entry happened.
    pub timeline: Vec<RecordedEntry>,
    /// Its schedule entries.
    pub schedule: Vec<ScheduleEntry>,
    /// Its notifications with their targets, the newest first.
    pub notifications: Vec<SentNotification>,
    /// Its postmortem; `None` if it has none.
    pub postmortem: Option<PostmortemRecord>,
    /// The changes that tools reported around its time, the newest first.
    pub changes: Vec<ReportedChange>,
}

/// The postmortem of an incident with all revisions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostmortemRecord {
    /// The document and the facts that it is filled in with.
    pub source: PostmortemSource,
    /// All revisions of all sections, those of removed ones included.
    pub revisions: Vec<Revision>,
}

/// Numbers of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Number of incidents.
    pub incidents: i64,
    /// Number of open incidents.
    pub open_incidents: i64,
    /// Number of timeline entries.
    pub entries: i64,
    /// Number of unfinished deliveries.
    pub queued: i64,
}

/// Returns the postmortem of an incident. One that is attached has no sections.
fn postmortem_of(tx: &Connection, incident: &Incident) -> Result<Option<PostmortemRecord>> {
    if incident.postmortem.is_none() {
        return Ok(None);
    }
    Ok(Some(PostmortemRecord {
        source: postmortem::source::load(tx, &Viewer::Operator, incident)?,
        revisions: postmortem_sections::all_revisions(tx, incident.id)?,
    }))
}

impl Snapshot {
    /// Opens a database with this or an older schema version.
    pub fn open(path: &Path) -> Result<Self> {
        let file = path.display();
        match inspect(path) {
            StoreStatus::Free | StoreStatus::InUse | StoreStatus::ReadOnly => {}
            StoreStatus::Missing => {
                return Err(Error::Rejected(format!(
                    "There's no database at {file}. Set DATABASE_PATH to the file that the bot uses."
                )));
            }
            StoreStatus::TooNew(version) => {
                return Err(Error::Rejected(format!(
                    "{file} was written by a newer version of Muster (schema version {version}). Use that version."
                )));
            }
            StoreStatus::Unreadable(why) => {
                return Err(Error::Rejected(format!("Can't read {file}: {why}.")));
            }
        }
        // A writable connection lets SQLite remove its files next to the database. The database itself
        // is not written.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        configure_connection(&connection)?;
        let version = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        Ok(Self {
            connection,
            version,
        })
    }

    /// Rejects a database with an older schema version, which can be copied but not read.
    pub fn require_current_version(&self) -> Result<()> {
        if self.version == current_version() {
            return Ok(());
        }
        Err(Error::Rejected(format!(
            "This database was written by an older version of Muster (schema version {}; this version has {}). \
             Start `muster` once to migrate it.",
            self.version,
            current_version()
        )))
    }

    /// Calls `visit` for every incident by number, in one read transaction. Returns their IDs.
    pub fn for_each_incident(
        &mut self,
        mut tell: impl FnMut(&IncidentRecord, &UserNames) -> Result<()>,
    ) -> Result<Vec<IncidentId>> {
        let snapshot = self.connection.transaction()?;
        let names = users::all_user_names(&snapshot)?;
        let ids = incidents::incident_ids(&snapshot)?;
        for id in &ids {
            let incident = incidents::find_incident(&snapshot, *id)?;
            let recorded = IncidentRecord {
                postmortem: postmortem_of(&snapshot, &incident)?,
                changes: change_events::changes_of(&snapshot, &incident)?,
                incident,
                timeline: recorded_entries(&snapshot, *id)?,
                schedule: schedule::entries_of(&snapshot, *id)?,
                notifications: notifications::all_sent(&snapshot, *id)?,
            };
            tell(&recorded, &names)?;
        }
        Ok(ids)
    }

    /// Returns the team settings.
    pub fn settings(&self) -> Result<Arc<Settings>> {
        settings::current_settings(&self.connection)
    }

    /// Counts the rows of the database.
    pub fn count(&self) -> Result<Counts> {
        let census = self.connection.query_row(
            "SELECT (SELECT count(*) FROM incidents) AS incidents,
                    (SELECT count(*) FROM incidents WHERE status IN ('active', 'stable')) AS open,
                    (SELECT count(*) FROM timeline) AS entries,
                    (SELECT count(*) FROM outbox WHERE finished_at IS NULL) AS queued",
            [],
            |row| {
                Ok(Counts {
                    incidents: row.get("incidents")?,
                    open_incidents: row.get("open")?,
                    entries: row.get("entries")?,
                    queued: row.get("queued")?,
                })
            },
        )?;
        Ok(census)
    }

    /// Copies the current state of the database to a new file.
    pub fn copy_to(&self, file: &Path) -> Result<()> {
        let file = file
            .to_str()
            .ok_or_else(|| Error::Rejected("The file name isn't valid UTF-8.".to_owned()))?;
        self.connection
            .execute("VACUUM INTO :file", named_params! { ":file": file })?;
        Ok(())
    }

    /// Returns errors in the file, broken references and rows that cannot be decoded. Empty if there are
    /// none.
    pub fn integrity_errors(&self) -> Result<Vec<String>> {
        let mut faults = self.file_errors()?;
        for id in incidents::incident_ids(&self.connection)? {
            let whole = incidents::find_incident(&self.connection, id)
                .and_then(|_| timeline::timeline_of(&self.connection, id));
            if let Err(error) = whole {
                faults.push(format!("Can't read {id}: {error}"));
            }
        }
        faults.extend(outbox::unreadable_deliveries(&self.connection)?);
        Ok(faults)
    }

    fn file_errors(&self) -> Result<Vec<String>> {
        let mut faults: Vec<String> = self
            .connection
            .prepare("PRAGMA integrity_check")?
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        faults.retain(|message| message != "ok");
        let strays: Vec<String> = self
            .connection
            .prepare("PRAGMA foreign_key_check")?
            .query_map([], |row| {
                let (table, other): (String, String) = (row.get("table")?, row.get("parent")?);
                Ok(format!(
                    "A row of {table} refers to a missing row of {other}"
                ))
            })?
            .collect::<rusqlite::Result<_>>()?;
        faults.extend(strays);
        Ok(faults)
    }

    /// Returns the ID of the store, which is the same in its backups.
    pub fn store_id(&self) -> Result<String> {
        let row = self
            .connection
            .query_row("SELECT store_id FROM instance", [], |row| row.get(0));
        Ok(row?)
    }

    /// Returns the channel of a value of `INCIDENTS_CHANNEL`, or `None` if it was never found.
    pub fn announcements_channel(&self, name: &str) -> Result<Option<ChannelId>> {
        announcements_channels::find_announcements_channel(&self.connection, name)
    }
}
