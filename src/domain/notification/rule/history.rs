//! The past states of an incident, by taking back what its timeline records.

use crate::{
    FieldChange, ImpactChange, Incident, StatusUpdate, TimelineEntry, TimelineEvent, Timestamp,
    Visibility,
};

/// The state of an incident after a change. It has only what a rule can name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastState {
    /// When it changed.
    pub at: Timestamp,
    /// The incident after that.
    pub incident: Incident,
}

/// Returns the states of an incident from its declaration on, the latest last. Entries that were recorded at the
/// same time belong to one change. An impact that was removed, as entered by mistake, has no entries any more.
pub fn past_states(current: &Incident, timeline: &[TimelineEntry]) -> Vec<PastState> {
    let mut entries: Vec<_> = timeline.iter().collect();
    entries.sort_by_key(|entry| entry.recorded_at);
    let mut incident = without_details(current);
    let mut states: Vec<PastState> = Vec::new();
    for (index, entry) in entries.iter().enumerate().rev() {
        if !is_state_change(&entry.event) {
            continue;
        }
        if states
            .last()
            .is_none_or(|later| later.at != entry.recorded_at)
        {
            let (at, incident) = (entry.recorded_at, incident.clone());
            states.push(PastState { at, incident });
        }
        if let TimelineEvent::Declared { .. } = entry.event {
            break;
        }
        take_back(&mut incident, &entry.event);
        if let TimelineEvent::StatusUpdate { .. } = entry.event {
            incident.last_update = latest_update(&entries[..index]);
        }
    }
    states.reverse();
    states
}

/// Returns an incident with what a rule can name, so that its states cost little.
fn without_details(incident: &Incident) -> Incident {
    Incident {
        summary: String::new(),
        root_cause: String::new(),
        responders: Vec::new(),
        signals: Vec::new(),
        documents: Vec::new(),
        tasks: Vec::new(),
        roles: Vec::new(),
        pending_direct_messages: Vec::new(),
        subscribers: Vec::new(),
        reminder_posts: Vec::new(),
        ..incident.clone()
    }
}

fn is_state_change(event: &TimelineEvent) -> bool {
    matches!(
        event,
        TimelineEvent::Declared { .. }
            | TimelineEvent::Updated { .. }
            | TimelineEvent::VisibilityChanged { .. }
            | TimelineEvent::ImpactStarted { .. }
            | TimelineEvent::ImpactEnded { .. }
            | TimelineEvent::ImpactEdited { .. }
            | TimelineEvent::StatusUpdate { .. }
    )
}

fn take_back(incident: &mut Incident, event: &TimelineEvent) {
    if let TimelineEvent::Updated { changes } = event {
        for change in changes {
            take_back_field(incident, change);
        }
    } else if let TimelineEvent::VisibilityChanged { to } = event {
        incident.visibility = match to {
            Visibility::Public => Visibility::Private,
            Visibility::Private => Visibility::Public,
        };
    } else if let TimelineEvent::ImpactStarted { number, .. } = event {
        incident.impacts.retain(|it| Some(it.number) != *number);
    } else if let TimelineEvent::ImpactEnded { number, .. } = event {
        let mut impacts = incident.impacts.iter_mut();
        if let Some(impact) = impacts.find(|it| Some(it.number) == *number) {
            impact.ended_at = None;
        }
    } else if let TimelineEvent::ImpactEdited { number, changes } = event {
        let mut ends = changes.iter().filter_map(|change| match change {
            ImpactChange::End { from, .. } => Some(*from),
            ImpactChange::Start { .. } | ImpactChange::Description { .. } => None,
        });
        let mut impacts = incident.impacts.iter_mut();
        if let (Some(impact), Some(end)) =
            (impacts.find(|it| it.number == *number), ends.next_back())
        {
            impact.ended_at = end;
        }
    }
}

fn take_back_field(incident: &mut Incident, change: &FieldChange) {
    match change {
        FieldChange::Title { from, .. } => incident.title.clone_from(from),
        FieldChange::Severity { from, .. } => incident.severity = *from,
        FieldChange::Status { from, .. } => incident.status = *from,
        FieldChange::Commander { from, .. } => incident.commander.clone_from(from),
        FieldChange::DetectionMethod { from, .. } => incident.detection_method = *from,
        FieldChange::DetectedAt { from, .. } => incident.detected_at = *from,
        FieldChange::Summary { .. } | FieldChange::RootCause { .. } => {}
        FieldChange::Configured { name, from, .. } => match from {
            Some(from) => drop(incident.fields.insert(name.clone(), from.clone())),
            None => drop(incident.fields.remove(name)),
        },
    }
}

/// Returns the latest status update that entries record. Rules ask only when it was posted.
fn latest_update(entries: &[&TimelineEntry]) -> Option<StatusUpdate> {
    let mut entries = entries.iter().rev();
    let update = entries.find(|it| matches!(it.event, TimelineEvent::StatusUpdate { .. }))?;
    Some(StatusUpdate {
        text: String::new(),
        author: None,
        at: update.recorded_at,
        next_update_at: None,
    })
}
