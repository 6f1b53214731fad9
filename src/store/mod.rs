//! The incident store: the only SQL of the project.
//!
//! `declare` and `change` take a decision and keep all of it. `begin`, `delivered`, `postpone`,
//! `give_up` and `try_again` keep the books of a delivery. Everything else reads.

mod beside;
mod books;
mod cards;
mod checkpoints;
mod columns;
mod documents;
mod facts;
mod former_channels;
mod global_channels;
mod held;
mod home_lists;
mod homes;
mod impacts;
mod inbox;
mod incidents;
mod keep;
mod look;
mod migrations;
mod outbox;
mod overdue_tasks;
mod owed;
mod people;
mod pins;
mod reader;
mod records;
mod reminder_settings;
mod reminders;
mod responders;
mod roles;
mod search;
mod settings;
mod signals;
mod tasks;
mod timeline;
mod timeline_edits;
mod timeline_pages;
mod upkeep;
mod writer;

use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::Arc;

use muster_commands::{ChannelId, EventId, IncidentId, PersonId};
use rusqlite::{Connection, OpenFlags};
use tokio::sync::Notify;

pub use beside::Beside;
pub use books::{Attempt, Due, Sent};
pub use cards::Cards;
pub use facts::Facts;
pub use held::Held;
pub use homes::{Home, HomeTask, HomesDue, Page};
pub use incidents::Summary;
pub use look::{Look, look};
pub use outbox::{Backlog, Delivery, Doubt, Ready, Standing};
pub use pins::Pinning;
pub use records::{Census, Recorded, Records};
pub use timeline_pages::Entries;
pub use upkeep::Edit;

use crate::domain::{Change, Decision, Entry, Incident, Moment, Person, Settings, Viewer};
use crate::error::{Error, Result};

/// The incident store. Cheap to clone; every clone is the same store.
#[derive(Clone)]
pub struct Store {
    writer: writer::Writer,
    readers: reader::Readers,
    /// Notified after each commit, for the worker.
    committed: Arc<Notify>,
    identity: Arc<str>,
    /// Held as long as the store is open: one bot a file.
    _lock: Arc<File>,
}

impl Store {
    /// Opens the store in a file, makes it if there is none, and brings an older one up.
    ///
    /// # Errors
    /// [`Error::Refused`] with a sentence when another Muster uses the file or a newer one wrote it;
    /// otherwise what the system says.
    pub fn open(path: &Path) -> Result<Self> {
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            std::fs::create_dir_all(folder).map_err(Error::internal)?;
        }
        let lock = lock(path)?;
        // One thread has it to itself.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(path, flags)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        migrations::tune(&connection)?;
        migrations::migrate(&mut connection)?;
        let identity: String =
            connection.query_row("SELECT identity FROM store", [], |row| row.get(0))?;

        let checkpoints = checkpoints::Checkpoints::start(path, &mut connection)?;
        let committed = Arc::new(Notify::new());
        Ok(Self {
            readers: reader::Readers::open(path)?,
            writer: writer::Writer::start(connection, checkpoints, Arc::clone(&committed))?,
            committed,
            identity: identity.into(),
            _lock: Arc::new(lock),
        })
    }

    /// Gives the random name of this store, which marks the messages that it owes.
    pub fn identity(&self) -> &str {
        &self.identity
    }

    /// Gives what is notified after each commit.
    pub fn committed(&self) -> &Notify {
        &self.committed
    }

    /// Gives what waits until the store is closed, which it is when its last clone is gone: then all
    /// that was stored stands in the one file.
    pub fn closed(&self) -> impl Future<Output = ()> + use<> {
        let (writer, readers) = (self.writer.ended(), self.readers.ended());
        async move {
            writer.await;
            readers.await;
        }
    }

    /// Declares an incident: all that `decide` says of the incident with the next number is stored,
    /// or nothing is. What came before under the same key is not done again, but given back.
    ///
    /// # Errors
    /// What `decide` refuses, or when it could not be stored.
    pub async fn declare(
        &self,
        key: Key,
        decide: impl FnOnce(IncidentId, &Facts<'_>) -> Result<Change> + Send + 'static,
    ) -> Result<Incident> {
        self.writer
            .decide(move |tx| match keep::before(tx, &key)? {
                Some(id) => incidents::find(tx, id),
                None => {
                    let change = decide(incidents::next_id(tx)?, &Facts::of(tx))?;
                    let at = change.at;
                    let incident = keep::declared(tx, change)?;
                    keep::done(tx, &key, Some(incident.id), at)?;
                    Ok(incident)
                }
            })
            .await
    }

    /// Changes an incident that somebody may see: all that `decide` says is stored, or nothing is. What
    /// came before under the same key is not done again.
    ///
    /// # Errors
    /// What `decide` refuses, [`Error::NotFound`], or when it could not be stored.
    pub async fn change(
        &self,
        viewer: Viewer,
        id: IncidentId,
        key: Key,
        decide: impl FnOnce(&Incident) -> Decision + Send + 'static,
    ) -> Result<Incident> {
        let decide = move |incident: &Incident, _: &Facts<'_>| Ok(decide(incident)?);
        let compared = self.change_comparing(viewer, id, key, decide).await?;
        Ok(compared.now)
    }

    /// Changes an incident, as [`Store::change`], and gives how it stood before as well.
    ///
    /// # Errors
    /// What `decide` refuses, [`Error::NotFound`], or when it could not be stored.
    pub async fn change_comparing(
        &self,
        viewer: Viewer,
        id: IncidentId,
        key: Key,
        decide: impl FnOnce(&Incident, &Facts<'_>) -> Result<Change> + Send + 'static,
    ) -> Result<Compared> {
        self.writer
            .decide(move |tx| {
                let incident = incidents::find_for(tx, &viewer, id)?;
                if keep::before(tx, &key)?.is_some() {
                    return Ok(Compared {
                        before: None,
                        now: incident,
                    });
                }
                let change = decide(&incident, &Facts::of(tx))?;
                let at = change.at;
                let now = keep::change(tx, &incident, change)?;
                keep::done(tx, &key, Some(id), at)?;
                Ok(Compared {
                    before: Some(incident),
                    now,
                })
            })
            .await
    }

    /// Changes the incident of a channel, if the channel belongs to one; once for each key.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn change_of_channel(
        &self,
        channel: ChannelId,
        key: Key,
        decide: impl FnOnce(&Incident) -> Change + Send + 'static,
    ) -> Result<Option<Incident>> {
        self.writer
            .run(move |tx| {
                let Some(id) = incidents::of_channel(tx, &channel)? else {
                    return Ok(None);
                };
                let incident = incidents::find(tx, id)?;
                if keep::before(tx, &key)?.is_some() {
                    return Ok(Some(incident));
                }
                let change = decide(&incident);
                keep::done(tx, &key, Some(id), change.at)?;
                keep::change(tx, &incident, change).map(Some)
            })
            .await
    }

    /// Gives an incident to somebody who may see it.
    ///
    /// # Errors
    /// [`Error::NotFound`], also when they may not know of it; or when the store cannot be read.
    pub async fn incident(&self, viewer: Viewer, id: IncidentId) -> Result<Incident> {
        self.readers
            .run(move |tx| incidents::find_for(tx, &viewer, id))
            .await
    }

    /// Gives the incident that a channel belongs to, if somebody may see it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn incident_of_channel(
        &self,
        viewer: Viewer,
        channel: ChannelId,
    ) -> Result<Option<Incident>> {
        self.readers
            .run(move |tx| {
                let Some(id) = incidents::of_channel(tx, &channel)? else {
                    return Ok(None);
                };
                let incident = incidents::find(tx, id)?;
                Ok(Some(incident).filter(|incident| incident.is_seen_by(&viewer)))
            })
            .await
    }

    /// Says whether a channel belongs to an incident, or did, and nothing of the incident.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn is_of_incident(&self, channel: ChannelId) -> Result<bool> {
        self.readers
            .run(move |tx| former_channels::is_taken(tx, &channel))
            .await
    }

    /// Gives the first open incidents that somebody may see, active before stable, worst first, and how
    /// many there are for them in all.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn open_incidents(&self, viewer: Viewer, limit: i64) -> Result<(Vec<Summary>, i64)> {
        self.readers
            .run(move |tx| incidents::open(tx, &viewer, limit))
            .await
    }

    /// Gives the timeline of an incident that somebody may see, in the order in which things happened.
    ///
    /// # Errors
    /// [`Error::NotFound`], also when they may not know of it; or when the store cannot be read.
    pub async fn timeline(&self, viewer: Viewer, id: IncidentId) -> Result<Vec<Entry>> {
        self.readers
            .run(move |tx| {
                incidents::find_for(tx, &viewer, id)?;
                timeline::of(tx, id)
            })
            .await
    }

    /// Gives how the team works, as it is set at this moment.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn settings(&self) -> Result<Arc<Settings>> {
        self.readers.run(settings::current).await
    }

    /// Gives what we know of a person, and since when.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn person(&self, id: PersonId) -> Result<Option<(Person, Moment)>> {
        self.readers.run(move |tx| people::find(tx, &id)).await
    }

    /// Gives everybody whom we know.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn people(&self) -> Result<Vec<Person>> {
        self.readers.run(people::all).await
    }
}

/// An incident before and after a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// How it stood before; `None` if the request had come before, and was done then.
    pub before: Option<Incident>,
    /// How it stands now.
    pub now: Incident,
}

/// What makes a request known when it comes again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// The key of a submitted form: the id of its view.
    pub fn view(view: &str) -> Self {
        Self(format!("view:{view}"))
    }

    /// The key of an event: its id, which stays the same when Slack sends it again.
    pub fn event(event: &EventId) -> Self {
        Self(format!("event:{event}"))
    }

    /// The key of asking about a link that was pasted: it is asked once, whoever pastes it how often.
    pub fn offer(incident: IncidentId, url: &str) -> Self {
        Self(format!("offer:{}:{url}", incident.number()))
    }

    /// The key of a click, or of a command that was typed: its trigger, which is good for one thing only.
    pub fn action(trigger: &str) -> Self {
        Self(format!("action:{trigger}"))
    }
}

/// Makes sure that no other Muster uses this file: two workers would deliver twice.
fn lock(path: &Path) -> Result<File> {
    let file = File::create(look::lock_of(path)).map_err(Error::internal)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::Refused(format!(
            "Another Muster is using {}. Stop it first, or set DATABASE_PATH to another file: two \
             bots on one store would tell everybody twice.",
            path.display()
        ))),
        Err(TryLockError::Error(error)) => Err(Error::internal(error)),
    }
}
