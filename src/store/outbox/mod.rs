//! The table `outbox`: the queue of deliveries.
//!
//! Deliveries of one incident with the same ordering key are sent in order. The first one is `pending`,
//! the later ones are `blocked`, so that ready deliveries are found without reading the blocked ones.

pub(crate) mod enqueue;

use muster_commands::{ChannelId, IncidentId};
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::domain::{Delivery, DeliveryKind, Timestamp};
use crate::error::Result;
use crate::store::db::sql_types::json_column;

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
    /// Whether an earlier attempt may have succeeded.
    pub uncertain_since: Uncertainty,
    /// When the delivery was enqueued.
    pub enqueued_at: Timestamp,
}

/// Whether an attempt with an unknown outcome may have succeeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uncertainty {
    /// No attempt can have succeeded.
    None,
    /// An attempt may have succeeded. The timestamp is the start of the first such attempt.
    Since(Timestamp),
}

/// The size and age of the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutboxStats {
    /// Number of unfinished deliveries.
    pub depth: i64,
    /// When the oldest unfinished delivery was enqueued.
    pub oldest_enqueued_at: Option<Timestamp>,
}

/// Returns the incident of a delivery, or `None` if the delivery does not exist.
pub fn incident_of_delivery(tx: &Connection, id: i64) -> Result<Option<IncidentId>> {
    let incident = tx
        .prepare_cached("SELECT incident_id FROM outbox WHERE id = :id")?
        .query_row(named_params! { ":id": id }, |row| row.get(0))
        .optional()?;
    Ok(incident.map(IncidentId))
}

/// A delivery that is due, with the state that determines how it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadyDelivery {
    /// The delivery. The upcoming attempt is not counted yet.
    pub delivery: QueuedDelivery,
    /// The incident's channel; `None` until it is created.
    pub channel: Option<ChannelId>,
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

/// Returns the due deliveries of one kind, ordered by priority. The upcoming attempts are not counted
/// yet.
pub fn due_deliveries(
    tx: &Connection,
    kind: DeliveryKind,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<ReadyDelivery>> {
    let due = tx
        .prepare_cached(
            "SELECT outbox.id, outbox.incident_id, payload, attempts, is_uncertain, uncertain_since, enqueued_at,
                    channel_id, header_ts IS NOT NULL AS header, announcement_ts IS NOT NULL AS card
               FROM outbox INDEXED BY outbox_ready
               JOIN incidents ON incidents.id = outbox.incident_id
              WHERE state = 'pending' AND outbox.kind = :kind AND due_at <= :now
              ORDER BY priority, outbox.id
              LIMIT :limit",
        )?
        .query_map(
            named_params! { ":kind": kind.as_str(), ":now": now, ":limit": limit },
            |row| {
                Ok(ReadyDelivery {
                    delivery: from_row(row)?,
                    channel: row.get::<_, Option<String>>("channel_id")?.map(ChannelId),
                    header: message_state(row.get("header")?),
                    announcement: message_state(row.get("card")?),
                })
            },
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(due)
}

/// Returns the earliest due time after `now`.
pub fn next_due_at(tx: &Connection, now: Timestamp) -> Result<Option<Timestamp>> {
    let next = tx
        .prepare_cached(
            "SELECT due_at FROM outbox INDEXED BY outbox_due
              WHERE state = 'pending' AND due_at > :now ORDER BY due_at LIMIT 1",
        )?
        .query_row(named_params! { ":now": now }, |row| row.get(0))
        .optional()?;
    Ok(next)
}

/// Counts an attempt and returns the delivery, or `None` if it is no longer pending.
///
/// The attempt is counted, and marked as uncertain, before the call is made. The returned delivery shows
/// the uncertainty of earlier attempts only.
pub fn start_attempt(tx: &Connection, id: i64, now: Timestamp) -> Result<Option<QueuedDelivery>> {
    let found = tx
        .prepare_cached(
            "SELECT id, incident_id, payload, attempts, is_uncertain, uncertain_since, enqueued_at
               FROM outbox WHERE id = :id AND state = 'pending'",
        )?
        .query_row(named_params! { ":id": id }, from_row)
        .optional()?;
    let Some(mut delivery) = found else {
        return Ok(None);
    };
    delivery.attempts += 1;
    tx.prepare_cached(
        "UPDATE outbox
            SET attempts = attempts + 1, is_uncertain = 1,
                uncertain_since = iif(is_uncertain = 1, uncertain_since, :now)
          WHERE id = :id",
    )?
    .execute(named_params! { ":id": id, ":now": now })?;
    Ok(Some(delivery))
}

/// Returns the deliveries of the same kind that are blocked by a delivery, in order.
pub fn blocked_deliveries(
    tx: &Connection,
    delivery: &QueuedDelivery,
) -> Result<Vec<QueuedDelivery>> {
    let behind = tx
        .prepare_cached(
            "SELECT id, incident_id, payload, attempts, is_uncertain, uncertain_since, enqueued_at
               FROM outbox INDEXED BY outbox_by_ordering_key
              WHERE incident_id = :incident AND ordering_key = :ordering_key
                AND finished_at IS NULL AND state = 'blocked' AND kind = :kind
              ORDER BY id",
        )?
        .query_map(
            named_params! {
                ":incident": delivery.incident.number(),
                ":ordering_key": delivery.payload.ordering_key(),
                ":kind": delivery.payload.kind().as_str(),
            },
            from_row,
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(behind)
}

/// How a delivery finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryEnd {
    /// It succeeded or was not necessary any more.
    Done,
    /// It is not retried any more.
    Failed,
}

/// Finishes deliveries with the same ordering key and unblocks the next one.
///
/// The next delivery becomes due at `now` or later. A poll with an earlier clock sees none of the
/// deliveries of this commit, a later one sees all of them and can order them by priority (the header
/// before the first post).
pub fn finish(
    tx: &Connection,
    ids: &[i64],
    end: DeliveryEnd,
    trouble: &str,
    now: Timestamp,
) -> Result<()> {
    for id in ids {
        tx.prepare_cached(
            "UPDATE outbox SET state = :state, finished_at = :now, last_error = :last_error WHERE id = :id",
        )?
        .execute(named_params! {
            ":id": id,
            ":state": match end { DeliveryEnd::Done => "done", DeliveryEnd::Failed => "failed" },
            ":now": now,
            ":last_error": trouble,
        })?;
    }
    let Some(id) = ids.first() else {
        return Ok(());
    };
    tx.prepare_cached(
        "UPDATE outbox SET state = 'pending', due_at = max(due_at, :now)
          WHERE state = 'blocked'
            AND id = (SELECT min(later.id)
                        FROM outbox AS settled
                        JOIN outbox AS later INDEXED BY outbox_by_ordering_key
                          ON later.incident_id = settled.incident_id AND later.ordering_key = settled.ordering_key
                         AND later.finished_at IS NULL
                       WHERE settled.id = :id)",
    )?
    .execute(named_params! { ":id": id, ":now": now })?;
    Ok(())
}

/// Reschedules a delivery and records the error and the uncertainty of the last attempt.
pub fn reschedule(
    tx: &Connection,
    id: i64,
    due: Timestamp,
    doubt: Uncertainty,
    trouble: &str,
) -> Result<()> {
    let (in_doubt, tried_at) = match doubt {
        Uncertainty::None => (0, None),
        Uncertainty::Since(timestamp) => (1, Some(timestamp)),
    };
    tx.prepare_cached(
        "UPDATE outbox
            SET due_at = :due, last_error = :last_error, is_uncertain = :is_uncertain, uncertain_since = :uncertain_since
          WHERE id = :id",
    )?
    .execute(named_params! {
        ":id": id, ":due": due, ":last_error": trouble, ":is_uncertain": in_doubt, ":uncertain_since": tried_at,
    })?;
    Ok(())
}

/// Replaces the payload of a pending delivery after a part of it was done.
pub fn update_payload(tx: &Connection, id: i64, effect: &Delivery) -> Result<()> {
    tx.prepare_cached("UPDATE outbox SET payload = :payload WHERE id = :id AND state = 'pending'")?
        .execute(named_params! { ":id": id, ":payload": serde_json::to_string(effect)? })?;
    Ok(())
}

/// Makes all deliveries due that were rescheduled after an error.
pub fn retry_now(tx: &Connection, now: Timestamp) -> Result<()> {
    tx.prepare_cached(
        "UPDATE outbox SET due_at = :now WHERE state = 'pending' AND due_at > :now AND last_error <> ''",
    )?
    .execute(named_params! { ":now": now })?;
    Ok(())
}

/// Requeues a failed delivery as if it had just been enqueued. Returns `None` if it has not failed.
pub fn requeue(tx: &Connection, id: i64, now: Timestamp) -> Result<Option<QueuedDelivery>> {
    let revived = tx
        .prepare_cached(
            "UPDATE outbox AS revived
                SET attempts = 0, enqueued_at = :now, due_at = :now, finished_at = NULL,
                    state = iif(EXISTS (SELECT 1 FROM outbox AS other
                                         WHERE other.incident_id = revived.incident_id
                                           AND other.ordering_key = revived.ordering_key
                                           AND other.finished_at IS NULL
                                           AND other.state = 'pending'),
                                'blocked', 'pending')
              WHERE id = :id AND state = 'failed'
          RETURNING id, incident_id, payload, attempts, is_uncertain, uncertain_since, enqueued_at",
        )?
        .query_row(named_params! { ":id": id, ":now": now }, from_row)
        .optional()?;
    Ok(revived)
}

/// Returns the size and age of the outbox.
pub fn outbox_stats(tx: &Connection) -> Result<OutboxStats> {
    let backlog = tx
        .prepare_cached(
            "SELECT count(*) AS depth, min(enqueued_at) AS oldest
               FROM outbox WHERE finished_at IS NULL",
        )?
        .query_row([], |row| {
            Ok(OutboxStats {
                depth: row.get("depth")?,
                oldest_enqueued_at: row.get("oldest")?,
            })
        })?;
    Ok(backlog)
}

/// Returns a message for each unfinished delivery whose row cannot be decoded.
pub fn unreadable_deliveries(tx: &Connection) -> Result<Vec<String>> {
    let mut select = tx.prepare_cached(
        "SELECT id, incident_id, payload, attempts, is_uncertain, uncertain_since, enqueued_at
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

/// Deletes done deliveries that finished before a timestamp. Failed ones stay.
pub fn delete_expired(tx: &Connection, timestamp: Timestamp) -> Result<()> {
    tx.prepare_cached("DELETE FROM outbox WHERE finished_at < :before AND state = 'done'")?
        .execute(named_params! { ":before": timestamp })?;
    Ok(())
}

fn message_state(stands: bool) -> MessageState {
    if stands {
        MessageState::Posted
    } else {
        MessageState::Missing
    }
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<QueuedDelivery> {
    let in_doubt: bool = row.get("is_uncertain")?;
    let tried_at: Option<Timestamp> = row.get("uncertain_since")?;
    Ok(QueuedDelivery {
        id: row.get("id")?,
        incident: IncidentId(row.get("incident_id")?),
        payload: json_column(row, "payload")?,
        attempts: row.get("attempts")?,
        uncertain_since: match tried_at {
            Some(timestamp) if in_doubt => Uncertainty::Since(timestamp),
            Some(_) | None => Uncertainty::None,
        },
        enqueued_at: row.get("enqueued_at")?,
    })
}
