//! The input of a delivery to a webhook.

use rusqlite::Connection;

use crate::domain::api::{DatedChange, KnownUsers, LastActivity};
use crate::domain::delivery::WebhookRef;
use crate::domain::{Incident, UserId};
use crate::error::Result;
use crate::store::queries::field_history;
use crate::store::tables::incident::last_activity;
use crate::store::tables::workspace::users;
use crate::store::tables::workspace::webhooks::{self, WebhookAccess};

/// The webhook of a delivery, and what the document of the incident contains besides it.
#[derive(Clone, Debug)]
pub struct WebhookTarget {
    /// The webhook with its secrets.
    pub access: WebhookAccess,
    /// The users that the event names.
    pub users: KnownUsers,
    /// The last entry on the timeline.
    pub last_activity: LastActivity,
    /// The changes of the status and of the severity, in order.
    pub history: Vec<DatedChange>,
}

/// Returns the target of a delivery; `None` if the webhook was removed. `named` are the users that the event names.
pub(crate) fn find(
    tx: &Connection,
    webhook: &WebhookRef,
    incident: &Incident,
    named: &[UserId],
) -> Result<Option<WebhookTarget>> {
    let Some(access) = webhooks::find_access(tx, webhook)? else {
        return Ok(None);
    };
    let last_activity = last_activity::last_activity(tx, incident.id)?;
    let named = named.iter().chain(&last_activity.user);
    Ok(Some(WebhookTarget {
        access,
        users: users::known_users(tx, named)?,
        last_activity,
        history: field_history::history_of(tx, incident.id)?,
    }))
}
