//! The table `reminders`: when each incident channel is reminded or archived.

use chrono::Duration;
use muster_commands::IncidentId;
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::domain::{
    Change, Incident, Reminder, ReminderAdjustment, ReminderContext, ReminderState, Settings,
    Timestamp, TriggeredBy, Viewer,
};
use crate::error::Result;
use crate::store::outbox::enqueue;
use crate::store::tables::incident::incidents;
use crate::store::tables::workspace::settings;
use crate::store::{IdempotencyKey, Store, apply_change};

/// Maximum number of reminders per transaction.
const CLAIM_LIMIT: i64 = 100;

/// Updates the reminders of an incident after a change. Returns whether the time of the next status
/// update changed.
pub fn update_reminders(
    tx: &Connection,
    change: &ReminderContext<'_>,
    adjusted: &[(Reminder, ReminderAdjustment)],
) -> Result<bool> {
    let (incident, at) = (change.incident, change.at);
    let before = reminders_of(tx, incident.id)?;
    let mut is_moved = false;
    for of in Reminder::ALL {
        let known = before.iter().find(|(kind, _)| *kind == of);
        let stood = known.map_or(ReminderState::Idle, |(_, wait)| *wait);
        let adjust = adjusted.iter().find(|(kind, _)| *kind == of);
        let after = of.next_state(stood, change, adjust.map(|(_, adjust)| *adjust));
        if after != stood {
            upsert_reminder(tx, incident.id, of, after)?;
            is_moved |= of == Reminder::Update && after.due_at() != stood.due_at();
        }
    }
    // A user was active, so queued reminders are no longer necessary.
    if change.triggered_by == TriggeredBy::User {
        for (kind, _) in &before {
            enqueue::cancel(tx, incident.id, &kind.ordering_key(), at)?;
        }
    }
    Ok(is_moved)
}

/// Returns the state of each reminder of an incident that was ever scheduled.
pub fn reminders_of(
    tx: &Connection,
    incident: IncidentId,
) -> Result<Vec<(Reminder, ReminderState)>> {
    let all: Vec<(String, ReminderState)> = tx
        .prepare_cached(
            "SELECT kind, state, since, due_at, base_at
               FROM reminders WHERE incident_id = :incident",
        )?
        .query_map(named_params! { ":incident": incident.number() }, |row| {
            Ok((row.get("kind")?, from_row(row)?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    let all = all.into_iter();
    Ok(all
        .filter_map(|(word, wait)| Some((parse_reminder(&word)?, wait)))
        .collect())
}

/// Returns the state of one reminder of an incident.
fn find_reminder(tx: &Connection, incident: IncidentId, of: Reminder) -> Result<ReminderState> {
    let found = tx
        .prepare_cached(
            "SELECT state, since, due_at, base_at
               FROM reminders WHERE incident_id = :incident AND kind = :kind",
        )?
        .query_row(
            named_params! { ":incident": incident.number(), ":kind": of.as_str() },
            from_row,
        )
        .optional()?;
    Ok(found.unwrap_or(ReminderState::Idle))
}

/// Returns when the next status update is due, or `None` if none is expected.
pub fn next_update_at(
    tx: &Connection,
    incident: &Incident,
    settings: &Settings,
) -> Result<Option<Timestamp>> {
    if Reminder::Update.interval(incident, settings).is_none() {
        return Ok(None);
    }
    Ok(find_reminder(tx, incident.id, Reminder::Update)?.due_at())
}

/// Returns when the next reminder is due.
pub fn next_due_at(tx: &Connection) -> Result<Option<Timestamp>> {
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
    /// Claims due reminders and enqueues their deliveries in one transaction, so that each fires once,
    /// also after a long downtime. Returns the number of claimed reminders.
    pub async fn claim_reminders(&self, now: Timestamp) -> Result<usize> {
        self.write_thread
            .run(move |tx| {
                let due = due_reminders(tx, now)?;
                let settings = settings::current_settings(tx)?;
                for (id, of) in &due {
                    claim_reminder(tx, (*id, *of), &settings, now)?;
                }
                Ok(due.len())
            })
            .await
    }

    /// Changes a reminder. Idempotent. Returns `None` if the incident has no such reminder.
    pub async fn adjust_reminder(
        &self,
        viewer: Viewer,
        (id, of): (IncidentId, Reminder),
        key: IdempotencyKey,
        decide: impl FnOnce(&Incident) -> Change + Send + 'static,
    ) -> Result<Option<Incident>> {
        self.write_thread
            .run(move |tx| {
                let incident = incidents::find_visible_incident(tx, &viewer, id)?;
                if apply_change::find_key(tx, &key)?.is_some() {
                    return Ok(Some(incident));
                }
                match find_reminder(tx, id, of)? {
                    ReminderState::Idle | ReminderState::Stopped => return Ok(None),
                    ReminderState::Scheduled { .. } | ReminderState::Fired { .. } => {}
                }
                let change = decide(&incident);
                apply_change::record_key(tx, &key, Some(id), change.at)?;
                apply_change::apply_change(tx, &incident, change).map(Some)
            })
            .await
    }
}

/// Claims a due reminder. It fires only if the current settings still call for it.
fn claim_reminder(
    tx: &Connection,
    (id, of): (IncidentId, Reminder),
    settings: &Settings,
    now: Timestamp,
) -> Result<()> {
    let incident = incidents::find_incident(tx, id)?;
    let stands = of.rescheduled(find_reminder(tx, id, of)?, &incident, settings, now);
    let (change, stands) = match (stands, of.interval(&incident, settings)) {
        (
            ReminderState::Scheduled {
                since, due_at: due, ..
            },
            Some(wait),
        ) if due <= now => (
            incident.reminder_due(of, since, now),
            state_after_firing(of, since, now, wait),
        ),
        (stands, _) => (incident.reminder_skipped(of, now), stands),
    };
    upsert_reminder(tx, id, of, stands)?;
    apply_change::apply_change(tx, &incident, change)?;
    Ok(())
}

fn state_after_firing(
    of: Reminder,
    since: Timestamp,
    now: Timestamp,
    wait: Duration,
) -> ReminderState {
    match of {
        Reminder::Update | Reminder::Severity => ReminderState::Scheduled {
            since,
            base_at: Some(now),
            due_at: now.plus(wait),
        },
        Reminder::Archive => ReminderState::Fired { since },
    }
}

fn due_reminders(tx: &Connection, now: Timestamp) -> Result<Vec<(IncidentId, Reminder)>> {
    let due: Vec<(i64, String)> = tx
        .prepare_cached(
            "SELECT incident_id, kind FROM reminders INDEXED BY reminders_due
              WHERE state = 'waiting' AND due_at <= :now ORDER BY due_at LIMIT :limit",
        )?
        .query_map(
            named_params! { ":now": now, ":limit": CLAIM_LIMIT },
            |row| Ok((row.get("incident_id")?, row.get("kind")?)),
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(due
        .into_iter()
        .filter_map(|(id, word)| Some((IncidentId(id), parse_reminder(&word)?)))
        .collect())
}

fn parse_reminder(word: &str) -> Option<Reminder> {
    Reminder::ALL.into_iter().find(|of| of.as_str() == word)
}

/// Stores the state of a reminder.
pub fn upsert_reminder(
    tx: &Connection,
    incident: IncidentId,
    of: Reminder,
    wait: ReminderState,
) -> Result<()> {
    let (state, since, due, from) = match wait {
        ReminderState::Idle => ("idle", None, None, None),
        ReminderState::Scheduled {
            since,
            base_at: from,
            due_at: due,
        } => ("waiting", Some(since), Some(due), from),
        ReminderState::Fired { since } => ("fired", Some(since), None, None),
        ReminderState::Stopped => ("stopped", None, None, None),
    };
    tx.prepare_cached(
        "INSERT INTO reminders (incident_id, kind, state, since, due_at, base_at)
         VALUES (:incident, :kind, :state, :since, :due, :from)
         ON CONFLICT (incident_id, kind) DO UPDATE
            SET state = excluded.state, since = excluded.since, due_at = excluded.due_at,
                base_at = excluded.base_at",
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

fn from_row(row: &Row<'_>) -> rusqlite::Result<ReminderState> {
    let state: String = row.get("state")?;
    let since: Option<Timestamp> = row.get("since")?;
    let due: Option<Timestamp> = row.get("due_at")?;
    let from: Option<Timestamp> = row.get("base_at")?;
    Ok(match (state.as_str(), since, due) {
        ("waiting", Some(since), Some(due)) => ReminderState::Scheduled {
            since,
            base_at: from,
            due_at: due,
        },
        ("fired", Some(since), _) => ReminderState::Fired { since },
        ("stopped", _, _) => ReminderState::Stopped,
        // The table constraints exclude all other combinations.
        _ => ReminderState::Idle,
    })
}
