//! Detects which changes of an incident affect the Home view.

use crate::Incident;

impl Incident {
    /// Returns whether a field that the Home view of any user shows differs between `before` and this
    /// state.
    pub fn affects_home(&self, before: &Self) -> bool {
        let has_tasks = |incident: &Self| incident.tasks.iter().any(|it| it.done_at.is_none());
        let shows = |incident: &Self| incident.status.is_open() || has_tasks(incident);
        let channel_of = |incident: &Self| (incident.channel_state, incident.channel.clone());
        let postmortem_of = |incident: &Self| incident.postmortem.as_ref().map(|it| it.status);
        if postmortem_of(self) != postmortem_of(before) {
            return true;
        }
        (shows(self) || shows(before))
            && (self.title != before.title
                || self.severity != before.severity
                || self.status != before.status
                || self.commander != before.commander
                || self.visibility != before.visibility
                || channel_of(self) != channel_of(before)
                || self.tasks != before.tasks
                || self.responder_ids().ne(before.responder_ids()))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {

    use super::*;
    use crate::testing::incident_with_channel;
    use crate::{Actor, AddTask, MessageTs, Status, TaskKind, UserId};

    #[test]
    fn only_visible_fields_affect_home() {
        let before = incident_with_channel("Checkout");
        let differs = |change: &dyn Fn(&mut Incident)| {
            let mut after = before.clone();
            change(&mut after);
            after.affects_home(&before)
        };
        assert!(!differs(&|_| {}));
        assert!(!differs(&|it| it.header = Some(MessageTs::from("1.2"))));
        assert!(!differs(&|it| it.summary = "Payments took long.".to_owned()));
        assert!(differs(&|it| it.title = "Payments".to_owned()));
        assert!(differs(&|it| it.status = Status::Resolved));
        let bob = Actor::new(UserId::from("U0BOB000001"), before.declared_at);
        assert!(differs(&|it| it.touch_responder(&bob)));
    }

    #[test]
    fn open_tasks_affect_home_when_the_incident_is_over() {
        let mut before = incident_with_channel("Checkout");
        before.status = Status::Resolved;
        let actor = Actor::new(UserId::from("U0BOB000001"), before.declared_at);
        let task = AddTask {
            kind: TaskKind::FollowUp,
            description: "Write it down".to_owned(),
            assignees: actor.user.iter().cloned().collect(),
            due_at: None,
        };
        let after = before.add_task(task, &actor).unwrap().incident;
        assert!(after.affects_home(&before));
        assert!(!after.affects_home(&after));
    }

    #[test]
    fn changes_do_not_affect_home_while_the_incident_is_over() {
        let mut before = incident_with_channel("Checkout");
        before.status = Status::Resolved;
        let mut after = before.clone();
        after.title = "Payments".to_owned();
        assert!(!after.affects_home(&before));
        after.status = Status::Active;
        assert!(after.affects_home(&before));
    }
}
