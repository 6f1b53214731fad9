//! Imports an incident that another tool managed, with its own times. It has no channel, and notifies no user.

mod request;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

pub use request::{
    ImportDocument, ImportIncident, ImportNote, ImportSource, ImportTask, LONGEST_IMPORTED_TITLE,
};

use crate::incident::title::LONGEST_TITLE;
use crate::text::truncate;
use crate::{
    Actor, AddImpact, Author, Change, ChannelState, CustomerImpact, Decision, Declare, FieldChange,
    FieldEdits, Incident, IncidentId, Status, Task, TimelineEntry, TimelineEvent, Timestamp,
    UserId, Visibility,
};

impl Incident {
    /// Imports an incident. The actor becomes a responder of a private one only, which the actor could not see
    /// otherwise. A closed incident whose time of resolution is unknown counts as resolved at its declaration, so that
    /// no duration is invented.
    pub fn import(id: IncidentId, request: ImportIncident, actor: &Actor) -> Decision {
        request.check(actor.at)?;
        let mut incident = Self::imported(id, &request, actor);
        let import = Import { actor, request };
        let mut entries = vec![import.declaration(&incident)];
        entries.extend(import.impacts(&mut incident));
        entries.extend(import.tasks(&mut incident));
        entries.extend(import.documents(&mut incident)?);
        entries.extend(import.notes());
        entries.extend(import.resolution(&incident));
        let mut change = Change::new(incident, actor.at);
        change.entries = entries;
        Ok(change)
    }

    /// Creates an imported incident without its parts.
    fn imported(id: IncidentId, request: &ImportIncident, actor: &Actor) -> Self {
        let declarer = Actor {
            user: request.declared_by.clone(),
            at: request.declared_at,
            source: actor.source,
        };
        let is_open = request.status.is_open();
        let mut incident = Self {
            status: request.status,
            commander: request.commander.clone(),
            root_cause: request.root_cause.clone(),
            resolved_at: (!is_open).then(|| request.resolved_at.unwrap_or(request.declared_at)),
            fields: request.fields.clone(),
            channel_state: ChannelState::Failed,
            imported_at: Some(actor.at),
            creation_key: request.creation_key.clone(),
            ..Self::new(id, request.declaration(), &declarer)
        };
        let importer = actor.user.iter();
        let importer = importer.filter(|_| request.visibility == Visibility::Private);
        let named = request.declared_by.iter().chain(&request.commander);
        for user in named.chain(&request.responders).chain(importer) {
            incident.add_responder(user, request.declared_at);
        }
        incident
    }
}

impl ImportIncident {
    /// Returns the part that a declaration has as well.
    fn declaration(&self) -> Declare {
        Declare {
            title: truncate(&self.title, LONGEST_TITLE),
            summary: self.summary.clone(),
            severity: self.severity,
            commander: self.commander.clone(),
            customer_impact: match self.impacts.is_empty() {
                true => CustomerImpact::No,
                false => CustomerImpact::Yes,
            },
            impact_description: String::new(),
            detection_method: self.detection_method,
            detected_at: self.detected_at,
            signals: self.signals.clone(),
            visibility: self.visibility,
            kind: self.kind,
            incident_type: self.incident_type,
            fields: FieldEdits::new(),
        }
    }
}

/// An import in progress.
struct Import<'a> {
    actor: &'a Actor,
    request: ImportIncident,
}

impl Import<'_> {
    /// Returns the entry of something that happened elsewhere. The timeline records who imported it.
    fn entry(&self, what: TimelineEvent, at: Timestamp, author: Option<&UserId>) -> TimelineEntry {
        TimelineEntry {
            author: author.cloned().map(Author::User),
            happened_at: at,
            ..TimelineEntry::by_actor(self.actor, what)
        }
    }

    fn declaration(&self, incident: &Incident) -> TimelineEntry {
        let what = TimelineEvent::Declared {
            severity: incident.severity,
            customer_impact: incident.customer_impact,
            imported: Some(self.request.source),
        };
        self.entry(what, incident.declared_at, incident.declared_by.as_ref())
    }

    fn impacts(&self, incident: &mut Incident) -> Vec<TimelineEntry> {
        let impacts = self.request.impacts.iter().cloned();
        let add = |impact: AddImpact| TimelineEntry {
            author: None,
            ..incident.start_impact(impact, self.actor)
        };
        impacts.map(add).collect()
    }

    fn tasks(&self, incident: &mut Incident) -> Vec<TimelineEntry> {
        let mut entries = Vec::new();
        for (requested, number) in self.request.tasks.iter().zip(1..) {
            let added_at = requested.added_at;
            let task = Task {
                number,
                kind: requested.kind,
                description: requested.description.clone(),
                assignees: distinct(&requested.assignees),
                due_at: requested.due_at,
                done_at: requested.done_at,
                handles: Vec::new(),
            };
            entries.push(self.task_added(&task, added_at));
            entries.extend(self.task_done(&task));
            for user in &task.assignees {
                incident.add_responder(user, added_at);
            }
            incident.tasks.push(task);
        }
        entries
    }

    fn task_added(&self, task: &Task, at: Timestamp) -> TimelineEntry {
        let what = TimelineEvent::TaskAdded {
            task: task.task_ref(),
            assignees: task.assignees.clone(),
            due_at: task.due_at,
            other_assignees: Vec::new(),
        };
        self.entry(what, at, None)
    }

    fn task_done(&self, task: &Task) -> Option<TimelineEntry> {
        let what = TimelineEvent::TaskDone {
            task: task.task_ref(),
        };
        task.done_at.map(|at| self.entry(what, at, None))
    }

    fn documents(&self, incident: &mut Incident) -> Result<Vec<TimelineEntry>, crate::Rejection> {
        let mut entries = Vec::new();
        for document in &self.request.documents {
            let link = &document.link;
            if incident.documents().any(|it| it.url == link.url) {
                continue;
            }
            let what = incident.add_document(link.title.clone(), link.url.clone(), self.actor)?;
            entries.push(self.entry(what, document.added_at, None));
        }
        Ok(entries)
    }

    fn notes(&self) -> Vec<TimelineEntry> {
        let title = &self.request.title;
        let is_truncated = truncate(title, LONGEST_TITLE) != *title;
        let full_title = is_truncated.then(|| ImportNote {
            text: format!("The full title: {title}"),
            at: self.request.declared_at,
            author: self.request.declared_by.clone(),
        });
        let notes = full_title.iter().chain(&self.request.notes);
        let entry = |note: &ImportNote| {
            let text = note.text.clone();
            self.entry(TimelineEvent::Note { text }, note.at, note.author.as_ref())
        };
        notes.map(entry).collect()
    }

    fn resolution(&self, incident: &Incident) -> Option<TimelineEntry> {
        let change = FieldChange::Status {
            from: Status::Active,
            to: incident.status,
        };
        let what = TimelineEvent::Updated {
            changes: vec![change],
        };
        match incident.status {
            Status::Active => None,
            // The time is unknown.
            Status::Stable => Some(self.entry(what, incident.declared_at, None)),
            Status::Resolved | Status::Completed => incident
                .resolved_at
                .map(|resolved_at| self.entry(what, resolved_at, None)),
        }
    }
}

fn distinct(users: &[UserId]) -> Vec<UserId> {
    let mut distinct = Vec::new();
    for user in users {
        if !distinct.contains(user) {
            distinct.push(user.clone());
        }
    }
    distinct
}
