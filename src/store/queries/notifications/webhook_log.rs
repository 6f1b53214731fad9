//! The delivery log of a webhook: the notifications to it, and what became of them.

use rusqlite::{Connection, named_params};

use crate::domain::notification::{Destination, TargetOutcome};
use crate::domain::{Incident, IncidentId, Viewer};
use crate::error::Result;
use crate::store::Store;
use crate::store::db::sql_types::parse_column;
use crate::store::effective_viewer::effective_viewer;
use crate::store::tables::incident::incidents;

/// A notification to a webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedTarget {
    /// Its incident.
    pub incident: Incident,
    /// The subject of the notification; empty until it is rendered.
    pub subject: String,
    /// The state of its delivery.
    pub outcome: TargetOutcome,
}

/// A row of the table, before access is checked.
struct Row {
    incident: IncidentId,
    subject: String,
    outcome: TargetOutcome,
}

impl Store {
    /// Returns the newest notifications to a webhook, at most `limit`, of incidents that the viewer may see.
    pub async fn webhook_log(
        &self,
        viewer: Viewer,
        destination: Destination,
        limit: i64,
    ) -> Result<Vec<LoggedTarget>> {
        self.read_pool
            .run(move |tx| {
                let viewer = effective_viewer(tx, &viewer)?;
                let mut log = Vec::new();
                for row in select_rows(tx, &destination, limit)? {
                    let incident = incidents::find_incident(tx, row.incident)?;
                    if incident.is_visible_to(&viewer) {
                        log.push(LoggedTarget {
                            incident,
                            subject: row.subject,
                            outcome: row.outcome,
                        });
                    }
                }
                Ok(log)
            })
            .await
    }
}

fn select_rows(tx: &Connection, destination: &Destination, limit: i64) -> Result<Vec<Row>> {
    let rows = tx
        .prepare_cached(
            "SELECT target.incident_id AS incident_id, coalesce(sent.subject, '') AS subject,
                    target.state AS state, target.detail AS detail, target.delivery_id AS delivery_id,
                    target.changed_at AS changed_at
               FROM notification_targets AS target
               JOIN notifications AS sent ON sent.incident_id = target.incident_id
                                         AND sent.number = target.notification
              WHERE target.destination = :destination COLLATE NOCASE
              ORDER BY target.changed_at DESC LIMIT :limit",
        )?
        .query_map(
            named_params! {
                ":destination": serde_json::to_string(destination)?, ":limit": limit,
            },
            |row| {
                Ok(Row {
                    incident: IncidentId(row.get("incident_id")?),
                    subject: row.get("subject")?,
                    outcome: TargetOutcome {
                        state: parse_column(row, "state")?,
                        detail: row.get("detail")?,
                        delivery_id: row.get("delivery_id")?,
                        at: parse_column(row, "changed_at")?,
                    },
                })
            },
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(rows)
}
