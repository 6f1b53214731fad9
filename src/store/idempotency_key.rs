//! Idempotency keys: a request that arrives twice is processed once.

use rusqlite::Connection;

use crate::domain::{EventId, IncidentId, Timestamp, UserId};
use crate::error::Result;
use crate::store::tables::system::inbox;

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

    /// The key of a form on a page: the random value of its hidden field, which is unique to one rendering
    /// of the form by one user.
    pub fn web(user: &UserId, form: &str) -> Self {
        Self(format!("web:{user}:{form}"))
    }

    /// The key of a button click or a slash command: its trigger ID, which is unique to one action.
    pub fn action(trigger: &str) -> Self {
        Self(format!("action:{trigger}"))
    }

    /// The key of one step of a request that is stored in several transactions.
    pub fn step(&self, step: &str) -> Self {
        Self(format!("{}/{step}", self.0))
    }
}

/// Returns the incident of an idempotency key, or `None` if the key is new or concerned no incident.
pub(super) fn find_key(tx: &Connection, key: &IdempotencyKey) -> Result<Option<IncidentId>> {
    Ok(inbox::find_request(tx, &key.0)?.and_then(|before| before.incident))
}

/// Returns whether the request with this key has been processed.
pub(super) fn is_processed(tx: &Connection, key: &IdempotencyKey) -> Result<bool> {
    Ok(inbox::find_request(tx, &key.0)?.is_some())
}

/// Records an idempotency key and the incident of its request.
pub(super) fn record_key(
    tx: &Connection,
    key: &IdempotencyKey,
    incident: Option<IncidentId>,
    now: Timestamp,
) -> Result<()> {
    inbox::insert_request(tx, &key.0, incident, now)
}
