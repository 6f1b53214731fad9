//! Changing an incident: only what the person changed, told to those whom it concerns.

use muster_commands::Status;
use muster_commands::update::Update;

use super::{
    By, Change, ChannelState, Decision, Effect, Entry, FieldChange, Incident, Line, Moment, What,
};

impl Incident {
    /// Changes what the person wants changed, and tells the others.
    ///
    /// What is already so is not told: a form that is submitted untouched, or twice, does nothing.
    pub fn update(&self, request: Update, by: &By) -> Decision {
        let mut incident = self.clone();
        let changes = incident.apply(request, by.at);
        if changes.is_empty() {
            return Ok(Change::to(incident, by.at));
        }
        incident.acted(by);

        let mut entries = Vec::new();
        if incident.is_over() && incident.is_customer_impacted() {
            incident.end_impacts(by.at);
            entries.push(Entry::by(by, What::ImpactEnded));
        }
        let what = What::Changed { changes };
        entries.insert(0, Entry::by(by, what.clone()));

        let mut change = Change::to(incident, by.at);
        change.entries = entries;
        self.tell(&mut change, by, &what);
        Ok(change)
    }

    /// Sets every field that differs, and gives what was changed.
    fn apply(&mut self, request: Update, at: Moment) -> Vec<FieldChange> {
        let mut changes = Vec::new();
        if let Some((from, to)) = exchange(&mut self.title, request.title) {
            changes.push(FieldChange::Title { from, to });
        }
        if let Some((from, to)) = exchange(&mut self.severity, request.severity) {
            changes.push(FieldChange::Severity { from, to });
        }
        if let Some((from, to)) = exchange(&mut self.status, request.status) {
            changes.push(FieldChange::Status { from, to });
            self.resolved_at = match (from.is_open(), to.is_open()) {
                (_, true) => None,
                (true, false) => Some(at),
                (false, false) => self.resolved_at,
            };
        }
        if let Some((from, to)) = exchange(&mut self.commander, request.commander) {
            self.takes_part(&to, at);
            changes.push(FieldChange::Commander { from, to });
        }
        if let Some((from, to)) = exchange(&mut self.detection_method, request.detection_method) {
            changes.push(FieldChange::DetectionMethod { from, to });
        }
        if let Some((from, to)) = exchange(&mut self.summary, request.summary) {
            changes.push(FieldChange::Summary { from, to });
        }
        if let Some((from, to)) = exchange(&mut self.root_cause, request.root_cause) {
            changes.push(FieldChange::RootCause { from, to });
        }
        changes
    }

    /// Queues who must hear of a change, and what must be shown anew.
    fn tell(&self, change: &mut Change, by: &By, what: &What) {
        let What::Changed { changes } = what else {
            return;
        };
        let announced: Vec<_> = changes
            .iter()
            .filter(|c| c.is_announced())
            .cloned()
            .collect();
        let at_a_glance = !announced.is_empty()
            || changes
                .iter()
                .any(|change| matches!(change, FieldChange::Title { .. }));

        match self.channel_state {
            // The header and all that belongs to it follow when the channel is there, and say how
            // things stand then; the post waits behind the channel.
            ChannelState::Awaited => change.then(Effect::Tell {
                line: Line::by(by, what.clone()),
            }),
            ChannelState::Open => {
                for change_of_field in changes {
                    if let FieldChange::Commander { to, .. } = change_of_field {
                        change.then(Effect::Invite { person: to.clone() });
                        change.then(Effect::LearnPerson { person: to.clone() });
                    }
                }
                change.then(Effect::Tell {
                    line: Line::by(by, what.clone()),
                });
                change.then(Effect::ShowHeader);
                if !announced.is_empty() {
                    change.then(Effect::SetTopic);
                }
                if changes
                    .iter()
                    .any(|c| matches!(c, FieldChange::Title { .. }))
                {
                    change.then(Effect::SetPurpose);
                }
            }
            ChannelState::Refused | ChannelState::Archived | ChannelState::Deleted => {}
        }
        if self.channel_state != ChannelState::Awaited {
            if at_a_glance {
                change.then(Effect::ShowCard);
            }
            if !announced.is_empty() {
                let what = What::Changed { changes: announced };
                change.then(Effect::Reply {
                    line: Line::by(by, what),
                });
            }
        }
    }

    /// Says whether the incident is over.
    fn is_over(&self) -> bool {
        match self.status {
            Status::Active | Status::Stable => false,
            Status::Resolved | Status::Completed => true,
        }
    }

    /// Ends every impact that is still open.
    fn end_impacts(&mut self, at: Moment) {
        for impact in self.impacts.iter_mut().filter(|impact| impact.is_open()) {
            impact.ended_at = Some(at);
        }
    }
}

/// Puts a wanted value in place, and gives what was there and what is there, if they differ.
fn exchange<T: Clone + PartialEq>(place: &mut T, wanted: Option<T>) -> Option<(T, T)> {
    let to = wanted.filter(|wanted| wanted != place)?;
    let from = std::mem::replace(place, to.clone());
    Some((from, to))
}
