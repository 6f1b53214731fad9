//! Reschedules the reminders of all incidents after their settings changed.
//!
//! It works in batches, newest incidents first, so that other writes do not wait. Progress is stored:
//! after a restart it continues with the next batch.

use chrono::Duration;
use rusqlite::{Connection, named_params};

use crate::domain::delivery::UpsertHeader;
use crate::domain::{Delivery, DeliveryKind, Incident, IncidentId, Timestamp};
use crate::error::Result;
use crate::store::outbox::enqueue;
use crate::store::tables::incident::incidents;
use crate::store::tables::workspace::settings;
use crate::store::{Store, changes};

/// Number of incidents per batch.
const BATCH_SIZE: i64 = 50;

/// Number of queued header edits before further ones are spaced out.
const HEADER_BURST: i64 = 20;

/// Interval between spaced header edits. Slack allows about 50 message edits per minute, and other edits
/// must not wait behind thousands of headers.
const HEADER_INTERVAL: Duration = Duration::seconds(3);

/// Incidents whose reminders must be rescheduled.
struct Batch {
    /// The reminder settings as JSON.
    settings_json: String,
    incidents: Vec<IncidentId>,
    /// The last incident of the batch; the next batch continues below it. `None` if this is the last
    /// batch.
    continue_below: Option<IncidentId>,
}

/// Returns whether some reminders do not match the current settings yet.
pub fn has_outdated_reminders(tx: &Connection) -> Result<bool> {
    let (fingerprint, down_to) = progress(tx)?;
    Ok(down_to.is_some() || fingerprint != settings::current_settings(tx)?.reminder_fingerprint())
}

impl Store {
    /// Reschedules the reminders of the next batch.
    pub async fn reschedule_reminders(&self, now: Timestamp) -> Result<()> {
        // The search may scan many other incidents. It runs in the read pool, so that no write waits for
        // it.
        let batch = self.read_pool.run(next_batch).await?;
        self.write_thread
            .run(move |tx| {
                let settings = settings::current_settings(tx)?;
                if settings.reminder_fingerprint() != batch.settings_json {
                    // The settings changed again: the next batch starts over.
                    return Ok(());
                }
                for id in &batch.incidents {
                    let incident = match incidents::find_incident(tx, *id) {
                        Ok(incident) => incident,
                        // One unreadable incident must not block the others.
                        Err(error) => {
                            tracing::error!(incident.id = %id,
                                "The reminders of {id} could not be rescheduled: {error}");
                            continue;
                        }
                    };
                    reschedule_incident(tx, &incident, now)?;
                }
                tx.prepare_cached(
                    "UPDATE instance SET reminder_settings = :by, reminders_continue_below = :continue_below",
                )?
                .execute(named_params! {
                    ":by": batch.settings_json, ":continue_below": batch.continue_below.map(IncidentId::number),
                })?;
                Ok(())
            })
            .await
    }
}

/// Returns the settings with which reminders were last scheduled, and the ID below which the next batch
/// continues; `None` if all are done.
fn progress(tx: &Connection) -> Result<(String, Option<i64>)> {
    let progress = tx
        .prepare_cached("SELECT reminder_settings, reminders_continue_below FROM instance")?
        .query_row([], |row| {
            Ok((
                row.get("reminder_settings")?,
                row.get("reminders_continue_below")?,
            ))
        })?;
    Ok(progress)
}

fn next_batch(tx: &Connection) -> Result<Batch> {
    let settings = settings::current_settings(tx)?;
    let fingerprint = settings.reminder_fingerprint();
    let (known, down_to) = progress(tx)?;
    let below = down_to.filter(|_| known == fingerprint).unwrap_or(i64::MAX);
    let incidents: Vec<IncidentId> = tx
        .prepare_cached(
            "SELECT id FROM incidents
              WHERE id < :below
                AND (status IN ('active', 'stable')
                     OR :archives AND channel_state IN ('pending', 'open')
                     OR EXISTS (SELECT 1 FROM reminders
                                 WHERE incident_id = incidents.id AND state <> 'idle'))
              ORDER BY id DESC LIMIT :limit",
        )?
        .query_map(
            named_params! {
                ":below": below,
                ":archives": settings.archive_after_days > 0,
                ":limit": BATCH_SIZE,
            },
            |row| row.get("id").map(IncidentId),
        )?
        .collect::<rusqlite::Result<_>>()?;
    let is_full = i64::try_from(incidents.len()) == Ok(BATCH_SIZE);
    Ok(Batch {
        settings_json: fingerprint,
        continue_below: incidents.last().copied().filter(|_| is_full),
        incidents,
    })
}

/// Reschedules the reminders of one incident. The header, which shows the time of the next status update, is
/// spaced out if many other headers are queued.
fn reschedule_incident(tx: &Connection, incident: &Incident, now: Timestamp) -> Result<()> {
    let queued = enqueue::count_pending(tx, DeliveryKind::UpsertHeader)? - HEADER_BURST;
    let change = changes::run_decision(tx, Some(incident), |inputs| {
        Ok(incident.reschedule_reminders(&inputs.at(now)))
    })?;
    if let Ok(queued) = i32::try_from(queued)
        && queued >= 0
        && change.deliveries.contains(&Delivery::from(UpsertHeader))
    {
        let due = now.plus(HEADER_INTERVAL * (queued + 1));
        let key = Delivery::from(UpsertHeader).ordering_key();
        enqueue::reschedule(tx, incident.id, key.as_str(), due)?;
    }
    Ok(())
}
