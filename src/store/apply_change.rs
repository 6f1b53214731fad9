//! Stores a decision: the incident, its timeline, its schedule and the outbox. It decides nothing.

use rusqlite::Connection;

use crate::domain::api::LastActivity;
use crate::domain::{Change, Incident, IncidentKind, Visibility};
use crate::error::Result;
use crate::store::db::committed::{self, NotedChange};
use crate::store::outbox::{enqueue, fetched};
use crate::store::recent_titles::RecentTitle;
use crate::store::tables::alert_groups::messages;
use crate::store::tables::incident::{incidents, last_activity, posts, timeline};
use crate::store::tables::notification::notifications;
use crate::store::tables::postmortem::postmortem_sections;
use crate::store::tables::system::schedule;
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
    // The last activity of a declared incident is its declaration.
    if let Some(entry) = change.entries.last()
        && (before.is_some() || incident.imported_at.is_some())
    {
        let user = entry.recorded_by.clone();
        last_activity::record_activity(tx, incident.id, &LastActivity { at, user })?;
    }
    cancel_if_deleted(tx, before, change)?;
    let was_public = before.is_some_and(|before| before.visibility == Visibility::Public);
    committed::note_change(NotedChange {
        incident: incident.id,
        is_hidden_now: was_public && incident.visibility == Visibility::Private,
        new_title: RecentTitle::changed(before, incident),
    });
    if change.is_home_outdated {
        home_views::refresh_all(tx, at)?;
    }
    if let Some(severity) = change.new_priority {
        enqueue::set_priority(tx, incident.id, severity)?;
    }
    if is_offered(before) != is_offered(Some(incident)) {
        messages::refresh_suggestions(tx, at)?;
    }
    notifications::apply_changes(tx, incident.id, &change.notifications)?;
    postmortem_sections::apply_changes(tx, incident.id, &change.postmortem, at)?;
    fetched::save_fetched(tx, &change.fetched, at)?;
    timeline::edits::apply_edits(tx, &change.edits, at)?;
    schedule::apply_changes(tx, incident.id, &change.schedule)?;
    for ordering_key in &change.cancelled {
        enqueue::cancel(tx, incident.id, ordering_key.as_str(), at)?;
    }
    append_and_enqueue(tx, change)
}

/// Cancels the deliveries and the schedule of an incident that is deleted now.
fn cancel_if_deleted(tx: &Connection, before: Option<&Incident>, change: &Change) -> Result<()> {
    let incident = &change.incident;
    if before.is_some_and(|before| before.deleted_at != incident.deleted_at) {
        enqueue::cancel_unfinished(tx, incident.id, change.at)?;
        schedule::delete_entries_of(tx, incident.id)?;
    }
    Ok(())
}

/// Returns whether cards of alerts offer to add their alerts to an incident.
fn is_offered(incident: Option<&Incident>) -> bool {
    incident.is_some_and(|it| {
        it.status.is_open() && it.visibility == Visibility::Public && it.kind == IncidentKind::Real
    })
}

/// Appends the new entries and enqueues the new deliveries, and links those that belong together.
fn append_and_enqueue(tx: &Connection, change: &Change) -> Result<()> {
    let (id, severity) = (change.incident.id, change.incident.severity);
    let entries = timeline::append_entries(tx, id, &change.entries)?;
    let deliveries = enqueue::enqueue(tx, id, severity, &change.deliveries, change.at)?;
    for (entry, delivery) in change.posted_entries() {
        if let (Some(Some(entry)), Some(Some(delivery))) =
            (entries.get(entry), deliveries.get(delivery))
        {
            posts::link_delivery(tx, *entry, *delivery)?;
        }
    }
    Ok(())
}
