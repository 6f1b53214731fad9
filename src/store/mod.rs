//! The incident store. All SQL of the project is in this module.
//!
//! `declare` and `change` store a decision in one transaction. `start_attempt`, `finish_delivery`,
//! `reschedule`, `fail_delivery` and `retry_delivery` update the outbox. All other methods read.

mod apply_change;
pub mod db;
mod decision_context;
mod deliveries;
mod maintenance;
mod offline_settings;
pub mod queries;
mod reschedule_reminders;
mod snapshot;
mod store_status;
pub mod tables;

use crate::store::db::checkpoint;
use crate::store::db::migrations;
use crate::store::db::read_pool;
use crate::store::db::write_thread;
use crate::store::tables::incident::incidents;
use crate::store::tables::incident::old_channels;
use crate::store::tables::incident::timeline;
use crate::store::tables::workspace::settings;
use crate::store::tables::workspace::users;

mod outbox;

use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::Arc;

use muster_commands::{ChannelId, EventId, IncidentId, UserId};
use rusqlite::{Connection, OpenFlags};
use tokio::sync::Notify;

pub use crate::store::decision_context::DecisionContext;
pub use crate::store::deliveries::{Attempt, CompletedDeliveries, DueDeliveries};
pub use crate::store::maintenance::MessageEdit;
pub use crate::store::offline_settings::OfflineSettings;
pub use crate::store::queries::announcements::AnnouncementScope;
pub use crate::store::queries::timeline_page::TimelinePage;
pub use crate::store::snapshot::{Counts, IncidentRecord, Snapshot};
pub use crate::store::store_status::{StoreStatus, inspect};
pub use crate::store::tables::incident::incidents::IncidentSummary;
pub use crate::store::tables::workspace::home_views::{DueHomeViews, HomeTask, HomeView, Page};
pub use crate::store::tables::workspace::pending_messages::PendingMessage;
pub use crate::store::tables::workspace::pushpin_reactions::ReactionChange;
pub use outbox::{MessageState, OutboxStats, QueuedDelivery, ReadyDelivery};

use crate::domain::{Change, Decision, Incident, Settings, TimelineEntry, Timestamp, User, Viewer};
use crate::error::{Error, Result};

/// The incident store. Cheap to clone; all clones share one database.
#[derive(Clone)]
pub struct Store {
    write_thread: write_thread::WriteThread,
    read_pool: read_pool::ReadPool,
    /// Notified after each commit; wakes the worker.
    commit_notify: Arc<Notify>,
    store_id: Arc<str>,
    /// The lock file, locked while the store is open: one bot per database.
    _lock: Arc<File>,
}

impl Store {
    /// Opens the database. Creates it if it does not exist, migrates it if it is older.
    ///
    /// Rejects a database that another Muster is using or a newer Muster wrote.
    pub fn open(path: &Path) -> Result<Self> {
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            std::fs::create_dir_all(folder).map_err(Error::internal)?;
        }
        let lock = acquire_lock(path)?;
        // The write thread is the only user of this connection.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(path, flags)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        migrations::configure_connection(&connection)?;
        migrations::migrate(&mut connection)?;
        let identity: String =
            connection.query_row("SELECT store_id FROM instance", [], |row| row.get(0))?;

        let checkpoints = checkpoint::Checkpointer::start(path, &mut connection)?;
        let committed = Arc::new(Notify::new());
        Ok(Self {
            read_pool: read_pool::ReadPool::open(path)?,
            write_thread: write_thread::WriteThread::start(
                connection,
                checkpoints,
                Arc::clone(&committed),
            )?,
            commit_notify: committed,
            store_id: identity.into(),
            _lock: Arc::new(lock),
        })
    }

    /// Returns the random ID of this store. It is part of the metadata of each message that the store
    /// enqueues.
    pub fn store_id(&self) -> &str {
        &self.store_id
    }

    /// Returns the notification that is sent after each commit.
    pub fn commit_notify(&self) -> &Notify {
        &self.commit_notify
    }

    /// Returns a future that completes when the store is closed, which happens when its last clone is
    /// dropped. The WAL has then been checkpointed into the database file.
    pub fn closed(&self) -> impl Future<Output = ()> + use<> {
        let (writer, readers) = (self.write_thread.closed(), self.read_pool.closed());
        async move {
            writer.await;
            readers.await;
        }
    }

    /// Declares an incident. `decide` receives the next incident number; its change is stored completely
    /// or not at all.
    ///
    /// Idempotent: if the key has been processed, returns the incident of that request.
    pub async fn declare(
        &self,
        key: IdempotencyKey,
        decide: impl FnOnce(IncidentId, &DecisionContext<'_>) -> Result<Change> + Send + 'static,
    ) -> Result<Incident> {
        self.write_thread
            .run_without_savepoint(move |tx| match apply_change::find_key(tx, &key)? {
                Some(id) => incidents::find_incident(tx, id),
                None => {
                    let change =
                        decide(incidents::next_incident_id(tx)?, &DecisionContext::new(tx))?;
                    let at = change.at;
                    let incident = apply_change::apply_declaration(tx, change)?;
                    apply_change::record_key(tx, &key, Some(incident.id), at)?;
                    Ok(incident)
                }
            })
            .await
    }

    /// Changes an incident that the viewer may see. The change is stored completely or not at all.
    ///
    /// Idempotent: if the key has been processed, returns the incident without changing it.
    pub async fn change(
        &self,
        viewer: Viewer,
        id: IncidentId,
        key: IdempotencyKey,
        decide: impl FnOnce(&Incident) -> Decision + Send + 'static,
    ) -> Result<Incident> {
        let decide = move |incident: &Incident, _: &DecisionContext<'_>| Ok(decide(incident)?);
        let compared = self.change_with_context(viewer, id, key, decide).await?;
        Ok(compared.after)
    }

    /// Changes an incident like [`Store::change`]. `decide` can read the store, and the result includes
    /// the previous state.
    pub async fn change_with_context(
        &self,
        viewer: Viewer,
        id: IncidentId,
        key: IdempotencyKey,
        decide: impl FnOnce(&Incident, &DecisionContext<'_>) -> Result<Change> + Send + 'static,
    ) -> Result<Applied> {
        self.write_thread
            .run_without_savepoint(move |tx| {
                let incident = incidents::find_visible_incident(tx, &viewer, id)?;
                if apply_change::find_key(tx, &key)?.is_some() {
                    return Ok(Applied {
                        before: None,
                        after: incident,
                    });
                }
                let change = decide(&incident, &DecisionContext::new(tx))?;
                let at = change.at;
                let now = apply_change::apply_change(tx, &incident, change)?;
                apply_change::record_key(tx, &key, Some(id), at)?;
                Ok(Applied {
                    before: Some(incident),
                    after: now,
                })
            })
            .await
    }

    /// Changes the incident of a channel. Returns `None` if the channel belongs to no incident.
    /// Idempotent.
    pub async fn change_incident_of_channel(
        &self,
        channel: ChannelId,
        key: IdempotencyKey,
        decide: impl FnOnce(&Incident) -> Change + Send + 'static,
    ) -> Result<Option<Incident>> {
        self.write_thread
            .run(move |tx| {
                let Some(id) = incidents::incident_id_of_channel(tx, &channel)? else {
                    return Ok(None);
                };
                let incident = incidents::find_incident(tx, id)?;
                if apply_change::find_key(tx, &key)?.is_some() {
                    return Ok(Some(incident));
                }
                let change = decide(&incident);
                apply_change::record_key(tx, &key, Some(id), change.at)?;
                apply_change::apply_change(tx, &incident, change).map(Some)
            })
            .await
    }

    /// Returns an incident. `Error::NotFound` also means that the viewer may not see it.
    pub async fn incident(&self, viewer: Viewer, id: IncidentId) -> Result<Incident> {
        self.read_pool
            .run(move |tx| incidents::find_visible_incident(tx, &viewer, id))
            .await
    }

    /// Returns the incident of a channel, or `None` if there is none or the viewer may not see it.
    pub async fn incident_of_channel(
        &self,
        viewer: Viewer,
        channel: ChannelId,
    ) -> Result<Option<Incident>> {
        self.read_pool
            .run(move |tx| {
                let Some(id) = incidents::incident_id_of_channel(tx, &channel)? else {
                    return Ok(None);
                };
                let incident = incidents::find_incident(tx, id)?;
                Ok(Some(incident).filter(|incident| incident.is_visible_to(&viewer)))
            })
            .await
    }

    /// Returns whether a channel belongs or belonged to an incident. Needs no viewer because it reveals
    /// nothing else about the incident.
    pub async fn channel_belongs_to_incident(&self, channel: ChannelId) -> Result<bool> {
        self.read_pool
            .run(move |tx| old_channels::belongs_to_incident(tx, &channel))
            .await
    }

    /// Returns the first open incidents that the viewer may see (active before stable, highest severity
    /// first) and their total number.
    pub async fn open_incidents(
        &self,
        viewer: Viewer,
        limit: i64,
    ) -> Result<(Vec<IncidentSummary>, i64)> {
        self.read_pool
            .run(move |tx| incidents::first_open_incidents(tx, &viewer, limit))
            .await
    }

    /// Returns the timeline of an incident, ordered by the time at which each entry happened.
    /// `Error::NotFound` also means that the viewer may not see the incident.
    pub async fn timeline(&self, viewer: Viewer, id: IncidentId) -> Result<Vec<TimelineEntry>> {
        self.read_pool
            .run(move |tx| {
                incidents::find_visible_incident(tx, &viewer, id)?;
                timeline::timeline_of(tx, id)
            })
            .await
    }

    /// Returns the current team settings.
    pub async fn settings(&self) -> Result<Arc<Settings>> {
        self.read_pool.run(settings::current_settings).await
    }

    /// Returns a cached user and when it was fetched.
    pub async fn user(&self, id: UserId) -> Result<Option<(User, Timestamp)>> {
        self.read_pool
            .run(move |tx| users::find_user(tx, &id))
            .await
    }

    /// Returns all cached users.
    pub async fn users(&self) -> Result<Vec<User>> {
        self.read_pool.run(users::all_users).await
    }
}

/// The state of an incident before and after a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The state before the request; `None` if the request had already been processed.
    pub before: Option<Incident>,
    /// The current state.
    pub after: Incident,
}

/// The idempotency key of a request that may arrive twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// The key of a view submission: the ID of the view.
    pub fn view(view: &str) -> Self {
        Self(format!("view:{view}"))
    }

    /// The key of an event: its ID, which does not change when Slack redelivers it.
    pub fn event(event: &EventId) -> Self {
        Self(format!("event:{event}"))
    }

    /// The key of a call suggestion: each URL is suggested once per incident, no matter how often users
    /// paste it.
    pub fn call_suggestion(incident: IncidentId, url: &str) -> Self {
        Self(format!("call:{}:{url}", incident.number()))
    }

    /// The key of a button click or a slash command: its trigger ID, which is unique to one action.
    pub fn action(trigger: &str) -> Self {
        Self(format!("action:{trigger}"))
    }
}

/// Locks the database file for this process. Two workers on one database would send each message twice.
fn acquire_lock(path: &Path) -> Result<File> {
    let file = File::create(store_status::lock_path(path)).map_err(Error::internal)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::Rejected(format!(
            "Another Muster is using {}. Stop it first, or set DATABASE_PATH to another file: two \
             bots on one database would send each message twice.",
            path.display()
        ))),
        Err(TryLockError::Error(error)) => Err(Error::internal(error)),
    }
}
