//! Changing an incident: only what the person changed, told to those whom it concerns.

use muster_commands::update::Update;

use super::{
    By, Change, ChannelState, Decision, Effect, Entry, FieldChange, Incident, Line, Moment, Naming,
    What,
};

impl Incident {
    /// Changes what the person wants changed, and tells the others.
    ///
    /// What is already so is not told: a form that is submitted untouched, or twice, does nothing.
    /// An impact that is still open when the incident is over ends now.
    pub fn update(&self, request: Update, by: &By) -> Decision {
        self.update_and_end(request, None, by)
    }

    /// Changes what the person wants changed, and ends the open impact when they say so; when they do not,
    /// it ends now if the incident is over.
    pub fn update_and_end(&self, request: Update, impact_end: Option<Moment>, by: &By) -> Decision {
        let mut incident = self.clone();
        let changes = incident.apply(request, by.at);
        if changes.is_empty() {
            return match impact_end {
                Some(at) => self.end_impact(at, by),
                None => Ok(Change::to(incident, by.at)),
            };
        }
        incident.acted(by);
        let ended = if impact_end.is_some() || incident.is_over() {
            incident.end_open_impact(impact_end.unwrap_or(by.at), by)?
        } else {
            None
        };
        let what = What::Changed {
            changes: changes.clone(),
        };
        let former = incident.leaves_archived_channel(self);

        let mut change = Change::to(incident, by.at);
        change.record(Entry::by(by, what));
        if let Some(former) = former {
            change.open_another(former);
            change.then(told(by, changes.clone()));
        }
        self.tell(&mut change, by, &changes);
        let is_commander = |it: &FieldChange| matches!(it, FieldChange::Commander { .. });
        if changes.iter().any(is_commander) {
            change.tell_commander(by);
        }
        if let Some(entry) = ended {
            self.post(&mut change, Line::by(by, entry.what.clone()));
            self.show_impact(&mut change);
            change.record(entry);
        }
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
    fn tell(&self, change: &mut Change, by: &By, changes: &[FieldChange]) {
        for field in changes {
            if let FieldChange::Commander { to, .. } = field {
                change.then(Effect::LearnPerson { person: to.clone() });
            }
        }
        match self.channel_state {
            // The header and all that belongs to it follow when the channel is there, and say how
            // things stand then; the post waits behind the channel.
            ChannelState::Awaited => change.then(told(by, changes.to_vec())),
            ChannelState::Open => {
                tell_channel(change, by, changes);
                announce(change, by, changes);
            }
            ChannelState::Refused | ChannelState::Archived | ChannelState::Deleted => {
                announce(change, by, changes);
            }
        }
    }

    /// Queues a post to the incident's channel, if there is one that can be written to or will be.
    pub(super) fn post(&self, change: &mut Change, line: Line) {
        match self.channel_state {
            ChannelState::Awaited | ChannelState::Open => change.then(Effect::Tell { line }),
            ChannelState::Refused | ChannelState::Archived | ChannelState::Deleted => {}
        }
    }
}

/// Tells the incident's channel, and shows there how things stand now.
fn tell_channel(change: &mut Change, by: &By, changes: &[FieldChange]) {
    for field in changes {
        if let FieldChange::Commander { to, .. } = field {
            change.then(Effect::Invite { person: to.clone() });
        }
    }
    change.then(told(by, changes.to_vec()));
    change.then(Effect::ShowHeader);
    if changes.iter().any(FieldChange::is_announced) {
        change.then(Effect::SetTopic);
    }
    if changes.iter().any(is_title) {
        change.then(Effect::SetPurpose);
    }
    // Which of these the channel's name follows is a setting of the team.
    if changes.iter().any(|it| is_title(it) || is_severity(it)) {
        change.then(Effect::naming(Naming::Changed));
    }
}

/// Shows the global channel how things stand now, and tells the thread what matters to others.
fn announce(change: &mut Change, by: &By, changes: &[FieldChange]) {
    // Which of these the global channel hears of is a setting of the team; the card shows all of them.
    let announced: Vec<_> = changes
        .iter()
        .filter(|it| it.is_announced() || is_title(it))
        .cloned()
        .collect();
    if !announced.is_empty() {
        change.then(Effect::ShowCard);
        let what = What::Changed { changes: announced };
        change.then(Effect::Reply {
            line: Line::by(by, what),
        });
    }
}

fn told(by: &By, changes: Vec<FieldChange>) -> Effect {
    Effect::Tell {
        line: Line::by(by, What::Changed { changes }),
    }
}

fn is_title(change: &FieldChange) -> bool {
    matches!(change, FieldChange::Title { .. })
}

fn is_severity(change: &FieldChange) -> bool {
    matches!(change, FieldChange::Severity { .. })
}

/// Puts a wanted value in place, and gives what was there and what is there, if they differ.
fn exchange<T: Clone + PartialEq>(place: &mut T, wanted: Option<T>) -> Option<(T, T)> {
    let to = wanted.filter(|wanted| wanted != place)?;
    let from = std::mem::replace(place, to.clone());
    Some((from, to))
}

#[cfg(test)]
mod tests;
