//! The table `outbox`, as a change of an incident sees it: what comes to be owed, and what of it is taken back.

use muster_commands::{IncidentId, Severity};
use rusqlite::{Connection, OptionalExtension, named_params};

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
        let place = Place {
            incident,
            lane: effect.lane(),
            effect: serde_json::to_string(effect)?,
        };
        match before(tx, &place)? {
            Before::Nothing => insert(tx, &place, ("waiting", effect.owed(), severity), now)?,
            Before::SaysTheSame if effect.company() == Company::SaysTheSame => {
                hurry(tx, &place, now)?;
            }
            Before::SaysTheSame | Before::Others => {
                insert(tx, &place, ("behind", effect.owed(), severity), now)?;
            }
        }
    }
    Ok(())
}

/// Where an effect is queued.
struct Place {
    incident: IncidentId,
    lane: String,
    effect: String,
}

/// What is before an effect in its lane.
enum Before {
    Nothing,
    /// The last one says the same, and none is on its way.
    SaysTheSame,
    Others,
}

fn before(tx: &Connection, place: &Place) -> Result<Before> {
    // In a statement of its own: one that reads the table into which it inserts copies what it reads first.
    let before = tx
        .prepare_cached(
            "SELECT effect IS :effect AND (
                        SELECT state = 'waiting' AND in_doubt = 0 FROM outbox
                         WHERE incident_id = :incident AND lane = :lane AND settled_at IS NULL
                         ORDER BY id LIMIT 1) AS says_the_same
               FROM outbox WHERE incident_id = :incident AND lane = :lane AND settled_at IS NULL
              ORDER BY id DESC LIMIT 1",
        )?
        .query_row(
            named_params! {
                ":incident": place.incident.number(), ":lane": place.lane, ":effect": place.effect,
            },
            |row| row.get("says_the_same"),
        )
        .optional()?;
    Ok(match before {
        None => Before::Nothing,
        Some(true) => Before::SaysTheSame,
        Some(false) => Before::Others,
    })
}

fn insert(
    tx: &Connection,
    place: &Place,
    (state, kind, severity): (&str, Owed, Severity),
    now: Moment,
) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO outbox (incident_id, lane, kind, rank, effect, state, queued_at, due_at)
         VALUES (:incident, :lane, :kind, :rank, :effect, :state, :now, :now)",
    )?
    .execute(named_params! {
        ":incident": place.incident.number(),
        ":lane": place.lane,
        ":kind": kind.as_str(),
        ":rank": severity.rank(),
        ":effect": place.effect,
        ":state": state,
        ":now": now,
    })?;
    Ok(())
}

/// Lets what waits in a lane and was put off go out now.
fn hurry(tx: &Connection, place: &Place, now: Moment) -> Result<()> {
    tx.prepare_cached(
        "UPDATE outbox INDEXED BY outbox_lanes SET due_at = :now
          WHERE incident_id = :incident AND lane = :lane AND settled_at IS NULL
            AND state = 'waiting' AND trouble = '' AND due_at > :now",
    )?
    .execute(named_params! {
        ":incident": place.incident.number(), ":lane": place.lane, ":now": now,
    })?;
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
    // Found first: mostly there is none, and a statement that changes several puts them down in a table before.
    let waiting: Vec<i64> = tx
        .prepare_cached(
            "SELECT id FROM outbox INDEXED BY outbox_lanes
              WHERE incident_id = :incident AND lane = :lane AND settled_at IS NULL",
        )?
        .query_map(
            named_params! { ":incident": incident.number(), ":lane": lane },
            |row| row.get("id"),
        )?
        .collect::<rusqlite::Result<_>>()?;
    for id in waiting {
        tx.prepare_cached("UPDATE outbox SET state = 'done', settled_at = :now WHERE id = :id")?
            .execute(named_params! { ":id": id, ":now": now })?;
    }
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
