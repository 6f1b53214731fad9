//! The impacts of an incident: the periods in which customers are affected.

pub(crate) mod impact_change;
pub(crate) mod impact_state;
mod remove_impact;

use chrono::Duration;

use crate::delivery::{UpsertAnnouncement, UpsertHeader};
use crate::{
    Activity, Actor, Change, ChannelState, Decision, ImpactChange, Incident, Rejection,
    TimelineEntry, TimelineEvent, Timestamp,
};

/// A period in which customers are affected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Impact {
    /// Its number within the incident, from 1.
    pub number: i64,
    /// The effect on customers; may be empty.
    pub description: String,
    /// When it started.
    pub started_at: Timestamp,
    /// When it ended; `None` while it is ongoing.
    pub ended_at: Option<Timestamp>,
}

/// A request to add an impact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddImpact {
    /// The effect on customers; may be empty.
    pub description: String,
    /// When it started.
    pub started_at: Timestamp,
    /// When it ended; `None` if it is ongoing.
    pub ended_at: Option<Timestamp>,
}

/// A request to edit an impact. `None` leaves a field unchanged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EditImpact {
    /// The new description.
    pub description: Option<String>,
    /// The new start.
    pub started_at: Option<Timestamp>,
    /// The new end; `Some(None)` if the impact is ongoing again.
    pub ended_at: Option<Option<Timestamp>>,
}

impl Impact {
    /// Returns whether the impact is ongoing.
    pub fn is_open(&self) -> bool {
        self.ended_at.is_none()
    }
}

impl AddImpact {
    /// Creates a request for an ongoing impact that starts now.
    pub fn starting_now(actor: &Actor) -> Self {
        Self {
            description: String::new(),
            started_at: actor.at,
            ended_at: None,
        }
    }
}

impl Incident {
    /// Returns whether customers are or were affected: whether the incident has an impact.
    pub fn is_customer_impacted(&self) -> bool {
        !self.impacts.is_empty()
    }

    /// Returns the ongoing impact. There is at most one.
    pub fn open_impact(&self) -> Option<&Impact> {
        self.impacts.iter().find(|impact| impact.is_open())
    }

    /// Returns the impact with this number.
    pub fn impact(&self, number: i64) -> Option<&Impact> {
        self.impacts.iter().find(|impact| impact.number == number)
    }

    /// Returns whether the start of an impact is probably a mistake: more than a day before the declaration.
    pub fn is_start_doubtful(&self, started_at: Timestamp) -> bool {
        self.declared_at.duration_since(started_at) > Duration::days(1)
    }

    /// Adds an impact and posts it in the incident's channel.
    pub fn add_impact(&self, new: AddImpact, actor: &Actor) -> Decision {
        check_period(new.started_at, new.ended_at)?;
        if new.ended_at.is_none() {
            self.check_may_stay_open(None)?;
        }
        let mut incident = self.clone();
        incident.touch_responder(actor);
        let entry = incident.start_impact(new, actor);
        Ok(self.record_impact(incident, entry, actor))
    }

    /// Edits an impact and posts the changes in the incident's channel. An edit without a difference
    /// changes nothing.
    pub fn edit_impact(&self, number: i64, edit: EditImpact, actor: &Actor) -> Decision {
        let mut incident = self.clone();
        let impact_to_edit = incident
            .impacts
            .iter_mut()
            .find(|impact| impact.number == number);
        let Some(impact) = impact_to_edit else {
            return Err(self.no_such_impact(number));
        };
        let changes = impact.apply(edit);
        check_period(impact.started_at, impact.ended_at)?;
        if impact.is_open() && !changes.is_empty() {
            self.check_may_stay_open(Some(number))?;
        }
        if changes.is_empty() {
            return Ok(Change::new(self.clone(), actor.at));
        }
        incident.touch_responder(actor);
        let what = TimelineEvent::ImpactEdited { number, changes };
        Ok(self.record_impact(incident, TimelineEntry::by_actor(actor, what), actor))
    }

    /// Ends the ongoing impact and posts that in the incident's channel.
    pub fn end_impact(&self, at: Timestamp, actor: &Actor) -> Decision {
        let mut incident = self.clone();
        match incident.end_open_impact(at, actor)? {
            Some(entry) => {
                incident.touch_responder(actor);
                Ok(self.record_impact(incident, entry, actor))
            }
            None => Err(Rejection(format!(
                "{} has no ongoing customer impact.",
                self.id
            ))),
        }
    }

    /// Adds an impact and returns its timeline entry, which is dated at the start of the impact.
    pub(crate) fn start_impact(&mut self, new: AddImpact, actor: &Actor) -> TimelineEntry {
        let last = self.impacts.iter().map(|impact| impact.number).max();
        let impact = Impact {
            number: last.unwrap_or(0).max(self.last_removed_impact) + 1,
            description: new.description,
            started_at: new.started_at,
            ended_at: new.ended_at,
        };
        let what = TimelineEvent::ImpactStarted {
            description: impact.description.clone(),
            number: Some(impact.number),
            since: Some(impact.started_at),
            until: impact.ended_at,
        };
        let entry = TimelineEntry {
            happened_at: impact.started_at,
            ..TimelineEntry::by_actor(actor, what)
        };
        self.impacts.push(impact);
        entry
    }

    /// Ends the ongoing impact, if there is one, and returns its timeline entry.
    pub(super) fn end_open_impact(
        &mut self,
        at: Timestamp,
        actor: &Actor,
    ) -> Result<Option<TimelineEntry>, Rejection> {
        let Some(impact) = self.impacts.iter_mut().find(|impact| impact.is_open()) else {
            return Ok(None);
        };
        check_period(impact.started_at, Some(at))?;
        impact.ended_at = Some(at);
        let what = TimelineEvent::ImpactEnded {
            at: Some(at),
            number: Some(impact.number),
        };
        Ok(Some(TimelineEntry {
            happened_at: at,
            ..TimelineEntry::by_actor(actor, what)
        }))
    }

    /// Enqueues updates of the header and the announcement, which show the impact.
    pub(super) fn enqueue_impact_refresh(&self, change: &mut Change) {
        if self.channel_state == ChannelState::Open {
            change.enqueue(UpsertHeader);
        }
        if self.channel_state != ChannelState::Pending {
            change.enqueue(UpsertAnnouncement);
        }
    }

    /// Creates the change for an event of an impact: the entry, its activity and the updated messages.
    fn record_impact(&self, incident: Self, entry: TimelineEntry, actor: &Actor) -> Change {
        let mut change = Change::new(incident, actor.at);
        self.enqueue_activity(&mut change, Activity::by_actor(actor, entry.event.clone()));
        self.enqueue_impact_refresh(&mut change);
        change.add_entry(entry);
        change
    }

    /// Checks that an impact may be ongoing: only one may, and only while the incident is open.
    fn check_may_stay_open(&self, number: Option<i64>) -> Result<(), Rejection> {
        if self.is_over() {
            return Err(Rejection(format!(
                "{} is {}. Enter when the impact ended, or reopen the incident first.",
                self.id,
                self.status.label()
            )));
        }
        match self.open_impact() {
            Some(open) if Some(open.number) != number => Err(Rejection(
                "Another impact is still ongoing. End it first, or enter when this one ended."
                    .to_owned(),
            )),
            Some(_) | None => Ok(()),
        }
    }
}

impl Impact {
    /// Applies the differences and returns them.
    fn apply(&mut self, edit: EditImpact) -> Vec<ImpactChange> {
        let mut changes = Vec::new();
        if let Some(to) = edit.started_at.filter(|to| *to != self.started_at) {
            let from = std::mem::replace(&mut self.started_at, to);
            changes.push(ImpactChange::Start { from, to });
        }
        if let Some(to) = edit.ended_at.filter(|to| *to != self.ended_at) {
            let from = std::mem::replace(&mut self.ended_at, to);
            changes.push(ImpactChange::End { from, to });
        }
        if let Some(to) = edit.description.filter(|to| *to != self.description) {
            let from = std::mem::replace(&mut self.description, to.clone());
            changes.push(ImpactChange::Description { from, to });
        }
        changes
    }
}

/// The rejection of an impact that ends before it starts.
pub const ENDS_BEFORE_START: &str =
    "An impact can't end before it starts. Enter a later time, e.g. “now”.";

pub(crate) fn check_period(
    started_at: Timestamp,
    ended_at: Option<Timestamp>,
) -> Result<(), Rejection> {
    match ended_at {
        Some(ended_at) if ended_at < started_at => Err(Rejection(ENDS_BEFORE_START.to_owned())),
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use chrono::Duration;

    use super::*;
    use crate::testing::{context, incident, incident_with_channel};
    use crate::{Delivery, DeliveryKind, Status, Update, UserId};

    fn bob(minutes: i64) -> Actor {
        let declared = incident("").declared_at;
        Actor::new(
            UserId::from("U0BOB000001"),
            declared.plus(Duration::minutes(minutes)),
        )
    }

    fn impact_request(started: i64, ended: Option<i64>) -> AddImpact {
        AddImpact {
            description: "Carts time out.".to_owned(),
            started_at: bob(started).at,
            ended_at: ended.map(|minutes| bob(minutes).at),
        }
    }

    fn rejection(decision: Decision) -> String {
        decision.unwrap_err().0
    }

    #[test]
    fn impact_entry_is_dated_at_the_start_of_the_impact() {
        let change = incident_with_channel("")
            .add_impact(impact_request(-15, None), &bob(5))
            .unwrap();
        let entry = &change.entries[0];
        assert_eq!(
            (entry.happened_at, entry.recorded_at),
            (bob(-15).at, bob(5).at)
        );
        assert!(change.incident.is_customer_impacted());
        assert_eq!(
            change.incident.responders[1].last_active_at,
            Some(bob(5).at)
        );
        let kinds: Vec<_> = change.deliveries.iter().map(Delivery::kind).collect();
        assert_eq!(
            kinds,
            [
                DeliveryKind::PostActivity,
                DeliveryKind::UpsertHeader,
                DeliveryKind::UpsertAnnouncement
            ]
        );
    }

    #[test]
    fn only_one_impact_may_be_open() {
        let one = incident_with_channel("")
            .add_impact(impact_request(-15, None), &bob(5))
            .unwrap()
            .incident;
        let second = rejection(one.add_impact(impact_request(-5, None), &bob(6)));
        assert!(second.contains("still ongoing"), "{second}");
        let two = one
            .add_impact(impact_request(-60, Some(-30)), &bob(6))
            .unwrap()
            .incident;
        assert_eq!(two.impacts.len(), 2);
        let open = EditImpact {
            ended_at: Some(None),
            ..EditImpact::default()
        };
        rejection(two.edit_impact(2, open.clone(), &bob(7)));
        let ended = two.end_impact(bob(7).at, &bob(7)).unwrap().incident;
        assert!(ended.open_impact().is_none() && ended.is_customer_impacted());
        let again = ended.edit_impact(2, open, &bob(8)).unwrap().incident;
        assert_eq!(again.open_impact().unwrap().number, 2);
        rejection(ended.end_impact(bob(9).at, &bob(9)));
    }

    #[test]
    fn impact_never_ends_before_it_starts() {
        let incident = incident_with_channel("");
        assert_eq!(
            rejection(incident.add_impact(impact_request(-5, Some(-6)), &bob(0))),
            ENDS_BEFORE_START
        );
        let open = incident
            .add_impact(impact_request(-5, None), &bob(0))
            .unwrap()
            .incident;
        assert_eq!(
            rejection(open.end_impact(bob(-6).at, &bob(1))),
            ENDS_BEFORE_START
        );
        let later = EditImpact {
            started_at: Some(bob(0).at),
            ended_at: Some(Some(bob(-1).at)),
            ..EditImpact::default()
        };
        assert_eq!(
            rejection(open.edit_impact(1, later, &bob(1))),
            ENDS_BEFORE_START
        );
        let over = Update {
            status: Some(Status::Resolved),
            ..Update::default()
        };
        let early = open.update_and_end(over, Some(bob(-9).at), &bob(1), &context(bob(1).at));
        assert_eq!(rejection(early), ENDS_BEFORE_START);
    }

    #[test]
    fn incident_accepts_only_ended_impacts_when_it_is_over() {
        let mut over = incident_with_channel("");
        over.status = Status::Resolved;
        let open = rejection(over.add_impact(impact_request(-5, None), &bob(0)));
        assert!(open.starts_with("IR-7 is RESOLVED."), "{open}");
        assert!(
            over.add_impact(impact_request(-5, Some(-1)), &bob(0))
                .is_ok()
        );
    }

    #[test]
    fn impact_edit_without_difference_changes_nothing() {
        let open = incident_with_channel("")
            .add_impact(impact_request(-5, None), &bob(0))
            .unwrap()
            .incident;
        let same = EditImpact {
            description: Some("Carts time out.".to_owned()),
            started_at: Some(bob(-5).at),
            ended_at: Some(None),
        };
        let change = open.edit_impact(1, same, &bob(3)).unwrap();
        assert_eq!(change, Change::new(open.clone(), bob(3).at));
        rejection(open.edit_impact(9, EditImpact::default(), &bob(3)));
    }
}
