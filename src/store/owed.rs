//! The table `outbox`, as a change of an incident sees it: what comes to be owed, and what of it is taken back.

use muster_commands::{IncidentId, Severity};
use rusqlite::{Connection, named_params};

use crate::domain::{Company, Effect, Moment, Owed};
use crate::error::Result;

/// Queues effects of an incident, each at the end of its lane.
///
/// What says how things stand is not queued behind its like while none of the lane is on its way: whoever
/// begins the first says all of it, now if it was put off. What is on its way was made of how things stood before.
pub fn queue(
    tx: &Connection,
    incident: IncidentId,
    severity: Severity,
    effects: &[Effect],
    now: Moment,
) -> Result<()> {
    for effect in effects {
        let queued = tx.prepare_cached(
            "INSERT INTO outbox (incident_id, lane, kind, rank, effect, state, queued_at, due_at)
             SELECT :incident, :lane, :kind, :rank, :effect,
                    iif(EXISTS (SELECT 1 FROM outbox
                                 WHERE incident_id = :incident AND lane = :lane
                                   AND settled_at IS NULL),
                        'behind', 'waiting'),
                    :now, :now
              WHERE :company <> 'says the same'
                 OR (SELECT effect FROM outbox
                      WHERE incident_id = :incident AND lane = :lane AND settled_at IS NULL
                      ORDER BY id DESC LIMIT 1) IS NOT :effect
                 OR (SELECT state = 'waiting' AND in_doubt = 0 FROM outbox
                      WHERE incident_id = :incident AND lane = :lane AND settled_at IS NULL
                      ORDER BY id LIMIT 1) IS NOT 1",
        )?
        .execute(named_params! {
            ":incident": incident.number(),
            ":lane": effect.lane(),
            ":kind": effect.owed().as_str(),
            ":company": match effect.company() {
                Company::SaysTheSame => "says the same",
                Company::GoesAlong | Company::Waits => "",
            },
            ":rank": severity.rank(),
            ":effect": serde_json::to_string(effect)?,
            ":now": now,
        })?;
        if queued == 0 {
            tx.prepare_cached(
                "UPDATE outbox INDEXED BY outbox_lanes SET due_at = :now
                  WHERE incident_id = :incident AND lane = :lane AND settled_at IS NULL
                    AND state = 'waiting' AND trouble = '' AND due_at > :now",
            )?
            .execute(named_params! {
                ":incident": incident.number(), ":lane": effect.lane(), ":now": now,
            })?;
        }
    }
    Ok(())
}

/// Puts off what waits in a lane and was not tried yet; whatever else comes to be owed in the lane is not.
pub fn put_off(tx: &Connection, incident: IncidentId, lane: &str, due: Moment) -> Result<()> {
    tx.prepare_cached(
        "UPDATE outbox INDEXED BY outbox_lanes SET due_at = :due
          WHERE incident_id = :incident AND lane = :lane AND settled_at IS NULL
            AND state = 'waiting' AND attempts = 0",
    )?
    .execute(named_params! { ":incident": incident.number(), ":lane": lane, ":due": due })?;
    Ok(())
}

/// Gives how many deliveries of a kind wait.
pub fn waiting(tx: &Connection, kind: Owed) -> Result<i64> {
    let waiting = tx
        .prepare_cached(
            "SELECT count(*) FROM outbox INDEXED BY outbox_ready
              WHERE state = 'waiting' AND kind = :kind",
        )?
        .query_row(named_params! { ":kind": kind.as_str() }, |row| row.get(0))?;
    Ok(waiting)
}

/// Says whether just this still waits to be delivered for an incident.
pub fn waits(tx: &Connection, incident: IncidentId, effect: &Effect) -> Result<bool> {
    let waits = tx
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM outbox
              WHERE incident_id = :incident AND lane = :lane AND settled_at IS NULL
                AND effect = :effect)",
        )?
        .query_row(
            named_params! {
                ":incident": incident.number(),
                ":lane": effect.lane(),
                ":effect": serde_json::to_string(effect)?,
            },
            |row| row.get(0),
        )?;
    Ok(waits)
}

/// Says whether something of this kind still waits to be delivered for an incident.
pub fn is_owed(tx: &Connection, incident: IncidentId, kind: Owed) -> Result<bool> {
    let waits = tx
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM outbox
              WHERE incident_id = :incident AND kind = :kind AND settled_at IS NULL)",
        )?
        .query_row(
            named_params! { ":incident": incident.number(), ":kind": kind.as_str() },
            |row| row.get(0),
        )?;
    Ok(waits)
}

/// Takes back what waits in a lane, because it need not be said any more. What is being sent at this moment
/// is sent.
pub fn withdraw(tx: &Connection, incident: IncidentId, lane: &str, now: Moment) -> Result<()> {
    tx.prepare_cached(
        "UPDATE outbox INDEXED BY outbox_lanes SET state = 'done', settled_at = :now
          WHERE incident_id = :incident AND lane = :lane AND settled_at IS NULL",
    )?
    .execute(named_params! {
        ":incident": incident.number(), ":lane": lane, ":now": now,
    })?;
    Ok(())
}

/// Gives what waits another place in the order, when its incident became better or worse.
pub fn rank(tx: &Connection, incident: IncidentId, severity: Severity) -> Result<()> {
    tx.prepare_cached(
        "UPDATE outbox SET rank = :rank
          WHERE incident_id = :incident AND settled_at IS NULL",
    )?
    .execute(named_params! { ":incident": incident.number(), ":rank": severity.rank() })?;
    Ok(())
}
