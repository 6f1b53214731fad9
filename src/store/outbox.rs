//! The table `outbox`: what we still owe the world.
//!
//! The deliveries of one incident and lane go out one after the other. The first of a lane is
//! `waiting`, those after it are `behind`; so what is ready is found without looking at the rest.

use muster_commands::{ChannelId, IncidentId};
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::columns::json;
use crate::domain::{Effect, Moment, Owed};
use crate::error::Result;

/// Something that we owe the world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Its number, which marks what we send.
    pub id: i64,
    /// The incident that it is about.
    pub incident: IncidentId,
    /// What it is.
    pub effect: Effect,
    /// How often it was tried, this time included.
    pub attempts: i64,
    /// Whether an earlier attempt may have arrived.
    pub doubt: Doubt,
    /// Since when we owe it.
    pub queued_at: Moment,
}

/// Whether an attempt may have arrived without our knowing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// It surely did not arrive.
    None,
    /// It may have; the first attempt of which we do not know began then.
    Since(Moment),
}

/// How much is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backlog {
    /// How many deliveries wait.
    pub depth: i64,
    /// Since when the oldest of them waits.
    pub oldest: Option<Moment>,
}

/// Gives the incident that a delivery is about, if there is such a delivery.
pub fn incident_of(tx: &Connection, id: i64) -> Result<Option<IncidentId>> {
    let incident = tx
        .prepare_cached("SELECT incident_id FROM outbox WHERE id = :id")?
        .query_row(named_params! { ":id": id }, |row| row.get(0))
        .optional()?;
    Ok(incident.map(IncidentId))
}

/// A delivery that can go out, with what decides how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ready {
    /// The delivery; this attempt is not counted yet.
    pub delivery: Delivery,
    /// The incident's channel, if there is one.
    pub channel: Option<ChannelId>,
    /// Whether the header stands already.
    pub header: Standing,
    /// Whether the card stands already.
    pub card: Standing,
}

/// Whether a message stands already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It does: it is edited.
    Stands,
    /// It does not: it is posted.
    Missing,
}

/// Gives what is due of one kind, the worst incidents first. An attempt is not counted yet.
pub fn due(tx: &Connection, kind: Owed, now: Moment, limit: i64) -> Result<Vec<Ready>> {
    let due = tx
        .prepare_cached(
            "SELECT outbox.id, outbox.incident_id, effect, attempts, in_doubt, tried_at, queued_at,
                    channel_id, header_ts IS NOT NULL AS header, card_ts IS NOT NULL AS card
               FROM outbox INDEXED BY outbox_ready
               JOIN incidents ON incidents.id = outbox.incident_id
              WHERE state = 'waiting' AND kind = :kind AND due_at <= :now
              ORDER BY rank, outbox.id
              LIMIT :limit",
        )?
        .query_map(
            named_params! { ":kind": kind.as_str(), ":now": now, ":limit": limit },
            |row| {
                Ok(Ready {
                    delivery: from_row(row)?,
                    channel: row.get::<_, Option<String>>("channel_id")?.map(ChannelId),
                    header: standing(row.get("header")?),
                    card: standing(row.get("card")?),
                })
            },
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(due)
}

/// Gives when the next delivery that is not due yet will be.
pub fn next_due(tx: &Connection, now: Moment) -> Result<Option<Moment>> {
    let next = tx
        .prepare_cached(
            "SELECT due_at FROM outbox INDEXED BY outbox_due
              WHERE state = 'waiting' AND due_at > :now ORDER BY due_at LIMIT 1",
        )?
        .query_row(named_params! { ":now": now }, |row| row.get(0))
        .optional()?;
    Ok(next)
}

/// Counts an attempt before it is made, and gives the delivery as it stood; `None` if it no longer waits.
pub fn begin(tx: &Connection, id: i64, now: Moment) -> Result<Option<Delivery>> {
    let found = tx
        .prepare_cached(
            "SELECT id, incident_id, effect, attempts, in_doubt, tried_at, queued_at
               FROM outbox WHERE id = :id AND state = 'waiting'",
        )?
        .query_row(named_params! { ":id": id }, from_row)
        .optional()?;
    let Some(mut delivery) = found else {
        return Ok(None);
    };
    delivery.attempts += 1;
    tx.prepare_cached(
        "UPDATE outbox
            SET attempts = attempts + 1, in_doubt = 1,
                tried_at = iif(in_doubt = 1, tried_at, :now)
          WHERE id = :id",
    )?
    .execute(named_params! { ":id": id, ":now": now })?;
    Ok(Some(delivery))
}

/// Gives those of the same kind that wait behind a delivery in its lane, in order.
pub fn behind(tx: &Connection, delivery: &Delivery) -> Result<Vec<Delivery>> {
    let behind = tx
        .prepare_cached(
            "SELECT id, incident_id, effect, attempts, in_doubt, tried_at, queued_at
               FROM outbox INDEXED BY outbox_lanes
              WHERE incident_id = :incident AND lane = :lane
                AND settled_at IS NULL AND state = 'behind' AND kind = :kind
              ORDER BY id",
        )?
        .query_map(
            named_params! {
                ":incident": delivery.incident.number(),
                ":lane": delivery.effect.lane(),
                ":kind": delivery.effect.owed().as_str(),
            },
            from_row,
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(behind)
}

/// How a delivery ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It is done.
    Done,
    /// We gave it up.
    GivenUp,
}

/// Notes that deliveries of one lane ended, and lets the next of the lane come forward.
///
/// It is due no sooner than what is queued now: whoever looks with an earlier clock sees all of it or nothing,
/// so that the order of importance holds (a header stands above the first post).
pub fn settle(tx: &Connection, ids: &[i64], end: End, trouble: &str, now: Moment) -> Result<()> {
    for id in ids {
        tx.prepare_cached(
            "UPDATE outbox SET state = :state, settled_at = :now, trouble = :trouble WHERE id = :id",
        )?
        .execute(named_params! {
            ":id": id,
            ":state": match end { End::Done => "done", End::GivenUp => "given up" },
            ":now": now,
            ":trouble": trouble,
        })?;
    }
    let Some(id) = ids.first() else {
        return Ok(());
    };
    tx.prepare_cached(
        "UPDATE outbox SET state = 'waiting', due_at = max(due_at, :now)
          WHERE state = 'behind'
            AND id = (SELECT min(later.id)
                        FROM outbox AS settled
                        JOIN outbox AS later INDEXED BY outbox_lanes
                          ON later.incident_id = settled.incident_id AND later.lane = settled.lane
                         AND later.settled_at IS NULL
                       WHERE settled.id = :id)",
    )?
    .execute(named_params! { ":id": id, ":now": now })?;
    Ok(())
}

/// Puts a delivery off.
pub fn postpone(tx: &Connection, id: i64, due: Moment, doubt: Doubt, trouble: &str) -> Result<()> {
    let (in_doubt, tried_at) = match doubt {
        Doubt::None => (0, None),
        Doubt::Since(moment) => (1, Some(moment)),
    };
    tx.prepare_cached(
        "UPDATE outbox
            SET due_at = :due, trouble = :trouble, in_doubt = :in_doubt, tried_at = :tried_at
          WHERE id = :id",
    )?
    .execute(named_params! {
        ":id": id, ":due": due, ":trouble": trouble, ":in_doubt": in_doubt, ":tried_at": tried_at,
    })?;
    Ok(())
}

/// Stores what is owed by a delivery that waits, after part of it was done.
pub fn amend(tx: &Connection, id: i64, effect: &Effect) -> Result<()> {
    tx.prepare_cached("UPDATE outbox SET effect = :effect WHERE id = :id AND state = 'waiting'")?
        .execute(named_params! { ":id": id, ":effect": serde_json::to_string(effect)? })?;
    Ok(())
}

/// Lets everything that was put off because of some trouble be due now.
pub fn hurry(tx: &Connection, now: Moment) -> Result<()> {
    tx.prepare_cached(
        "UPDATE outbox SET due_at = :now WHERE state = 'waiting' AND due_at > :now AND trouble <> ''",
    )?
    .execute(named_params! { ":now": now })?;
    Ok(())
}

/// Lets what we gave up wait again, as if it had just been queued; `None` if it is not given up.
pub fn revive(tx: &Connection, id: i64, now: Moment) -> Result<Option<Delivery>> {
    let revived = tx
        .prepare_cached(
            "UPDATE outbox AS revived
                SET attempts = 0, queued_at = :now, due_at = :now, settled_at = NULL,
                    state = iif(EXISTS (SELECT 1 FROM outbox AS other
                                         WHERE other.incident_id = revived.incident_id
                                           AND other.lane = revived.lane
                                           AND other.settled_at IS NULL
                                           AND other.state = 'waiting'),
                                'behind', 'waiting')
              WHERE id = :id AND state = 'given up'
          RETURNING id, incident_id, effect, attempts, in_doubt, tried_at, queued_at",
        )?
        .query_row(named_params! { ":id": id, ":now": now }, from_row)
        .optional()?;
    Ok(revived)
}

/// Gives how much is owed.
pub fn backlog(tx: &Connection) -> Result<Backlog> {
    let backlog = tx
        .prepare_cached(
            "SELECT count(*) AS depth, min(queued_at) AS oldest
               FROM outbox WHERE settled_at IS NULL",
        )?
        .query_row([], |row| {
            Ok(Backlog {
                depth: row.get("depth")?,
                oldest: row.get("oldest")?,
            })
        })?;
    Ok(backlog)
}

/// Gives a line for each delivery that waits and says what nobody understands.
pub fn unreadable(tx: &Connection) -> Result<Vec<String>> {
    let mut select = tx.prepare_cached(
        "SELECT id, incident_id, effect, attempts, in_doubt, tried_at, queued_at
           FROM outbox WHERE settled_at IS NULL ORDER BY id",
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

/// Forgets deliveries that ended before a moment.
pub fn forget_before(tx: &Connection, moment: Moment) -> Result<()> {
    tx.prepare_cached("DELETE FROM outbox WHERE settled_at < :moment AND state = 'done'")?
        .execute(named_params! { ":moment": moment })?;
    Ok(())
}

fn standing(stands: bool) -> Standing {
    if stands {
        Standing::Stands
    } else {
        Standing::Missing
    }
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Delivery> {
    let in_doubt: bool = row.get("in_doubt")?;
    let tried_at: Option<Moment> = row.get("tried_at")?;
    Ok(Delivery {
        id: row.get("id")?,
        incident: IncidentId(row.get("incident_id")?),
        effect: json(row, "effect")?,
        attempts: row.get("attempts")?,
        doubt: match tried_at {
            Some(moment) if in_doubt => Doubt::Since(moment),
            Some(_) | None => Doubt::None,
        },
        queued_at: row.get("queued_at")?,
    })
}
