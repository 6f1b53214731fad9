//! Reminders of all incidents follow the settings when these have changed: some at a time, the newest first, so
//! that whoever writes meanwhile does not wait. How far they do is stored: a bot that is killed goes on there.

use chrono::Duration;
use muster_commands::IncidentId;
use rusqlite::{Connection, named_params};

use super::{Store, incidents, owed, reminders, settings};
use crate::domain::{Effect, Incident, Moment, Owed, Reminder, Settings, Wait};
use crate::error::Result;

/// How many incidents follow at once.
const AT_ONCE: i64 = 50;

/// How many headers may wait to say when the next update is due, before the next one is put off.
const HEADERS_AT_ONCE: i64 = 20;

/// How long a header then waits for the one before it. Slack lets some fifty messages be edited in a minute, and
/// what else is to be edited must not wait behind thousands of headers.
const HEADER_PAUSE: Duration = Duration::seconds(3);

/// Incidents whose reminders are to follow the settings.
struct Batch {
    /// The settings, as they are kept.
    by: String,
    incidents: Vec<IncidentId>,
    /// The incident down to which all follow then; `None` if all do.
    down_to: Option<IncidentId>,
}

/// Says whether the reminders of some incidents are yet to follow the settings.
pub fn is_behind(tx: &Connection) -> Result<bool> {
    let (by, down_to) = reached(tx)?;
    Ok(down_to.is_some() || by != settings::current(tx)?.reminders())
}

impl Store {
    /// Lets the reminders of some more incidents follow the settings.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn let_reminders_follow(&self, now: Moment) -> Result<()> {
        // Looking for them takes long where there are many others; nobody waits behind somebody who reads.
        let batch = self.readers.run(next_batch).await?;
        self.writer
            .run(move |tx| {
                let settings = settings::current(tx)?;
                if settings.reminders() != batch.by {
                    // They changed once more: the next batch begins anew.
                    return Ok(());
                }
                for id in &batch.incidents {
                    let incident = match incidents::find(tx, *id) {
                        Ok(incident) => incident,
                        // The others do not wait for one that cannot be read.
                        Err(error) => {
                            tracing::error!(incident.id = %id,
                                "The reminders of {id} do not follow the settings: {error}");
                            continue;
                        }
                    };
                    if follow(tx, &incident, &settings, now)? {
                        show(tx, &incident, now)?;
                    }
                }
                tx.prepare_cached(
                    "UPDATE store SET reminders_by = :by, reminders_down_to = :down_to",
                )?
                .execute(named_params! {
                    ":by": batch.by, ":down_to": batch.down_to.map(IncidentId::number),
                })?;
                Ok(())
            })
            .await
    }
}

/// Gives the settings that reminders follow, and down to which incident; `None` if all do.
fn reached(tx: &Connection) -> Result<(String, Option<i64>)> {
    let reached = tx
        .prepare_cached("SELECT reminders_by, reminders_down_to FROM store")?
        .query_row([], |row| {
            Ok((row.get("reminders_by")?, row.get("reminders_down_to")?))
        })?;
    Ok(reached)
}

fn next_batch(tx: &Connection) -> Result<Batch> {
    let settings = settings::current(tx)?;
    let by = settings.reminders();
    let (known, down_to) = reached(tx)?;
    let below = down_to.filter(|_| known == by).unwrap_or(i64::MAX);
    let incidents: Vec<IncidentId> = tx
        .prepare_cached(
            "SELECT id FROM incidents
              WHERE id < :below
                AND (status IN ('active', 'stable')
                     OR :archives AND channel_state IN ('awaited', 'open')
                     OR EXISTS (SELECT 1 FROM reminders
                                 WHERE incident_id = incidents.id AND state <> 'idle'))
              ORDER BY id DESC LIMIT :limit",
        )?
        .query_map(
            named_params! {
                ":below": below,
                ":archives": settings.archive_after_days > 0,
                ":limit": AT_ONCE,
            },
            |row| row.get("id").map(IncidentId),
        )?
        .collect::<rusqlite::Result<_>>()?;
    let is_full = i64::try_from(incidents.len()) == Ok(AT_ONCE);
    Ok(Batch {
        by,
        down_to: incidents.last().copied().filter(|_| is_full),
        incidents,
    })
}

/// Lets the reminders of an incident follow the settings; says whether the next update is due at another time
/// than before.
fn follow(tx: &Connection, incident: &Incident, settings: &Settings, now: Moment) -> Result<bool> {
    let known = reminders::all(tx, incident.id)?;
    let mut is_moved = false;
    for of in Reminder::ALL {
        let stood = known.iter().find(|(kind, _)| *kind == of);
        let stood = stood.map_or(Wait::Idle, |(_, wait)| *wait);
        let stands = of.following(stood, incident, settings, now);
        if stands != stood {
            reminders::put(tx, incident.id, of, stands)?;
            is_moved |= of == Reminder::Update && stands.due() != stood.due();
        }
    }
    Ok(is_moved)
}

/// Owes the header, which says when the next update is due; after those of many others, some time later.
fn show(tx: &Connection, incident: &Incident, now: Moment) -> Result<()> {
    let mut effects = Vec::new();
    incident.show_next_update(&mut effects);
    if effects.is_empty() {
        return Ok(());
    }
    let before = owed::waiting(tx, Owed::ShowHeader)? - HEADERS_AT_ONCE;
    owed::queue(tx, incident.id, incident.severity, &effects, now)?;
    if let Ok(before) = i32::try_from(before)
        && before >= 0
    {
        let due = now.after(HEADER_PAUSE * (before + 1));
        owed::put_off(tx, incident.id, &Effect::ShowHeader.lane(), due)?;
    }
    Ok(())
}
