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

        let mut change = Change::to(incident, by.at);
        change.record(Entry::by(by, what));
        self.tell(&mut change, by, &changes);
        if changes
            .iter()
            .any(|change| matches!(change, FieldChange::Commander { .. }))
        {
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

    /// Says whether the incident is over.
    pub(super) fn is_over(&self) -> bool {
        match self.status {
            Status::Active | Status::Stable => false,
            Status::Resolved | Status::Completed => true,
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

/// Puts a wanted value in place, and gives what was there and what is there, if they differ.
fn exchange<T: Clone + PartialEq>(place: &mut T, wanted: Option<T>) -> Option<(T, T)> {
    let to = wanted.filter(|wanted| wanted != place)?;
    let from = std::mem::replace(place, to.clone());
    Some((from, to))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use chrono::Duration;
    use muster_commands::{DetectionMethod, PersonId, Severity};
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::domain::sample::{in_its_channel, incident};
    use crate::domain::{Impact, Owed};

    fn bob(seconds: i64) -> By {
        let declared = incident("").declared_at;
        By::new(
            PersonId::from("U0BOB000001"),
            declared.after(Duration::seconds(seconds)),
        )
    }

    fn status(status: Status) -> Update {
        Update {
            status: Some(status),
            ..Update::default()
        }
    }

    fn owed(change: &Change) -> Vec<Owed> {
        change.effects.iter().map(Effect::owed).collect()
    }

    #[test]
    fn each_change_is_told_from_what_to_what() {
        let request = Update {
            title: Some("Checkout is down".to_owned()),
            severity: Some(Severity::Sev1),
            detection_method: Some(DetectionMethod::Monitor),
            ..Update::default()
        };
        let change = in_its_channel("Checkout is slow")
            .update(request, &bob(60))
            .unwrap();
        let changes = vec![
            FieldChange::Title {
                from: "Checkout is slow".to_owned(),
                to: "Checkout is down".to_owned(),
            },
            FieldChange::Severity {
                from: Severity::Unknown,
                to: Severity::Sev1,
            },
            FieldChange::DetectionMethod {
                from: DetectionMethod::Unknown,
                to: DetectionMethod::Monitor,
            },
        ];
        let what = What::Changed {
            changes: changes.clone(),
        };
        assert_eq!(change.entries, [Entry::by(&bob(60), what.clone())]);
        let announced = What::Changed {
            changes: changes[..2].to_vec(),
        };
        assert_eq!(
            change.effects,
            [
                Effect::Tell {
                    line: Line::by(&bob(60), what)
                },
                Effect::ShowHeader,
                Effect::SetTopic,
                Effect::SetPurpose,
                Effect::ShowCard,
                Effect::Reply {
                    line: Line::by(&bob(60), announced)
                },
            ]
        );
    }

    #[test]
    fn what_is_already_so_changes_nothing_and_tells_nobody() {
        let incident = in_its_channel("Checkout is slow");
        let again = Update {
            title: Some("Checkout is slow".to_owned()),
            status: Some(Status::Active),
            ..Update::default()
        };
        for request in [Update::default(), again] {
            let change = incident.update(request, &bob(60)).unwrap();
            assert_eq!(change, Change::to(incident.clone(), bob(60).at));
        }
    }

    #[test]
    fn a_summary_concerns_the_channel_and_not_the_announcement() {
        let request = Update {
            summary: Some("The database is full.".to_owned()),
            ..Update::default()
        };
        let change = in_its_channel("Checkout")
            .update(request, &bob(60))
            .unwrap();
        assert_eq!(owed(&change), [Owed::Tell, Owed::ShowHeader]);
    }

    #[test]
    fn a_new_commander_is_brought_in_and_takes_part() {
        let chioma = PersonId::from("U0CHIOMA001");
        let request = Update {
            commander: Some(chioma.clone()),
            ..Update::default()
        };
        let change = in_its_channel("Checkout")
            .update(request, &bob(60))
            .unwrap();
        assert!(change.incident.people().any(|person| *person == chioma));
        assert!(owed(&change).contains(&Owed::Invite));
        // Who led, and who changed it, take part as well.
        assert_eq!(change.incident.people().count(), 3);
    }

    #[test]
    fn a_new_commander_is_asked_after_whatever_became_of_the_channel() {
        let mut incident = in_its_channel("Checkout");
        for state in ChannelState::ALL {
            incident.channel_state = state;
            let request = Update {
                commander: Some(PersonId::from("U0CHIOMA001")),
                ..Update::default()
            };
            let change = incident.update(request, &bob(60)).unwrap();
            assert!(owed(&change).contains(&Owed::LearnPerson), "{state:?}");
        }
    }

    #[test]
    fn resolving_sets_when_and_reopening_clears_it() {
        let resolved = in_its_channel("")
            .update(status(Status::Resolved), &bob(60))
            .unwrap()
            .incident;
        assert_eq!(resolved.resolved_at, Some(bob(60).at));
        let completed = resolved
            .update(status(Status::Completed), &bob(90))
            .unwrap()
            .incident;
        assert_eq!(completed.resolved_at, Some(bob(60).at));
        let reopened = completed
            .update(status(Status::Stable), &bob(99))
            .unwrap()
            .incident;
        assert_eq!(reopened.resolved_at, None);
        let again = reopened
            .update(status(Status::Completed), &bob(120))
            .unwrap()
            .incident;
        assert_eq!(again.resolved_at, Some(bob(120).at));
        assert_eq!(again.detected_at, again.declared_at);
    }

    #[test]
    fn resolving_ends_an_impact_that_is_still_open() {
        let mut incident = in_its_channel("Checkout");
        incident.impacts.push(Impact {
            number: 1,
            description: String::new(),
            started_at: incident.declared_at,
            ended_at: None,
        });
        let change = incident.update(status(Status::Resolved), &bob(60)).unwrap();
        assert_eq!(change.incident.open_impact(), None);
        let ended = What::ImpactEnded {
            at: Some(bob(60).at),
        };
        assert_eq!(change.entries[1], Entry::by(&bob(60), ended));
    }

    #[test]
    fn before_there_is_a_channel_only_the_post_waits_for_it() {
        let change = incident("Checkout")
            .update(status(Status::Stable), &bob(60))
            .unwrap();
        assert_eq!(owed(&change), [Owed::Tell]);
    }

    #[test]
    fn without_a_channel_the_announcement_still_tells() {
        let mut incident = incident("Checkout");
        for state in [
            ChannelState::Refused,
            ChannelState::Archived,
            ChannelState::Deleted,
        ] {
            incident.channel_state = state;
            let change = incident.update(status(Status::Stable), &bob(60)).unwrap();
            assert_eq!(owed(&change), [Owed::ShowCard, Owed::Reply]);
        }
    }

    proptest! {
        #[test]
        fn it_is_resolved_exactly_as_long_as_it_is_over(
            statuses in prop::collection::vec(select(&Status::ALL[..]), 1..12),
        ) {
            let mut incident = in_its_channel("Checkout");
            let mut over_since = None;
            for (step, next) in (1..).zip(statuses) {
                incident = incident.update(status(next), &bob(step)).unwrap().incident;
                over_since = match (next.is_open(), over_since) {
                    (true, _) => None,
                    (false, None) => Some(bob(step).at),
                    (false, since) => since,
                };
                prop_assert_eq!(incident.status, next);
                prop_assert_eq!(incident.resolved_at, over_since);
            }
        }
    }
}
