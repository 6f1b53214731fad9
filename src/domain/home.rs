//! The app's Home: which changes of an incident it shows.

use super::Incident;

impl Incident {
    /// Says whether somebody's Home says something else of this incident than it did before.
    pub fn differs_at_home(&self, before: &Self) -> bool {
        let has_tasks = |incident: &Self| incident.tasks.iter().any(|it| it.done_at.is_none());
        let shows = |incident: &Self| incident.status.is_open() || has_tasks(incident);
        let place = |incident: &Self| (incident.channel_state, incident.channel.clone());
        (shows(self) || shows(before))
            && (self.title != before.title
                || self.severity != before.severity
                || self.status != before.status
                || self.commander != before.commander
                || self.visibility != before.visibility
                || place(self) != place(before)
                || self.tasks != before.tasks
                || self.people().ne(before.people()))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use muster_commands::task::TaskKind;
    use muster_commands::{MessageTs, PersonId, Status};

    use super::*;
    use crate::domain::sample::in_its_channel;
    use crate::domain::{By, NewTask};

    #[test]
    fn only_what_a_home_shows_makes_it_differ() {
        let before = in_its_channel("Checkout");
        let differs = |change: &dyn Fn(&mut Incident)| {
            let mut after = before.clone();
            change(&mut after);
            after.differs_at_home(&before)
        };
        assert!(!differs(&|_| {}));
        assert!(!differs(&|it| it.header = Some(MessageTs::from("1.2"))));
        assert!(!differs(&|it| it.summary = "Payments took long.".to_owned()));
        assert!(differs(&|it| it.title = "Payments".to_owned()));
        assert!(differs(&|it| it.status = Status::Resolved));
        let bob = By::new(PersonId::from("U0BOB000001"), before.declared_at);
        assert!(differs(&|it| it.acted(&bob)));
    }

    #[test]
    fn tasks_show_also_when_the_incident_is_over() {
        let mut before = in_its_channel("Checkout");
        before.status = Status::Resolved;
        let by = By::new(PersonId::from("U0BOB000001"), before.declared_at);
        let task = NewTask {
            kind: TaskKind::FollowUp,
            description: "Write it down".to_owned(),
            assignees: vec![by.person.clone()],
            due_at: None,
        };
        let after = before.add_task(task, &by).unwrap().incident;
        assert!(after.differs_at_home(&before));
        assert!(!after.differs_at_home(&after));
    }

    #[test]
    fn what_happens_to_an_incident_that_is_over_shows_nowhere() {
        let mut before = in_its_channel("Checkout");
        before.status = Status::Resolved;
        let mut after = before.clone();
        after.title = "Payments".to_owned();
        assert!(!after.differs_at_home(&before));
        after.status = Status::Active;
        assert!(after.differs_at_home(&before));
    }
}
