//! Stored alerts, and their changes.

use crate::Timestamp;
use crate::alert::{Alert, SourceIdentity};

/// A stored alert: one cycle from firing to resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAlert {
    /// Its ID in the store; 0 until it is stored.
    pub id: i64,
    /// Who sent it.
    pub source: SourceIdentity,
    /// The alert as its source reported it last. Its status is firing or resolved. The texts of a report that
    /// resolves it are ignored, because some tools send none.
    pub report: Alert,
    /// When it started: by the clock of its source if that is plausible, otherwise when it was received.
    pub started_at: Timestamp,
    /// When it ended; `None` while it is open.
    pub ended_at: Option<Timestamp>,
    /// Whether the clock of its source was so far off that the time of receipt is used.
    pub is_clock_off: bool,
    /// When it was acknowledged in its source; `None` if it was not.
    pub acknowledged_at: Option<Timestamp>,
    /// When it was received first.
    pub received_at: Timestamp,
    /// When it was received last.
    pub last_received_at: Timestamp,
    /// How many times its source reported that it fires.
    pub count: u64,
}

impl StoredAlert {
    /// Returns whether it fires.
    pub fn is_open(&self) -> bool {
        self.ended_at.is_none()
    }
}

/// A change of a stored alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertChange {
    /// The alert after the change.
    pub alert: StoredAlert,
    /// The kind of the change.
    pub kind: AlertChangeKind,
}

/// The kind of a change of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertChangeKind {
    /// It is new.
    Fired,
    /// Its source reported again that it fires.
    Repeated,
    /// Its source reported again that it fires, with a worse severity.
    MoreSevere,
    /// It is resolved.
    Resolved,
}
