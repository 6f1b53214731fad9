//! The facts that a postmortem is filled in with, as the store loads them.

use std::collections::HashMap;
use std::sync::Arc;

use crate::notification::SentNotification;
use crate::postmortem::PostmortemDocument;
use crate::{
    Incident, IncidentId, Settings, Severity, Status, StoredEntry, Timestamp, UserContact, UserId,
};

/// The facts that a postmortem is filled in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostmortemSource {
    /// The incident.
    pub incident: Incident,
    /// The team's settings.
    pub settings: Arc<Settings>,
    /// The sections.
    pub document: PostmortemDocument,
    /// The names and addresses of users.
    pub contacts: HashMap<UserId, UserContact>,
    /// All entries of the timeline, the oldest first, and the important messages that were deleted in Slack.
    pub entries: Vec<SourceEntry>,
    /// The notifications that were sent, the oldest first.
    pub notifications: Vec<SentNotification>,
    /// The incidents of the 90 days before with a service in common that the reader may see, the newest first.
    pub similar: Vec<SimilarIncident>,
}

/// An entry of the timeline in the version that a postmortem quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceEntry {
    /// The entry. An important message has the text that it had when it was marked as important.
    pub stored: StoredEntry,
    /// Whether the message has changed since.
    pub state: QuoteState,
}

/// Whether a quoted message has changed since it was marked as important.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuoteState {
    /// It has not changed.
    Unchanged,
    /// It was edited.
    Edited,
    /// It was deleted.
    Deleted,
}

/// An earlier incident that has a service in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimilarIncident {
    /// Its number.
    pub id: IncidentId,
    /// Its title.
    pub title: String,
    /// Its severity.
    pub severity: Severity,
    /// Its status.
    pub status: Status,
    /// When it was declared.
    pub declared_at: Timestamp,
}
