//! Whether a mail address already has a conversation about an incident.

use rusqlite::{Connection, named_params};

use crate::domain::IncidentId;
use crate::domain::notification::{Destination, MailAddress};
use crate::error::Result;
use crate::store::Store;

/// A mail of a notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailTarget {
    /// The incident.
    pub incident: IncidentId,
    /// The number of the notification.
    pub notification: i64,
    /// The address.
    pub address: MailAddress,
}

impl Store {
    /// Returns whether a mail of another notification about the incident has, or may have, reached the address.
    pub async fn has_mail_conversation(&self, mail: MailTarget) -> Result<bool> {
        self.read_pool
            .run(move |tx| has_mail_conversation(tx, &mail))
            .await
    }
}

fn has_mail_conversation(tx: &Connection, mail: &MailTarget) -> Result<bool> {
    let destination = Destination::Mail(mail.address.clone());
    let exists = tx
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM notification_targets
                             WHERE incident_id = :incident AND notification <> :notification
                               AND destination = :destination AND (state = 'sent' OR state = 'uncertain'))",
        )?
        .query_row(
            named_params! {
                ":incident": mail.incident.number(),
                ":notification": mail.notification,
                ":destination": serde_json::to_string(&destination)?,
            },
            |row| row.get(0),
        )?;
    Ok(exists)
}
