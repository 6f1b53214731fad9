//! Fires and reschedules the schedule entries of incidents, and fires those of groups of alerts.

use chrono::Duration;
use rusqlite::Connection;

use crate::domain::delivery::UpsertHeader;
use crate::domain::{
    ChannelState, Delivery, DeliveryKind, IncidentId, ScheduleEntry, ScheduleKind, SettingChange,
    Timestamp,
};
use crate::error::Result;
use crate::store::outbox::enqueue;
use crate::store::tables::incident::incidents;
use crate::store::tables::system::schedule::{self, IncidentEntry};
use crate::store::tables::workspace::settings;
use crate::store::{Store, alert_groups, changes};

/// The kinds whose entries belong to incidents.
const KINDS: [ScheduleKind; 6] = [
    ScheduleKind::UpdateReminder,
    ScheduleKind::SeverityReminder,
    ScheduleKind::ChannelArchiving,
    ScheduleKind::OverdueNotice,
    ScheduleKind::PostmortemReminder,
    ScheduleKind::RuleNotification,
];

/// Maximum number of claimed entries of each kind per transaction.
const CLAIM_LIMIT: i64 = 100;

/// Number of queued header edits before further ones are spaced out.
const HEADER_BURST: i64 = 20;

/// Interval between spaced header edits. Slack allows about 50 message edits per minute, and other edits
/// must not wait behind thousands of headers.
const HEADER_INTERVAL: Duration = Duration::seconds(3);

impl Store {
    /// Claims the due entries of incidents and of groups of alerts, and enqueues their deliveries in one transaction, so that each
    /// fires once, also after a long downtime.
    pub async fn claim_scheduled(&self, now: Timestamp) -> Result<()> {
        self.write_thread
            .run(move |tx| {
                for kind in KINDS {
                    for (id, entry) in schedule::due_entries(tx, kind, now, CLAIM_LIMIT)? {
                        claim(tx, id, &entry, now)?;
                    }
                }
                alert_groups::claim_due(tx, now, CLAIM_LIMIT)
            })
            .await
    }
}

/// Returns when the next entry of an incident or of a group of alerts is due.
pub(super) fn next_scheduled_at(tx: &Connection) -> Result<Option<Timestamp>> {
    let mut next = alert_groups::next_due_at(tx)?;
    for kind in KINDS {
        let due_at = schedule::next_due_at(tx, kind, Timestamp::from_epoch_seconds(0))?;
        next = next.into_iter().chain(due_at).min();
    }
    Ok(next)
}

fn claim(tx: &Connection, id: IncidentId, entry: &ScheduleEntry, now: Timestamp) -> Result<()> {
    let incident = incidents::find_incident(tx, id)?;
    changes::run_decision(tx, Some(&incident), |inputs| {
        let mut change = incident.claim_scheduled(entry, &inputs.at(now));
        // The notices of an outage of several days are sent once.
        let is_repeated = [
            ScheduleKind::OverdueNotice,
            ScheduleKind::PostmortemReminder,
        ];
        if is_repeated.contains(&entry.kind)
            && let Some(notice) = change.deliveries.first()
            && enqueue::is_queued(tx, id, notice)?
        {
            change.deliveries.clear();
        }
        Ok(change)
    })?;
    Ok(())
}

/// Applies changed settings to the entries of all incidents.
pub(super) fn reschedule(tx: &Connection, changes: &[SettingChange], now: Timestamp) -> Result<()> {
    let settings = settings::current_settings(tx)?;
    let is_changed = |kind: &ScheduleKind| {
        let mut keys = changes.iter().map(|change| change.key);
        keys.any(|key| kind.setting() == Some(key))
    };
    for kind in ScheduleKind::WITH_INTERVAL.into_iter().filter(is_changed) {
        let mut queued_headers = enqueue::count_pending(tx, DeliveryKind::UpsertHeader)?;
        for stored in schedule::entries_of_kind(tx, kind)? {
            if stored.entry.is_promised(stored.promised_update_at) {
                continue;
            }
            let interval = kind.interval(stored.severity, &settings);
            let entry = stored.entry.rescheduled(interval, now);
            if entry == stored.entry {
                continue;
            }
            schedule::upsert_entry(tx, Some(stored.incident), &entry)?;
            if let Some(ordering_key) = kind.ordering_key().filter(|_| entry.due_at.is_none()) {
                enqueue::cancel(tx, stored.incident, ordering_key.as_str(), now)?;
            }
            if kind == ScheduleKind::UpdateReminder && stored.channel_state == ChannelState::Open {
                enqueue_header(tx, &stored, queued_headers, now)?;
                queued_headers += 1;
            }
        }
    }
    Ok(())
}

/// Enqueues the header, which shows the time of the next status update. It is spaced out if many other headers
/// are queued.
fn enqueue_header(
    tx: &Connection,
    stored: &IncidentEntry,
    queued: i64,
    now: Timestamp,
) -> Result<()> {
    let (header, incident) = (Delivery::from(UpsertHeader), stored.incident);
    let key = header.ordering_key();
    enqueue::enqueue(tx, incident, stored.severity, &[header], now)?;
    match i32::try_from(queued - HEADER_BURST) {
        Ok(excess) if excess >= 0 => {
            let due = now.plus(HEADER_INTERVAL * (excess + 1));
            enqueue::reschedule(tx, incident, key.as_str(), due)
        }
        Ok(_) | Err(_) => Ok(()),
    }
}
