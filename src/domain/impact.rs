//! What an incident does to customers, and for how long.

use super::{
    By, Change, ChannelState, Decision, Effect, Entry, ImpactChange, Incident, Line, Moment,
    Refusal, What,
};

/// A time during which customers were hurt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Impact {
    /// Counts the impacts of one incident, from 1.
    pub number: i64,
    /// What customers notice, as somebody wrote it; may be empty.
    pub description: String,
    /// When it began.
    pub started_at: Moment,
    /// When it ended; `None` while it goes on.
    pub ended_at: Option<Moment>,
}

/// An impact that a person adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewImpact {
    /// What customers notice; may be empty.
    pub description: String,
    /// When it began.
    pub started_at: Moment,
    /// When it ended; `None` if it goes on.
    pub ended_at: Option<Moment>,
}

/// What a person wants changed of an impact. What is `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImpactEdit {
    /// Another description.
    pub description: Option<String>,
    /// Another start.
    pub started_at: Option<Moment>,
    /// Another end; `Some(None)` if it goes on after all.
    pub ended_at: Option<Option<Moment>>,
}

impl Impact {
    /// Says whether customers are still hurt.
    pub fn is_open(&self) -> bool {
        self.ended_at.is_none()
    }
}

impl NewImpact {
    /// Gives an impact that begins now.
    pub fn now(by: &By) -> Self {
        Self {
            description: String::new(),
            started_at: by.at,
            ended_at: None,
        }
    }
}

impl Incident {
    /// Says whether the incident hurts or hurt customers: whether it has an impact.
    pub fn is_customer_impacted(&self) -> bool {
        !self.impacts.is_empty()
    }

    /// Gives the impact that still goes on; there is one at the most.
    pub fn open_impact(&self) -> Option<&Impact> {
        self.impacts.iter().find(|impact| impact.is_open())
    }

    /// Gives an impact by its number.
    pub fn impact(&self, number: i64) -> Option<&Impact> {
        self.impacts.iter().find(|impact| impact.number == number)
    }

    /// Adds an impact, and tells the others.
    pub fn add_impact(&self, new: NewImpact, by: &By) -> Decision {
        check(new.started_at, new.ended_at)?;
        if new.ended_at.is_none() {
            self.may_stay_open(None)?;
        }
        let mut incident = self.clone();
        incident.acted(by);
        let entry = incident.begin_impact(new, by);
        Ok(self.told(incident, entry, by))
    }

    /// Changes what the person wants changed of an impact, and tells the others. What is already so is not
    /// told.
    pub fn edit_impact(&self, number: i64, edit: ImpactEdit, by: &By) -> Decision {
        let mut incident = self.clone();
        let found = incident
            .impacts
            .iter_mut()
            .find(|impact| impact.number == number);
        let Some(impact) = found else {
            return Err(Refusal(format!("{} has no impact {number}.", self.id)));
        };
        let changes = impact.apply(edit);
        check(impact.started_at, impact.ended_at)?;
        if impact.is_open() && !changes.is_empty() {
            self.may_stay_open(Some(number))?;
        }
        if changes.is_empty() {
            return Ok(Change::to(self.clone(), by.at));
        }
        incident.acted(by);
        let what = What::ImpactEdited { number, changes };
        Ok(self.told(incident, Entry::by(by, what), by))
    }

    /// Ends the impact that still goes on, and tells the others.
    pub fn end_impact(&self, at: Moment, by: &By) -> Decision {
        let mut incident = self.clone();
        match incident.end_open_impact(at, by)? {
            Some(entry) => {
                incident.acted(by);
                Ok(self.told(incident, entry, by))
            }
            None => Err(Refusal(format!(
                "No impact of {} is going on, so there is none to end.",
                self.id
            ))),
        }
    }

    /// Starts an impact, and gives the line that tells of it, at the time at which it began.
    pub(super) fn begin_impact(&mut self, new: NewImpact, by: &By) -> Entry {
        let last = self.impacts.iter().map(|impact| impact.number).max();
        let impact = Impact {
            number: last.unwrap_or(0) + 1,
            description: new.description,
            started_at: new.started_at,
            ended_at: new.ended_at,
        };
        let what = What::ImpactStarted {
            description: impact.description.clone(),
            number: Some(impact.number),
            since: Some(impact.started_at),
            until: impact.ended_at,
        };
        let entry = Entry {
            happened_at: impact.started_at,
            ..Entry::by(by, what)
        };
        self.impacts.push(impact);
        entry
    }

    /// Ends the impact that still goes on, if one does, and gives the line that tells of it.
    pub(super) fn end_open_impact(
        &mut self,
        at: Moment,
        by: &By,
    ) -> Result<Option<Entry>, Refusal> {
        let Some(impact) = self.impacts.iter_mut().find(|impact| impact.is_open()) else {
            return Ok(None);
        };
        check(impact.started_at, Some(at))?;
        impact.ended_at = Some(at);
        let what = What::ImpactEnded { at: Some(at) };
        Ok(Some(Entry {
            happened_at: at,
            ..Entry::by(by, what)
        }))
    }

    /// Owes everybody the sight of how the impact stands now.
    pub(super) fn show_impact(&self, change: &mut Change) {
        if self.channel_state == ChannelState::Open {
            change.then(Effect::ShowHeader);
        }
        if self.channel_state != ChannelState::Awaited {
            change.then(Effect::ShowCard);
        }
    }

    /// Gives the change in which one thing is told of an impact.
    fn told(&self, incident: Self, entry: Entry, by: &By) -> Change {
        let mut change = Change::to(incident, by.at);
        self.post(&mut change, Line::by(by, entry.what.clone()));
        self.show_impact(&mut change);
        change.record(entry);
        change
    }

    /// Says whether an impact may be without an end: only one may, and only while the incident lasts.
    fn may_stay_open(&self, number: Option<i64>) -> Result<(), Refusal> {
        if self.is_over() {
            return Err(Refusal(format!(
                "{} is {}. Say when the impact ended, or reopen the incident first.",
                self.id,
                self.status.shown()
            )));
        }
        match self.open_impact() {
            Some(open) if Some(open.number) != number => Err(Refusal(
                "Another impact is still going on. End it first, or say when this one ended."
                    .to_owned(),
            )),
            Some(_) | None => Ok(()),
        }
    }
}

impl Impact {
    /// Sets what differs, and gives what was changed.
    fn apply(&mut self, edit: ImpactEdit) -> Vec<ImpactChange> {
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

/// What is said of an impact that ends before it starts.
pub const ENDS_BEFORE: &str =
    "An impact cannot end before it started. Type a later time, such as now.";

fn check(started_at: Moment, ended_at: Option<Moment>) -> Result<(), Refusal> {
    match ended_at {
        Some(ended_at) if ended_at < started_at => Err(Refusal(ENDS_BEFORE.to_owned())),
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use chrono::Duration;
    use muster_commands::update::Update;
    use muster_commands::{PersonId, Status};

    use super::*;
    use crate::domain::Owed;
    use crate::domain::sample::{in_its_channel, incident};

    fn bob(minutes: i64) -> By {
        let declared = incident("").declared_at;
        By::new(
            PersonId::from("U0BOB000001"),
            declared.after(Duration::minutes(minutes)),
        )
    }

    fn new(started: i64, ended: Option<i64>) -> NewImpact {
        NewImpact {
            description: "Carts time out.".to_owned(),
            started_at: bob(started).at,
            ended_at: ended.map(|minutes| bob(minutes).at),
        }
    }

    fn refused(decision: Decision) -> String {
        decision.unwrap_err().0
    }

    #[test]
    fn an_impact_is_told_at_the_time_at_which_it_began() {
        let change = in_its_channel("")
            .add_impact(new(-15, None), &bob(5))
            .unwrap();
        let entry = &change.entries[0];
        assert_eq!(
            (entry.happened_at, entry.recorded_at),
            (bob(-15).at, bob(5).at)
        );
        assert!(change.incident.is_customer_impacted());
        assert_eq!(change.incident.responders[1].acted_at, Some(bob(5).at));
        let owed: Vec<_> = change.effects.iter().map(Effect::owed).collect();
        assert_eq!(owed, [Owed::Tell, Owed::ShowHeader, Owed::ShowCard]);
    }

    #[test]
    fn there_are_several_but_only_one_without_an_end() {
        let one = in_its_channel("")
            .add_impact(new(-15, None), &bob(5))
            .unwrap()
            .incident;
        let second = refused(one.add_impact(new(-5, None), &bob(6)));
        assert!(second.contains("still going on"), "{second}");
        let two = one
            .add_impact(new(-60, Some(-30)), &bob(6))
            .unwrap()
            .incident;
        assert_eq!(two.impacts.len(), 2);
        let open = ImpactEdit {
            ended_at: Some(None),
            ..ImpactEdit::default()
        };
        refused(two.edit_impact(2, open.clone(), &bob(7)));
        let ended = two.end_impact(bob(7).at, &bob(7)).unwrap().incident;
        assert!(ended.open_impact().is_none() && ended.is_customer_impacted());
        let again = ended.edit_impact(2, open, &bob(8)).unwrap().incident;
        assert_eq!(again.open_impact().unwrap().number, 2);
        refused(ended.end_impact(bob(9).at, &bob(9)));
    }

    #[test]
    fn an_impact_never_ends_before_it_starts() {
        let incident = in_its_channel("");
        assert_eq!(
            refused(incident.add_impact(new(-5, Some(-6)), &bob(0))),
            ENDS_BEFORE
        );
        let open = incident
            .add_impact(new(-5, None), &bob(0))
            .unwrap()
            .incident;
        assert_eq!(refused(open.end_impact(bob(-6).at, &bob(1))), ENDS_BEFORE);
        let later = ImpactEdit {
            started_at: Some(bob(0).at),
            ended_at: Some(Some(bob(-1).at)),
            ..ImpactEdit::default()
        };
        assert_eq!(refused(open.edit_impact(1, later, &bob(1))), ENDS_BEFORE);
        let over = Update {
            status: Some(Status::Resolved),
            ..Update::default()
        };
        let early = open.update_and_end(over, Some(bob(-9).at), &bob(1));
        assert_eq!(refused(early), ENDS_BEFORE);
    }

    #[test]
    fn an_incident_that_is_over_takes_only_impacts_that_are_over() {
        let mut over = in_its_channel("");
        over.status = Status::Resolved;
        let open = refused(over.add_impact(new(-5, None), &bob(0)));
        assert!(open.starts_with("IR-7 is RESOLVED."), "{open}");
        assert!(over.add_impact(new(-5, Some(-1)), &bob(0)).is_ok());
    }

    #[test]
    fn an_edit_that_changes_nothing_tells_nobody() {
        let open = in_its_channel("")
            .add_impact(new(-5, None), &bob(0))
            .unwrap()
            .incident;
        let same = ImpactEdit {
            description: Some("Carts time out.".to_owned()),
            started_at: Some(bob(-5).at),
            ended_at: Some(None),
        };
        let change = open.edit_impact(1, same, &bob(3)).unwrap();
        assert_eq!(change, Change::to(open.clone(), bob(3).at));
        refused(open.edit_impact(9, ImpactEdit::default(), &bob(3)));
    }
}
