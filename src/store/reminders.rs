//! The table `reminders`: what the channels are to be reminded of, and when; and which are to be archived.

use chrono::Duration;
use muster_commands::IncidentId;
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::{Key, Store, incidents, keep, owed, settings};
use crate::domain::{
    Adjust, Change, Incident, Moment, Reminder, ReminderChange, Settings, Touched, Viewer, Wait,
};
use crate::error::Result;

/// How many are taken at once.
const TAKEN_AT_ONCE: i64 = 100;

/// Brings the reminders of an incident in line with a change of it. Says whether the next update is due at
/// another time than before.
pub fn follow(
    tx: &Connection,
    change: &ReminderChange<'_>,
    adjusted: &[(Reminder, Adjust)],
) -> Result<bool> {
    let (incident, at) = (change.incident, change.at);
    let before = all(tx, incident.id)?;
    let mut is_moved = false;
    for of in Reminder::ALL {
        let known = before.iter().find(|(kind, _)| *kind == of);
        let stood = known.map_or(Wait::Idle, |(_, wait)| *wait);
        let adjust = adjusted.iter().find(|(kind, _)| *kind == of);
        let after = of.after(stood, change, adjust.map(|(_, adjust)| *adjust));
        if after != stood {
            put(tx, incident.id, of, after)?;
            is_moved |= of == Reminder::Update && after.due() != stood.due();
        }
    }
    // Whoever did something has said how things stand: what we were about to ask need not be asked.
    if change.touched == Touched::ByAPerson {
        for (kind, _) in &before {
            owed::withdraw(tx, incident.id, &kind.lane(), at)?;
        }
    }
    Ok(is_moved)
}

/// Gives how the reminders of an incident stand of which there ever were any.
pub fn all(tx: &Connection, incident: IncidentId) -> Result<Vec<(Reminder, Wait)>> {
    let all: Vec<(String, Wait)> = tx
        .prepare_cached(
            "SELECT kind, state, since, due_at, counted_from
               FROM reminders WHERE incident_id = :incident",
        )?
        .query_map(named_params! { ":incident": incident.number() }, |row| {
            Ok((row.get("kind")?, from_row(row)?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    let all = all.into_iter();
    Ok(all
        .filter_map(|(word, wait)| Some((known(&word)?, wait)))
        .collect())
}

/// Gives how a reminder of an incident stands.
fn find(tx: &Connection, incident: IncidentId, of: Reminder) -> Result<Wait> {
    let found = tx
        .prepare_cached(
            "SELECT state, since, due_at, counted_from
               FROM reminders WHERE incident_id = :incident AND kind = :kind",
        )?
        .query_row(
            named_params! { ":incident": incident.number(), ":kind": of.as_str() },
            from_row,
        )
        .optional()?;
    Ok(found.unwrap_or(Wait::Idle))
}

/// Gives when somebody should next say how an incident stands, if they should.
pub fn next_update(
    tx: &Connection,
    incident: &Incident,
    settings: &Settings,
) -> Result<Option<Moment>> {
    if Reminder::Update.wait(incident, settings).is_none() {
        return Ok(None);
    }
    Ok(find(tx, incident.id, Reminder::Update)?.due())
}

/// Gives when the next reminder is due.
pub fn next_due(tx: &Connection) -> Result<Option<Moment>> {
    let next = tx
        .prepare_cached(
            "SELECT due_at FROM reminders INDEXED BY reminders_due
              WHERE state = 'waiting' ORDER BY due_at LIMIT 1",
        )?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(next)
}

impl Store {
    /// Takes the reminders that are due, and queues what each owes, in one transaction: so each fires once,
    /// and after a long silence once as well. Gives how many were due.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn take_reminders(&self, now: Moment) -> Result<usize> {
        self.writer
            .run(move |tx| {
                let due = due(tx, now)?;
                let settings = settings::current(tx)?;
                for (id, of) in &due {
                    take(tx, (*id, *of), &settings, now)?;
                }
                Ok(due.len())
            })
            .await
    }

    /// Changes how a reminder stands, once for each key; `None` if there is none.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn adjust_reminder(
        &self,
        viewer: Viewer,
        (id, of): (IncidentId, Reminder),
        key: Key,
        decide: impl FnOnce(&Incident) -> Change + Send + 'static,
    ) -> Result<Option<Incident>> {
        self.writer
            .run(move |tx| {
                let incident = incidents::find_for(tx, &viewer, id)?;
                if keep::before(tx, &key)?.is_some() {
                    return Ok(Some(incident));
                }
                match find(tx, id, of)? {
                    Wait::Idle | Wait::Stopped => return Ok(None),
                    Wait::Until { .. } | Wait::Fired { .. } => {}
                }
                let change = decide(&incident);
                keep::done(tx, &key, Some(id), change.at)?;
                keep::change(tx, &incident, change).map(Some)
            })
            .await
    }
}

/// Gives how a reminder stands once it fired: people are reminded again, a channel is archived once.
/// Takes a reminder that is due, if it is by the settings as they are now.
fn take(
    tx: &Connection,
    (id, of): (IncidentId, Reminder),
    settings: &Settings,
    now: Moment,
) -> Result<()> {
    let incident = incidents::find(tx, id)?;
    let stands = of.following(find(tx, id, of)?, &incident, settings, now);
    let (change, stands) = match (stands, of.wait(&incident, settings)) {
        (Wait::Until { since, due, .. }, Some(wait)) if due <= now => (
            incident.reminded(of, since, now),
            once_fired(of, since, now, wait),
        ),
        (stands, _) => (incident.not_reminded(of, now), stands),
    };
    put(tx, id, of, stands)?;
    keep::change(tx, &incident, change)?;
    Ok(())
}

fn once_fired(of: Reminder, since: Moment, now: Moment, wait: Duration) -> Wait {
    match of {
        Reminder::Update | Reminder::Severity => Wait::Until {
            since,
            from: Some(now),
            due: now.after(wait),
        },
        Reminder::Archive => Wait::Fired { since },
    }
}

fn due(tx: &Connection, now: Moment) -> Result<Vec<(IncidentId, Reminder)>> {
    let due: Vec<(i64, String)> = tx
        .prepare_cached(
            "SELECT incident_id, kind FROM reminders INDEXED BY reminders_due
              WHERE state = 'waiting' AND due_at <= :now ORDER BY due_at LIMIT :limit",
        )?
        .query_map(
            named_params! { ":now": now, ":limit": TAKEN_AT_ONCE },
            |row| Ok((row.get("incident_id")?, row.get("kind")?)),
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(due
        .into_iter()
        .filter_map(|(id, word)| Some((IncidentId(id), known(&word)?)))
        .collect())
}

fn known(word: &str) -> Option<Reminder> {
    Reminder::ALL.into_iter().find(|of| of.as_str() == word)
}

/// Stores how a reminder of an incident stands.
pub fn put(tx: &Connection, incident: IncidentId, of: Reminder, wait: Wait) -> Result<()> {
    let (state, since, due, from) = match wait {
        Wait::Idle => ("idle", None, None, None),
        Wait::Until { since, from, due } => ("waiting", Some(since), Some(due), from),
        Wait::Fired { since } => ("fired", Some(since), None, None),
        Wait::Stopped => ("stopped", None, None, None),
    };
    tx.prepare_cached(
        "INSERT INTO reminders (incident_id, kind, state, since, due_at, counted_from)
         VALUES (:incident, :kind, :state, :since, :due, :from)
         ON CONFLICT (incident_id, kind) DO UPDATE
            SET state = excluded.state, since = excluded.since, due_at = excluded.due_at,
                counted_from = excluded.counted_from",
    )?
    .execute(named_params! {
        ":incident": incident.number(),
        ":kind": of.as_str(),
        ":state": state,
        ":since": since,
        ":due": due,
        ":from": from,
    })?;
    Ok(())
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Wait> {
    let state: String = row.get("state")?;
    let since: Option<Moment> = row.get("since")?;
    let due: Option<Moment> = row.get("due_at")?;
    let from: Option<Moment> = row.get("counted_from")?;
    Ok(match (state.as_str(), since, due) {
        ("waiting", Some(since), Some(due)) => Wait::Until { since, from, due },
        ("fired", Some(since), _) => Wait::Fired { since },
        ("stopped", _, _) => Wait::Stopped,
        // The table lets nothing else be.
        _ => Wait::Idle,
    })
}
