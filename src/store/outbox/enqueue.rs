//! The table `outbox` as a change writes it: enqueues, reschedules and cancels deliveries.

use muster_commands::{IncidentId, Severity};
use rusqlite::{Connection, OptionalExtension, named_params};

use crate::domain::{Coalesce, Delivery, DeliveryKind, Timestamp};
use crate::error::Result;

/// Enqueues deliveries of an incident, each behind the others with its ordering key.
///
/// A `Latest` delivery is not enqueued while an unstarted one with the same ordering key exists, because
/// that one will send the newest state. If it was rescheduled, it becomes due now. A delivery that has
/// been started does not count: it was built from an older state.
pub fn enqueue(
    tx: &Connection,
    incident: IncidentId,
    severity: Severity,
    effects: &[Delivery],
    now: Timestamp,
) -> Result<()> {
    for effect in effects {
        let place = NewDelivery {
            incident,
            ordering_key: effect.ordering_key(),
            payload: serde_json::to_string(effect)?,
        };
        match queue_tail(tx, &place)? {
            QueueTail::Empty => {
                insert_delivery(tx, &place, ("pending", effect.kind(), severity), now)?
            }
            QueueTail::SameUnstarted if effect.coalesce() == Coalesce::Latest => {
                make_due_now(tx, &place, now)?;
            }
            QueueTail::SameUnstarted | QueueTail::Different => {
                insert_delivery(tx, &place, ("blocked", effect.kind(), severity), now)?;
            }
        }
    }
    Ok(())
}

/// A delivery to be enqueued.
struct NewDelivery {
    incident: IncidentId,
    ordering_key: String,
    payload: String,
}

/// The queue in front of a new delivery: unfinished deliveries with its ordering key.
enum QueueTail {
    Empty,
    /// The last one is equal and none has been started.
    SameUnstarted,
    Different,
}

fn queue_tail(tx: &Connection, place: &NewDelivery) -> Result<QueueTail> {
    // This is a statement of its own because an INSERT that reads from its own table copies the result
    // first.
    let before = tx
        .prepare_cached(
            "SELECT payload IS :payload AND (
                        SELECT state = 'pending' AND is_uncertain = 0 FROM outbox
                         WHERE incident_id = :incident AND ordering_key = :ordering_key AND finished_at IS NULL
                         ORDER BY id LIMIT 1) AS says_the_same
               FROM outbox WHERE incident_id = :incident AND ordering_key = :ordering_key AND finished_at IS NULL
              ORDER BY id DESC LIMIT 1",
        )?
        .query_row(
            named_params! {
                ":incident": place.incident.number(), ":ordering_key": place.ordering_key, ":payload": place.payload,
            },
            |row| row.get("says_the_same"),
        )
        .optional()?;
    Ok(match before {
        None => QueueTail::Empty,
        Some(true) => QueueTail::SameUnstarted,
        Some(false) => QueueTail::Different,
    })
}

fn insert_delivery(
    tx: &Connection,
    place: &NewDelivery,
    (state, kind, severity): (&str, DeliveryKind, Severity),
    now: Timestamp,
) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO outbox (incident_id, ordering_key, kind, priority, payload, state, enqueued_at, due_at)
         VALUES (:incident, :ordering_key, :kind, :priority, :payload, :state, :now, :now)",
    )?
    .execute(named_params! {
        ":incident": place.incident.number(),
        ":ordering_key": place.ordering_key,
        ":kind": kind.as_str(),
        ":priority": severity.sort_key(),
        ":payload": place.payload,
        ":state": state,
        ":now": now,
    })?;
    Ok(())
}

/// Makes the pending delivery due now if it was rescheduled, unless its last attempt returned an error.
fn make_due_now(tx: &Connection, place: &NewDelivery, now: Timestamp) -> Result<()> {
    tx.prepare_cached(
        "UPDATE outbox INDEXED BY outbox_by_ordering_key SET due_at = :now
          WHERE incident_id = :incident AND ordering_key = :ordering_key AND finished_at IS NULL
            AND state = 'pending' AND last_error = '' AND due_at > :now",
    )?
    .execute(named_params! {
        ":incident": place.incident.number(), ":ordering_key": place.ordering_key, ":now": now,
    })?;
    Ok(())
}

/// Reschedules the pending delivery with an ordering key, unless it has been attempted. Later deliveries
/// are not affected.
pub fn reschedule(tx: &Connection, incident: IncidentId, lane: &str, due: Timestamp) -> Result<()> {
    tx.prepare_cached(
        "UPDATE outbox INDEXED BY outbox_by_ordering_key SET due_at = :due
          WHERE incident_id = :incident AND ordering_key = :ordering_key AND finished_at IS NULL
            AND state = 'pending' AND attempts = 0",
    )?
    .execute(
        named_params! { ":incident": incident.number(), ":ordering_key": lane, ":due": due },
    )?;
    Ok(())
}

/// Returns the number of pending deliveries of a kind.
pub fn count_pending(tx: &Connection, kind: DeliveryKind) -> Result<i64> {
    let waiting = tx
        .prepare_cached(
            "SELECT count(*) FROM outbox INDEXED BY outbox_ready
              WHERE state = 'pending' AND kind = :kind",
        )?
        .query_row(named_params! { ":kind": kind.as_str() }, |row| row.get(0))?;
    Ok(waiting)
}

/// Returns whether an equal delivery of the incident is unfinished.
pub fn is_queued(tx: &Connection, incident: IncidentId, effect: &Delivery) -> Result<bool> {
    let waits = tx
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM outbox
              WHERE incident_id = :incident AND ordering_key = :ordering_key AND finished_at IS NULL
                AND payload = :payload)",
        )?
        .query_row(
            named_params! {
                ":incident": incident.number(),
                ":ordering_key": effect.ordering_key(),
                ":payload": serde_json::to_string(effect)?,
            },
            |row| row.get(0),
        )?;
    Ok(waits)
}

/// Returns whether a delivery of this kind is unfinished for the incident.
pub fn is_kind_queued(tx: &Connection, incident: IncidentId, kind: DeliveryKind) -> Result<bool> {
    let waits = tx
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM outbox
              WHERE incident_id = :incident AND kind = :kind AND finished_at IS NULL)",
        )?
        .query_row(
            named_params! { ":incident": incident.number(), ":kind": kind.as_str() },
            |row| row.get(0),
        )?;
    Ok(waits)
}

/// Cancels the unfinished deliveries with an ordering key. A delivery that is being sent is not
/// recalled.
pub fn cancel(tx: &Connection, incident: IncidentId, lane: &str, now: Timestamp) -> Result<()> {
    // The select comes first because there is usually nothing to cancel, and an UPDATE of several rows
    // collects them in a temporary table.
    let waiting: Vec<i64> = tx
        .prepare_cached(
            "SELECT id FROM outbox INDEXED BY outbox_by_ordering_key
              WHERE incident_id = :incident AND ordering_key = :ordering_key AND finished_at IS NULL",
        )?
        .query_map(
            named_params! { ":incident": incident.number(), ":ordering_key": lane },
            |row| row.get("id"),
        )?
        .collect::<rusqlite::Result<_>>()?;
    for id in waiting {
        tx.prepare_cached("UPDATE outbox SET state = 'done', finished_at = :now WHERE id = :id")?
            .execute(named_params! { ":id": id, ":now": now })?;
    }
    Ok(())
}

/// Sets the priority of the unfinished deliveries after the severity changed.
pub fn set_priority(tx: &Connection, incident: IncidentId, severity: Severity) -> Result<()> {
    tx.prepare_cached(
        "UPDATE outbox SET priority = :priority
          WHERE incident_id = :incident AND finished_at IS NULL",
    )?
    .execute(named_params! { ":incident": incident.number(), ":priority": severity.sort_key() })?;
    Ok(())
}
