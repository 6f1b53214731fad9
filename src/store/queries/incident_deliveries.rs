//! The deliveries of an incident: what was sent, what waits, and what failed.

use std::str::FromStr;

use rusqlite::{Row, named_params};

use crate::domain::{Delivery, IncidentId, Timestamp, UserNames, Viewer};
use crate::error::Result;
use crate::store::Store;
use crate::store::db::sql_types::{json_column, parse_column, parse_optional_column};
use crate::store::tables::incident::incidents;
use crate::store::tables::workspace::users;

/// A delivery of an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentDelivery {
    /// Its ID.
    pub id: i64,
    /// Its content.
    pub payload: Delivery,
    /// Its state.
    pub state: DeliveryState,
    /// The number of attempts.
    pub attempts: i64,
    /// When it was enqueued.
    pub enqueued_at: Timestamp,
    /// When it was done or failed; `None` while it waits.
    pub finished_at: Option<Timestamp>,
    /// The error of the last attempt; empty if there is none.
    pub last_error: String,
}

/// The state of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// It will be sent.
    Waiting,
    /// It was sent.
    Done,
    /// It was not sent, and is not tried again by itself.
    Failed,
}

impl FromStr for DeliveryState {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        Ok(match text {
            "done" => Self::Done,
            "failed" => Self::Failed,
            _ => Self::Waiting,
        })
    }
}

/// The deliveries of an incident and the names of their users.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IncidentDeliveries {
    /// The deliveries, the newest first.
    pub deliveries: Vec<IncidentDelivery>,
    /// Names of their users, if they have been fetched.
    pub names: UserNames,
}

impl Store {
    /// Returns the newest deliveries of an incident, at most `limit`. Done ones are deleted after some time.
    pub async fn incident_deliveries(
        &self,
        viewer: Viewer,
        id: IncidentId,
        limit: i64,
    ) -> Result<IncidentDeliveries> {
        self.read_pool
            .run(move |tx| {
                incidents::find_visible_incident(tx, &viewer, id)?;
                let mut select = tx.prepare_cached(
                    "SELECT id, payload, state, attempts, enqueued_at, finished_at, last_error FROM outbox
                      WHERE incident_id = :incident ORDER BY id DESC LIMIT :limit",
                )?;
                let values = named_params! { ":incident": id.number(), ":limit": limit };
                let rows = select.query_map(values, from_row)?;
                let deliveries: Vec<_> = rows.collect::<rusqlite::Result<_>>()?;
                let named = deliveries.iter().filter_map(|it| it.payload.user());
                Ok(IncidentDeliveries {
                    names: users::user_names(tx, named)?,
                    deliveries,
                })
            })
            .await
    }

    /// Returns the number of deliveries of an incident that failed.
    pub async fn count_failed_deliveries(&self, viewer: Viewer, id: IncidentId) -> Result<i64> {
        self.read_pool
            .run(move |tx| {
                incidents::find_visible_incident(tx, &viewer, id)?;
                let mut count = tx.prepare_cached(
                    "SELECT COUNT(*) FROM outbox WHERE incident_id = :incident AND state = 'failed'",
                )?;
                let values = named_params! { ":incident": id.number() };
                Ok(count.query_row(values, |row| row.get(0))?)
            })
            .await
    }
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<IncidentDelivery> {
    Ok(IncidentDelivery {
        id: row.get("id")?,
        payload: json_column(row, "payload")?,
        state: parse_column(row, "state")?,
        attempts: row.get("attempts")?,
        enqueued_at: parse_column(row, "enqueued_at")?,
        finished_at: parse_optional_column(row, "finished_at")?,
        last_error: row.get("last_error")?,
    })
}
