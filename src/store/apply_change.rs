//! Stores a decision in one transaction: the incident, its timeline, its reminders and the outbox.

use muster_commands::IncidentId;
use rusqlite::Connection;

use crate::domain::delivery::FetchUser;
use crate::domain::{
    Change, Delivery, Incident, ReminderContext, Settings, TimelineEntry, Timestamp, TriggeredBy,
    USER_TTL,
};
use crate::error::Result;
use crate::store::outbox::enqueue;
use crate::store::tables::incident::{incidents, timeline, timeline_edits};
use crate::store::tables::system::{inbox, reminders};
use crate::store::tables::workspace::{home_views, settings, users};
use crate::store::{IdempotencyKey, deliveries};

/// Returns the incident of an idempotency key, or `None` if the key is new or concerned no incident.
pub fn find_key(tx: &Connection, key: &IdempotencyKey) -> Result<Option<IncidentId>> {
    Ok(inbox::find_request(tx, &key.0)?.and_then(|before| before.incident))
}

/// Records an idempotency key and the incident of its request.
pub fn record_key(
    tx: &Connection,
    key: &IdempotencyKey,
    incident: Option<IncidentId>,
    now: Timestamp,
) -> Result<()> {
    inbox::insert_request(tx, &key.0, incident, now)
}

/// Stores a declared incident.
pub fn apply_declaration(tx: &Connection, change: Change) -> Result<Incident> {
    let settings = settings::current_settings(tx)?;
    incidents::insert_incident(tx, &change.incident)?;
    home_views::bump_home_revision(tx)?;
    apply_consequences(tx, change, &settings)
}

/// Stores a change of an incident.
///
/// Rejects a Slack message that is already on the timeline, before anything is written.
pub fn apply_change(tx: &Connection, before: &Incident, change: Change) -> Result<Incident> {
    let settings = settings::current_settings(tx)?;
    timeline::reject_duplicates(tx, before.id, &change.entries)?;
    incidents::update_incident(tx, before, &change.incident)?;
    if change.incident.affects_home(before) {
        home_views::bump_home_revision(tx)?;
    }
    if before.severity != change.incident.severity {
        enqueue::set_priority(tx, before.id, change.incident.severity)?;
    }
    apply_consequences(tx, change, &settings)
}

/// Stores everything of a change except the incident itself.
fn apply_consequences(tx: &Connection, change: Change, settings: &Settings) -> Result<Incident> {
    let change = change.apply_settings(settings);
    let Change {
        at,
        incident,
        entries,
        edits,
        deliveries: mut effects,
        reminder_adjustments: adjusted,
        fetched,
    } = change;
    deliveries::save_fetched(tx, &fetched, at)?;
    timeline::append_entries(tx, incident.id, &entries)?;
    timeline_edits::apply_edits(tx, &edits, at)?;
    if !entries.is_empty() || !adjusted.is_empty() {
        let change = ReminderContext {
            incident: &incident,
            settings,
            triggered_by: triggered_by(&entries),
            at,
        };
        if reminders::update_reminders(tx, &change, &adjusted)? {
            incident.enqueue_header_refresh(&mut effects);
        }
    }
    drop_cached_user_fetches(tx, &mut effects, at)?;
    enqueue::enqueue(tx, incident.id, incident.severity, &effects, at)?;
    Ok(incident)
}

/// Returns whether a user or Muster caused the new entries.
fn triggered_by(entries: &[TimelineEntry]) -> TriggeredBy {
    if entries.iter().any(|entry| entry.recorded_by.is_some()) {
        TriggeredBy::User
    } else {
        TriggeredBy::Muster
    }
}

/// Removes user fetches whose result is still cached.
fn drop_cached_user_fetches(
    tx: &Connection,
    effects: &mut Vec<Delivery>,
    now: Timestamp,
) -> Result<()> {
    let mut unknown = Vec::with_capacity(effects.len());
    for effect in effects.drain(..) {
        if let Delivery::FetchUser(FetchUser { user }) = &effect
            && let Some((_, learned_at)) = users::find_user(tx, user)?
            && now.duration_since(learned_at) < USER_TTL
        {
            continue;
        }
        unknown.push(effect);
    }
    *effects = unknown;
    Ok(())
}
