//! The table `outbox` as a change writes it: enqueues, reschedules and cancels deliveries.

use rusqlite::{Connection, OptionalExtension, named_params};

use super::{SEVERITIES, priority};
use crate::domain::delivery::OrderingKey;
use crate::domain::{Coalesce, Delivery, DeliveryKind, IncidentId, Severity, Timestamp};
use crate::error::Result;

/// Enqueues deliveries of an incident, each behind the others with its ordering key.
///
/// A `Latest` delivery is not enqueued while an unstarted one with the same ordering key exists, because
/// that one will send the newest state. If it was rescheduled, it becomes due now. A delivery that has
/// been started does not count: it was built from an older state.
///
/// Returns the ID of each delivery, if it was enqueued.
pub(crate) fn enqueue(
    tx: &Connection,
    incident: IncidentId,
    severity: Severity,
    deliveries: &[Delivery],
    now: Timestamp,
) -> Result<Vec<Option<i64>>> {
    let mut ids = Vec::new();
    for delivery in deliveries {
        let new = NewDelivery {
            incident,
            ordering_key: delivery.ordering_key(),
            kind: delivery.kind(),
            priority: priority(delivery.kind(), severity),
            payload: serde_json::to_string(delivery)?,
        };
        ids.push(match queue_tail(tx, &new)? {
            QueueTail::Empty => Some(insert_delivery(tx, &new, "pending", now)?),
            QueueTail::SameUnstarted if delivery.coalesce() == Coalesce::Latest => {
                make_due_now(tx, &new, now)?;
                None
            }
            QueueTail::SameUnstarted | QueueTail::Different => {
                Some(insert_delivery(tx, &new, "blocked", now)?)
            }
        });
    }
    Ok(ids)
}

/// A delivery to be enqueued.
struct NewDelivery {
    incident: IncidentId,
    ordering_key: OrderingKey,
    kind: DeliveryKind,
    priority: i64,
    payload: String,
}

/// The queue in front of a new delivery: unfinished deliveries with its ordering key.
enum QueueTail {
    Empty,
    /// The last one is equal and none has been started.
    SameUnstarted,
    Different,
}

fn queue_tail(tx: &Connection, new: &NewDelivery) -> Result<QueueTail> {
    // This is a statement of its own because an INSERT that reads from its own table copies the result
    // first.
    let is_same_unstarted = tx
        .prepare_cached(
            "SELECT payload = :payload AND (
                        SELECT state = 'pending' AND uncertain_since IS NULL FROM outbox
                         WHERE incident_id = :incident AND ordering_key = :ordering_key
                           AND finished_at IS NULL
                         ORDER BY id LIMIT 1) AS is_same_unstarted
               FROM outbox
              WHERE incident_id = :incident AND ordering_key = :ordering_key AND finished_at IS NULL
              ORDER BY id DESC LIMIT 1",
        )?
        .query_row(
            named_params! {
                ":incident": new.incident.number(),
                ":ordering_key": new.ordering_key.as_str(),
                ":payload": new.payload,
            },
            |row| row.get("is_same_unstarted"),
        )
        .optional()?;
    Ok(match is_same_unstarted {
        None => QueueTail::Empty,
        Some(true) => QueueTail::SameUnstarted,
        Some(false) => QueueTail::Different,
    })
}

fn insert_delivery(tx: &Connection, new: &NewDelivery, state: &str, now: Timestamp) -> Result<i64> {
    tx.prepare_cached(
        "INSERT INTO outbox (incident_id, ordering_key, kind, priority, payload, state, enqueued_at, due_at)
         VALUES (:incident, :ordering_key, :kind, :priority, :payload, :state, :now, :now)",
    )?
    .execute(named_params! {
        ":incident": new.incident.number(),
        ":ordering_key": new.ordering_key.as_str(),
        ":kind": new.kind.as_str(),
        ":priority": new.priority,
        ":payload": new.payload,
        ":state": state,
        ":now": now.to_string(),
    })?;
    Ok(tx.last_insert_rowid())
}

/// Makes the pending delivery due now if it was rescheduled, unless its last attempt returned an error.
fn make_due_now(tx: &Connection, new: &NewDelivery, now: Timestamp) -> Result<()> {
    tx.prepare_cached(
        "UPDATE outbox INDEXED BY outbox_by_ordering_key SET due_at = :now
          WHERE incident_id = :incident AND ordering_key = :ordering_key AND finished_at IS NULL
            AND state = 'pending' AND last_error = '' AND due_at > :now",
    )?
    .execute(named_params! {
        ":incident": new.incident.number(), ":ordering_key": new.ordering_key.as_str(), ":now": now.to_string(),
    })?;
    Ok(())
}

/// Reschedules the pending delivery with an ordering key, unless it has been attempted. Later deliveries
/// are not affected.
pub(crate) fn reschedule(
    tx: &Connection,
    incident: IncidentId,
    ordering_key: &str,
    due: Timestamp,
) -> Result<()> {
    tx.prepare_cached(
        "UPDATE outbox INDEXED BY outbox_by_ordering_key SET due_at = :due
          WHERE incident_id = :incident AND ordering_key = :ordering_key AND finished_at IS NULL
            AND state = 'pending' AND attempts = 0",
    )?
    .execute(
        named_params! { ":incident": incident.number(), ":ordering_key": ordering_key, ":due": due.to_string() },
    )?;
    Ok(())
}

/// Returns the number of pending deliveries of a kind.
pub(crate) fn count_pending(tx: &Connection, kind: DeliveryKind) -> Result<i64> {
    let pending = tx
        .prepare_cached(
            "SELECT count(*) FROM outbox INDEXED BY outbox_ready
              WHERE state = 'pending' AND kind = :kind",
        )?
        .query_row(named_params! { ":kind": kind.as_str() }, |row| row.get(0))?;
    Ok(pending)
}

/// Returns whether an equal delivery of the incident is unfinished.
pub(crate) fn is_queued(
    tx: &Connection,
    incident: IncidentId,
    delivery: &Delivery,
) -> Result<bool> {
    let is_queued = tx
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM outbox
              WHERE incident_id = :incident AND ordering_key = :ordering_key AND finished_at IS NULL
                AND payload = :payload)",
        )?
        .query_row(
            named_params! {
                ":incident": incident.number(),
                ":ordering_key": delivery.ordering_key().as_str(),
                ":payload": serde_json::to_string(delivery)?,
            },
            |row| row.get(0),
        )?;
    Ok(is_queued)
}

/// Returns whether a delivery of this kind is unfinished for the incident.
pub(crate) fn is_kind_queued(
    tx: &Connection,
    incident: IncidentId,
    kind: DeliveryKind,
) -> Result<bool> {
    let is_queued = tx
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM outbox
              WHERE incident_id = :incident AND kind = :kind AND finished_at IS NULL)",
        )?
        .query_row(
            named_params! { ":incident": incident.number(), ":kind": kind.as_str() },
            |row| row.get(0),
        )?;
    Ok(is_queued)
}

/// Cancels the unfinished deliveries with an ordering key. A delivery that is being sent is not
/// recalled. A reminder that may have been posted is not cancelled: its job looks it up and removes its buttons.
pub(crate) fn cancel(
    tx: &Connection,
    incident: IncidentId,
    ordering_key: &str,
    now: Timestamp,
) -> Result<()> {
    // The select comes first because there is usually nothing to cancel, and an UPDATE of several rows
    // collects them in a temporary table.
    let unfinished: Vec<i64> = tx
        .prepare_cached(
            "SELECT id FROM outbox INDEXED BY outbox_by_ordering_key
              WHERE incident_id = :incident AND ordering_key = :ordering_key AND finished_at IS NULL
                AND (uncertain_since IS NULL OR kind <> :reminder)",
        )?
        .query_map(
            named_params! {
                ":incident": incident.number(),
                ":ordering_key": ordering_key,
                ":reminder": DeliveryKind::PostReminder.as_str(),
            },
            |row| row.get("id"),
        )?
        .collect::<rusqlite::Result<_>>()?;
    for id in unfinished {
        tx.prepare_cached("UPDATE outbox SET state = 'done', finished_at = :now WHERE id = :id")?
            .execute(named_params! { ":id": id, ":now": now.to_string() })?;
    }
    Ok(())
}

/// Cancels all unfinished deliveries of an incident. A delivery that is being sent is not recalled.
pub(crate) fn cancel_unfinished(
    tx: &Connection,
    incident: IncidentId,
    now: Timestamp,
) -> Result<()> {
    tx.prepare_cached(
        "UPDATE outbox SET state = 'done', finished_at = :now
          WHERE incident_id = :incident AND finished_at IS NULL",
    )?
    .execute(named_params! { ":incident": incident.number(), ":now": now.to_string() })?;
    Ok(())
}

/// Sets the priority of the unfinished deliveries after the severity changed.
pub(crate) fn set_priority(
    tx: &Connection,
    incident: IncidentId,
    severity: Severity,
) -> Result<()> {
    tx.prepare_cached(
        "UPDATE outbox SET priority = priority - priority % :severities + :severity
          WHERE incident_id = :incident AND finished_at IS NULL",
    )?
    .execute(named_params! {
        ":incident": incident.number(),
        ":severities": SEVERITIES,
        ":severity": severity.sort_key(),
    })?;
    Ok(())
}
