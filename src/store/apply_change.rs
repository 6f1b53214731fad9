//! Stores a decision: the incident, its timeline, its reminders and the outbox. It decides nothing.

use rusqlite::Connection;

use crate::domain::{Change, Incident};
use crate::error::Result;
use crate::store::deliveries;
use crate::store::outbox::enqueue;
use crate::store::tables::incident::{incidents, timeline, timeline_edits};
use crate::store::tables::system::reminders;
use crate::store::tables::workspace::home_views;

/// Stores a change of an incident; `before` is `None` if the incident is declared.
///
/// Rejects a Slack message that is already on the timeline.
pub(super) fn apply(tx: &Connection, before: Option<&Incident>, change: &Change) -> Result<()> {
    let (incident, at) = (&change.incident, change.at);
    match before {
        Some(before) => {
            timeline::reject_duplicates(tx, incident.id, &change.entries)?;
            incidents::update_incident(tx, before, incident)?;
        }
        None => incidents::insert_incident(tx, incident)?,
    }
    if change.is_home_outdated {
        home_views::bump_home_revision(tx)?;
    }
    if let Some(severity) = change.new_priority {
        enqueue::set_priority(tx, incident.id, severity)?;
    }
    deliveries::save_fetched(tx, &change.fetched, at)?;
    timeline::append_entries(tx, incident.id, &change.entries)?;
    timeline_edits::apply_edits(tx, &change.edits, at)?;
    for (reminder, state) in &change.reminders {
        reminders::upsert_reminder(tx, incident.id, *reminder, *state)?;
    }
    for reminder in &change.cancelled_reminders {
        enqueue::cancel(tx, incident.id, &reminder.ordering_key(), at)?;
    }
    let severity = incident.severity;
    enqueue::enqueue(tx, incident.id, severity, &change.deliveries, at)
}
