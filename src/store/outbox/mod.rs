//! The table `outbox`: the queue of deliveries.
//!
//! Deliveries of one incident with the same ordering key are sent in order. The first one is `pending`,
//! the later ones are `blocked`, so that ready deliveries are found without reading the blocked ones.

pub(crate) mod claim;
pub(crate) mod enqueue;
pub(crate) mod fetched;
pub(crate) mod finish;

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::domain::{ChannelId, Delivery, DeliveryKind, IncidentId, Severity, Timestamp};
use crate::error::Result;
use crate::store::db::sql_types::{json_column, parse_column, parse_optional_column};

/// A row of the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueuedDelivery {
    /// The delivery's ID. It is part of the metadata of the message that is sent.
    pub id: i64,
    /// The incident's ID.
    pub incident: IncidentId,
    /// The content of the delivery.
    pub payload: Delivery,
    /// Number of attempts, including the current one.
    pub attempts: i64,
    /// The start of the first attempt that may have succeeded; `None` if none can have.
    pub uncertain_since: Option<Timestamp>,
    /// When the delivery was enqueued.
    pub enqueued_at: Timestamp,
}

/// The size and age of the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutboxStats {
    /// Number of unfinished deliveries, and of messages about alerts that are not posted yet.
    pub depth: i64,
    /// When the oldest of them was enqueued.
    pub oldest_enqueued_at: Option<Timestamp>,
}

/// A delivery that is due, with the state that determines how it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadyDelivery {
    /// The delivery. The upcoming attempt is not counted yet.
    pub delivery: QueuedDelivery,
    /// The incident's channel; `None` until it is created.
    pub channel: Option<ChannelId>,
    /// The announcements channel; `None` until the worker has looked it up.
    pub announcements_channel: Option<ChannelId>,
    /// Whether the header has been posted.
    pub header: MessageState,
    /// Whether the announcement has been posted.
    pub announcement: MessageState,
}

/// Whether a message has been posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageState {
    /// It exists and will be edited.
    Posted,
    /// It does not exist and will be posted.
    Missing,
}

/// Returns the value of the column `priority`: the kind first, then the severity.
fn priority(kind: DeliveryKind, severity: Severity) -> i64 {
    i64::from(kind.priority()) * SEVERITIES + i64::from(severity.sort_key())
}

/// Number of priorities of each kind; more than there are severities.
const SEVERITIES: i64 = 100;

/// Returns the incident of a delivery, or `None` if the delivery does not exist.
pub(crate) fn incident_of_delivery(tx: &Connection, id: i64) -> Result<Option<IncidentId>> {
    let incident = tx
        .prepare_cached("SELECT incident_id FROM outbox WHERE id = :id")?
        .query_row(named_params! { ":id": id }, |row| row.get(0))
        .optional()?;
    Ok(incident.map(IncidentId))
}

/// Returns the size and age of the outbox.
pub(crate) fn outbox_stats(tx: &Connection) -> Result<OutboxStats> {
    let stats = tx
        .prepare_cached(
            "SELECT count(*) AS depth, min(enqueued_at) AS oldest
               FROM (SELECT enqueued_at FROM outbox WHERE finished_at IS NULL
                     UNION ALL
                     SELECT enqueued_at FROM alert_messages WHERE due_at IS NOT NULL AND ts IS NULL)",
        )?
        .query_row([], |row| {
            Ok(OutboxStats {
                depth: row.get("depth")?,
                oldest_enqueued_at: parse_optional_column(row, "oldest")?,
            })
        })?;
    Ok(stats)
}

/// Returns a message for each unfinished delivery whose row cannot be decoded.
pub(crate) fn unreadable_deliveries(tx: &Connection) -> Result<Vec<String>> {
    let mut select = tx.prepare_cached(
        "SELECT id, incident_id, payload, attempts, uncertain_since, enqueued_at
           FROM outbox WHERE finished_at IS NULL ORDER BY id",
    )?;
    let mut unreadable = Vec::new();
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        if let Err(error) = from_row(row) {
            let id: i64 = row.get("id")?;
            unreadable.push(format!("Delivery {id} cannot be read: {error}"));
        }
    }
    Ok(unreadable)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<QueuedDelivery> {
    Ok(QueuedDelivery {
        id: row.get("id")?,
        incident: IncidentId(row.get("incident_id")?),
        payload: json_column(row, "payload")?,
        attempts: row.get("attempts")?,
        uncertain_since: parse_optional_column(row, "uncertain_since")?,
        enqueued_at: parse_column(row, "enqueued_at")?,
    })
}
