//! The table `reminders`: when each incident channel is reminded or archived.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::domain::{
    Change, Incident, IncidentId, Reminder, ReminderState, Settings, Timestamp, Viewer,
};
use crate::error::Result;
use crate::store::db::sql_types::{parse_column, parse_optional_column};
use crate::store::tables::incident::incidents;
use crate::store::{IdempotencyKey, Store, changes, idempotency_key};

/// Maximum number of reminders per transaction.
const CLAIM_LIMIT: i64 = 100;

/// Returns the state of each reminder of an incident that was ever scheduled.
pub fn reminders_of(
    tx: &Connection,
    incident: IncidentId,
) -> Result<Vec<(Reminder, ReminderState)>> {
    let rows: Vec<(String, ReminderState)> = tx
        .prepare_cached(
            "SELECT kind, state, since, due_at, base_at
               FROM reminders WHERE incident_id = :incident",
        )?
        .query_map(named_params! { ":incident": incident.number() }, |row| {
            Ok((row.get("kind")?, from_row(row)?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    let rows = rows.into_iter();
    Ok(rows
        .filter_map(|(name, wait)| Some((parse_reminder(&name)?, wait)))
        .collect())
}

/// Returns the state of one reminder of an incident.
fn find_reminder(
    tx: &Connection,
    incident: IncidentId,
    reminder: Reminder,
) -> Result<ReminderState> {
    let state = tx
        .prepare_cached(
            "SELECT state, since, due_at, base_at
               FROM reminders WHERE incident_id = :incident AND kind = :kind",
        )?
        .query_row(
            named_params! { ":incident": incident.number(), ":kind": reminder.as_str() },
            from_row,
        )
        .optional()?;
    Ok(state.unwrap_or(ReminderState::Idle))
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
        .query_row([], |row| parse_column(row, 0))
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
                for (id, reminder) in &due {
                    let incident = incidents::find_incident(tx, *id)?;
                    changes::run_decision(tx, Some(&incident), |inputs| {
                        Ok(incident.claim_reminder(*reminder, &inputs.at(now)))
                    })?;
                }
                Ok(due.len())
            })
            .await
    }

    /// Changes a reminder. Idempotent. Returns `None` if the incident has no such reminder.
    pub async fn adjust_reminder(
        &self,
        viewer: Viewer,
        (id, reminder): (IncidentId, Reminder),
        key: IdempotencyKey,
        decide: impl FnOnce(&Incident) -> Change + Send + 'static,
    ) -> Result<Option<Incident>> {
        self.write_thread
            .run(move |tx| {
                let incident = incidents::find_visible_incident(tx, &viewer, id)?;
                if idempotency_key::find_key(tx, &key)?.is_some() {
                    return Ok(Some(incident));
                }
                match find_reminder(tx, id, reminder)? {
                    ReminderState::Idle | ReminderState::Stopped => return Ok(None),
                    ReminderState::Scheduled { .. } | ReminderState::Fired { .. } => {}
                }
                let change = changes::change_once(tx, incident, &key, |it, _| Ok(decide(it)))?;
                Ok(Some(change.after))
            })
            .await
    }
}

fn due_reminders(tx: &Connection, now: Timestamp) -> Result<Vec<(IncidentId, Reminder)>> {
    let due: Vec<(i64, String)> = tx
        .prepare_cached(
            "SELECT incident_id, kind FROM reminders INDEXED BY reminders_due
              WHERE state = 'waiting' AND due_at <= :now ORDER BY due_at LIMIT :limit",
        )?
        .query_map(
            named_params! { ":now": now.to_string(), ":limit": CLAIM_LIMIT },
            |row| Ok((row.get("incident_id")?, row.get("kind")?)),
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(due
        .into_iter()
        .filter_map(|(id, name)| Some((IncidentId(id), parse_reminder(&name)?)))
        .collect())
}

fn parse_reminder(name: &str) -> Option<Reminder> {
    Reminder::ALL
        .into_iter()
        .find(|reminder| reminder.as_str() == name)
}

/// Stores the state of a reminder.
pub fn upsert_reminder(
    tx: &Connection,
    incident: IncidentId,
    reminder: Reminder,
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
        ":kind": reminder.as_str(),
        ":state": state,
        ":since": since.map(String::from),
        ":due": due.map(String::from),
        ":from": from.map(String::from),
    })?;
    Ok(())
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<ReminderState> {
    let state: String = row.get("state")?;
    let since: Option<Timestamp> = parse_optional_column(row, "since")?;
    let due: Option<Timestamp> = parse_optional_column(row, "due_at")?;
    let from: Option<Timestamp> = parse_optional_column(row, "base_at")?;
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
