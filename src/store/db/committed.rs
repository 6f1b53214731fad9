//! Signals of the write thread after a commit: that something was stored, and which incidents changed.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{Notify, broadcast};

use crate::domain::IncidentId;
use crate::store::recent_titles::{RecentTitle, RecentTitles};

/// How many changes a receiver may lag behind. One that lags further learns that it missed some.
const CHANGES_LIMIT: usize = 1024;

/// A change of an incident that was committed. It says nothing about its content: a reader asks for that, on
/// behalf of its viewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommittedChange {
    /// The incident.
    pub incident: IncidentId,
    /// The number of the commit since the start.
    pub revision: u64,
    /// Whether the change made the incident private, so that lists must drop it.
    pub is_hidden_now: bool,
}

/// A change of an incident in the transaction of the write thread.
pub(crate) struct NotedChange {
    pub(crate) incident: IncidentId,
    /// Whether the change makes the incident private.
    pub(crate) is_hidden_now: bool,
    /// The title, if the change sets it.
    pub(crate) new_title: Option<RecentTitle>,
}

thread_local! {
    /// The incidents that the transaction of this thread has changed. A change that is rolled back remains: its
    /// readers then find nothing new.
    static CHANGED: RefCell<Vec<NotedChange>> = const { RefCell::new(Vec::new()) };
}

/// Notes a change on the write thread.
pub(crate) fn note_change(change: NotedChange) {
    CHANGED.with_borrow_mut(|changed| changed.push(change));
}

/// Returns the noted changes, and forgets them.
pub(super) fn take_changed() -> Vec<NotedChange> {
    CHANGED.take()
}

/// The signals of the write thread. Clones send to the same receivers.
#[derive(Clone)]
pub struct CommitSignals {
    /// Notified after each commit.
    pub stored: Arc<Notify>,
    changes: broadcast::Sender<CommittedChange>,
    revision: Arc<AtomicU64>,
    recent_titles: RecentTitles,
}

impl Default for CommitSignals {
    fn default() -> Self {
        Self {
            stored: Arc::default(),
            changes: broadcast::Sender::new(CHANGES_LIMIT),
            revision: Arc::default(),
            recent_titles: RecentTitles::default(),
        }
    }
}

impl CommitSignals {
    /// Creates the signals of a store. The titles of committed changes are recorded in `recent_titles`.
    pub(crate) fn new(recent_titles: RecentTitles) -> Self {
        Self {
            recent_titles,
            ..Self::default()
        }
    }

    /// Returns a receiver of all changes from now on.
    pub(crate) fn subscribe(&self) -> broadcast::Receiver<CommittedChange> {
        self.changes.subscribe()
    }

    /// Signals a commit.
    pub(super) fn send(&self, changed: Vec<NotedChange>) {
        self.stored.notify_one();
        let revision = self.revision.fetch_add(1, Ordering::Relaxed) + 1;
        for change in changed {
            if let Some(title) = change.new_title {
                self.recent_titles.record(title);
            }
            // An error means that there is no receiver.
            drop(self.changes.send(CommittedChange {
                incident: change.incident,
                revision,
                is_hidden_now: change.is_hidden_now,
            }));
        }
    }
}
