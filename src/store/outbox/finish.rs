//! Ends an attempt: finishes or reschedules the delivery. A failed one can be requeued.

use rusqlite::{Connection, OptionalExtension, named_params};

use super::{QueuedDelivery, from_row};
use crate::domain::{Delivery, Timestamp};
use crate::error::Result;

/// How a delivery finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DeliveryEnd<'a> {
    /// It succeeded or was not necessary any more.
    Done,
    /// It is not retried any more, because of this error.
    Failed(&'a str),
}

/// Finishes deliveries with the same ordering key and unblocks the next one.
///
/// The next delivery becomes due at `now` or later. A poll with an earlier clock sees none of the
/// deliveries of this commit, a later one sees all of them and can order them by priority (the header
/// before the first post).
pub(crate) fn finish(
    tx: &Connection,
    ids: &[i64],
    end: DeliveryEnd<'_>,
    now: Timestamp,
) -> Result<()> {
    let (state, error) = match end {
        DeliveryEnd::Done => ("done", ""),
        DeliveryEnd::Failed(error) => ("failed", error),
    };
    for id in ids {
        tx.prepare_cached(
            "UPDATE outbox SET state = :state, finished_at = :now, last_error = :error WHERE id = :id",
        )?
        .execute(
            named_params! { ":id": id, ":state": state, ":now": now.to_string(), ":error": error },
        )?;
    }
    let Some(id) = ids.first() else {
        return Ok(());
    };
    tx.prepare_cached(
        "UPDATE outbox SET state = 'pending', due_at = CASE WHEN due_at > :now THEN due_at ELSE :now END
          WHERE state = 'blocked'
            AND id = (SELECT min(later.id)
                        FROM outbox AS finished
                        JOIN outbox AS later INDEXED BY outbox_by_ordering_key
                          ON later.incident_id = finished.incident_id
                         AND later.ordering_key = finished.ordering_key
                         AND later.finished_at IS NULL
                       WHERE finished.id = :id)",
    )?
    .execute(named_params! { ":id": id, ":now": now.to_string() })?;
    Ok(())
}

/// Reschedules a delivery and records the error and the uncertainty of the last attempt.
pub(crate) fn reschedule(
    tx: &Connection,
    id: i64,
    due: Timestamp,
    uncertain_since: Option<Timestamp>,
    error: &str,
) -> Result<()> {
    tx.prepare_cached(
        "UPDATE outbox SET due_at = :due, last_error = :error, uncertain_since = :uncertain_since
          WHERE id = :id",
    )?
    .execute(named_params! {
        ":id": id, ":due": due.to_string(), ":error": error, ":uncertain_since": uncertain_since.map(String::from),
    })?;
    Ok(())
}

/// Replaces the payload of a pending delivery after a part of it was done.
pub(crate) fn update_payload(tx: &Connection, id: i64, payload: &Delivery) -> Result<()> {
    tx.prepare_cached("UPDATE outbox SET payload = :payload WHERE id = :id AND state = 'pending'")?
        .execute(named_params! { ":id": id, ":payload": serde_json::to_string(payload)? })?;
    Ok(())
}

/// Makes all deliveries due that were rescheduled after an error.
pub(crate) fn retry_now(tx: &Connection, now: Timestamp) -> Result<()> {
    tx.prepare_cached(
        "UPDATE outbox SET due_at = :now WHERE state = 'pending' AND due_at > :now AND last_error <> ''",
    )?
    .execute(named_params! { ":now": now.to_string() })?;
    Ok(())
}

/// Requeues a failed delivery as if it had just been enqueued. Returns `None` if it has not failed.
pub(crate) fn requeue(tx: &Connection, id: i64, now: Timestamp) -> Result<Option<QueuedDelivery>> {
    let requeued = tx
        .prepare_cached(
            "UPDATE outbox AS requeued
                SET attempts = 0, enqueued_at = :now, due_at = :now, finished_at = NULL,
                    state = CASE WHEN EXISTS (SELECT 1 FROM outbox AS other
                                               WHERE other.incident_id = requeued.incident_id
                                                 AND other.ordering_key = requeued.ordering_key
                                                 AND other.finished_at IS NULL
                                                 AND other.state = 'pending')
                                 THEN 'blocked' ELSE 'pending' END
              WHERE id = :id AND state = 'failed'
          RETURNING id, incident_id, payload, attempts, uncertain_since, enqueued_at",
        )?
        .query_row(
            named_params! { ":id": id, ":now": now.to_string() },
            from_row,
        )
        .optional()?;
    Ok(requeued)
}

/// Deletes done deliveries that finished before a timestamp. Failed ones stay.
pub(crate) fn delete_expired(tx: &Connection, before: Timestamp) -> Result<()> {
    tx.prepare_cached("DELETE FROM outbox WHERE finished_at < :before AND state = 'done'")?
        .execute(named_params! { ":before": before.to_string() })?;
    Ok(())
}
