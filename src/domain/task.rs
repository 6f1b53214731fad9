//! What is to be done because of an incident: by whom, until when, and whether it is done.

use muster_commands::PersonId;
use muster_commands::task::TaskKind;

use super::task_change::{TaskChange, TaskRef};
use super::{
    By, Change, ChannelState, Decision, Effect, Entry, Incident, Line, Moment, Note, Refusal, What,
};

/// How many tasks an incident has at most: all of them are loaded with it.
const MOST_TASKS: usize = 1_000;

/// Something to be done because of an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Counts the tasks and follow-ups of one incident, from 1.
    pub number: i64,
    /// Whether it is for the incident itself or for afterwards.
    pub kind: TaskKind,
    /// What is to be done, as somebody wrote it.
    pub description: String,
    /// Who does it, each once.
    pub assignees: Vec<PersonId>,
    /// Until when; `None` if it may take any time.
    pub due_at: Option<Moment>,
    /// When it was done; `None` if it is not.
    pub done_at: Option<Moment>,
}

/// A task that a person adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTask {
    /// Whether it is for the incident itself or for afterwards.
    pub kind: TaskKind,
    /// What is to be done.
    pub description: String,
    /// Who does it.
    pub assignees: Vec<PersonId>,
    /// Until when; `None` if it may take any time.
    pub due_at: Option<Moment>,
}

/// What a person wants changed of a task. What is `None`, or nobody, stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskEdit {
    /// Other words.
    pub description: Option<String>,
    /// Who does it from now on as well.
    pub assigned: Vec<PersonId>,
    /// Who no longer does it.
    pub unassigned: Vec<PersonId>,
    /// Another due date; `Some(None)` if it may take any time.
    pub due_at: Option<Option<Moment>>,
}

impl Task {
    /// Gives what a line of the timeline says of which task it is about.
    pub fn as_ref(&self) -> TaskRef {
        TaskRef {
            number: self.number,
            kind: self.kind,
            description: self.description.clone(),
        }
    }

    /// Says whether somebody is still to be told that it is overdue.
    pub fn is_overdue_for(&self, person: &PersonId, now: Moment) -> bool {
        self.done_at.is_none()
            && self.due_at.is_some_and(|due_at| due_at <= now)
            && self.assignees.contains(person)
    }
}

impl Incident {
    /// Gives a task by its number.
    pub fn task(&self, number: i64) -> Option<&Task> {
        self.tasks.iter().find(|task| task.number == number)
    }

    /// Adds a task, and tells the others; whom it is given to, directly.
    pub fn add_task(&self, new: NewTask, by: &By) -> Decision {
        if self.tasks.len() >= MOST_TASKS {
            return Err(Refusal(format!(
                "{} has {MOST_TASKS} tasks, as many as it can have. Nothing was added.",
                self.id
            )));
        }
        not_over(new.due_at, by)?;
        let mut incident = self.clone();
        let last = self.tasks.iter().map(|task| task.number).max();
        let mut task = Task {
            number: last.unwrap_or(0) + 1,
            kind: new.kind,
            description: new.description,
            assignees: Vec::new(),
            due_at: new.due_at,
            done_at: None,
        };
        task.assign(new.assignees);
        let what = What::TaskAdded {
            task: task.as_ref(),
            assignees: task.assignees.clone(),
            due_at: task.due_at,
        };
        incident.tasks.push(task.clone());
        let mut change = self.with_tasks(incident, what, by);
        change.give(&task, &task.assignees, by);
        Ok(change)
    }

    /// Changes what the person wants changed of a task, and tells the others. What is already so is not
    /// told.
    pub fn edit_task(&self, number: i64, edit: TaskEdit, by: &By) -> Decision {
        let mut incident = self.clone();
        let task = incident.task_to_change(number)?;
        let changes = task.apply(edit);
        if changes.is_empty() {
            return Ok(Change::to(self.clone(), by.at));
        }
        for change in &changes {
            if let TaskChange::Due { to, .. } = change {
                not_over(*to, by)?;
            }
        }
        let task = task.clone();
        let assigned: Vec<PersonId> = changes
            .iter()
            .filter_map(|change| match change {
                TaskChange::Assigned { person } => Some(person.clone()),
                TaskChange::Description { .. }
                | TaskChange::Unassigned { .. }
                | TaskChange::Due { .. } => None,
            })
            .collect();
        let what = What::TaskEdited {
            task: task.as_ref(),
            changes,
        };
        let mut change = self.with_tasks(incident, what, by);
        change.give(&task, &assigned, by);
        Ok(change)
    }

    /// Checks a task off, and tells the others.
    pub fn finish_task(&self, number: i64, by: &By) -> Decision {
        let mut incident = self.clone();
        let task = incident.task_to_change(number)?;
        if task.done_at.is_some() {
            return Err(Refusal(format!("{} is done already.", named(task))));
        }
        task.done_at = Some(by.at);
        let what = What::TaskDone {
            task: task.as_ref(),
        };
        Ok(self.with_tasks(incident, what, by))
    }

    /// Checks a task off, as [`Incident::finish_task`]; one that is done already stays so, and nobody is told.
    pub fn finish_task_if_open(&self, number: i64, by: &By) -> Decision {
        match self.task(number) {
            Some(task) if task.done_at.is_some() => Ok(Change::to(self.clone(), by.at)),
            Some(_) | None => self.finish_task(number, by),
        }
    }

    /// Opens a task again that was done, and tells the others.
    pub fn reopen_task(&self, number: i64, by: &By) -> Decision {
        let mut incident = self.clone();
        let task = incident.task_to_change(number)?;
        if task.done_at.is_none() {
            return Err(Refusal(format!("{} is open already.", named(task))));
        }
        task.done_at = None;
        let what = What::TaskReopened {
            task: task.as_ref(),
        };
        Ok(self.with_tasks(incident, what, by))
    }

    fn task_to_change(&mut self, number: i64) -> Result<&mut Task, Refusal> {
        let id = self.id;
        let mut tasks = self.tasks.iter_mut();
        let found = tasks.find(|task| task.number == number);
        found.ok_or_else(|| Refusal(format!("{id} has no task {number}.")))
    }

    /// Gives the change in which one thing is told of a task.
    fn with_tasks(&self, mut incident: Self, what: What, by: &By) -> Change {
        incident.acted(by);
        let mut change = Change::to(incident, by.at);
        change.record(Entry::by(by, what.clone()));
        self.post(&mut change, Line::by(by, what));
        change
    }
}

impl Task {
    /// Sets every field that differs, and gives what was changed.
    fn apply(&mut self, edit: TaskEdit) -> Vec<TaskChange> {
        let mut changes = Vec::new();
        if let Some(to) = edit.description.filter(|to| *to != self.description) {
            let from = std::mem::replace(&mut self.description, to.clone());
            changes.push(TaskChange::Description { from, to });
        }
        for person in self.assign(edit.assigned) {
            changes.push(TaskChange::Assigned { person });
        }
        for person in edit.unassigned {
            if let Some(at) = self.assignees.iter().position(|it| *it == person) {
                self.assignees.remove(at);
                changes.push(TaskChange::Unassigned { person });
            }
        }
        if let Some(to) = edit.due_at.filter(|to| *to != self.due_at) {
            let from = std::mem::replace(&mut self.due_at, to);
            changes.push(TaskChange::Due { from, to });
        }
        changes
    }

    /// Gives the task to those who do not have it yet, and says who these are.
    fn assign(&mut self, people: Vec<PersonId>) -> Vec<PersonId> {
        let mut new = Vec::new();
        for person in people {
            if !self.assignees.contains(&person) {
                self.assignees.push(person.clone());
                new.push(person);
            }
        }
        new
    }
}

impl Change {
    /// Tells those to whom a task is given: they take part from now on, are brought into the channel, and
    /// are told directly unless they took it themselves.
    fn give(&mut self, task: &Task, people: &[PersonId], by: &By) {
        for person in people {
            self.then(Effect::LearnPerson {
                person: person.clone(),
            });
            let is_new = self.incident.people().all(|known| known != person);
            self.incident.takes_part(person, by.at);
            if is_new && self.incident.channel_state == ChannelState::Open {
                self.then(Effect::Invite {
                    person: person.clone(),
                });
            }
            if *person != by.person {
                let note = Note::TaskGiven {
                    by: by.person.clone(),
                    task: task.as_ref(),
                    due_at: task.due_at,
                };
                self.tell_directly(person.clone(), note);
            }
        }
    }
}

/// Sees that what is due is still to come.
fn not_over(due_at: Option<Moment>, by: &By) -> Result<(), Refusal> {
    match due_at {
        Some(due_at) if due_at <= by.at => Err(Refusal(
            "The due date is over. Choose one that is still to come.".to_owned(),
        )),
        Some(_) | None => Ok(()),
    }
}

fn named(task: &Task) -> String {
    match task.kind {
        TaskKind::Task => format!("Task {}", task.number),
        TaskKind::FollowUp => format!("Follow-up {}", task.number),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use chrono::Duration;

    use super::*;
    use crate::domain::Owed;
    use crate::domain::sample::in_its_channel;

    fn alice() -> By {
        let incident = in_its_channel("");
        By::new(incident.declared_by.clone(), incident.declared_at)
    }

    fn bob() -> PersonId {
        PersonId::from("U0BOB000001")
    }

    fn new(assignees: &[&str]) -> NewTask {
        NewTask {
            kind: TaskKind::Task,
            description: "Roll back".to_owned(),
            assignees: assignees.iter().map(|id| PersonId::from(*id)).collect(),
            due_at: Some(alice().at.after(Duration::hours(1))),
        }
    }

    fn owed(change: &Change) -> Vec<Owed> {
        change.effects.iter().map(Effect::owed).collect()
    }

    #[test]
    fn whoever_is_given_a_task_is_brought_in_and_told_and_who_takes_it_is_not() {
        let change = in_its_channel("")
            .add_task(
                new(&["U0BOB000001", "U0ALICE0001", "U0BOB000001"]),
                &alice(),
            )
            .unwrap();
        assert_eq!(
            owed(&change),
            [
                Owed::Tell,
                Owed::LearnPerson,
                Owed::Invite,
                Owed::Direct,
                Owed::LearnPerson
            ]
        );
        let task = change.incident.task(1).unwrap();
        assert_eq!(task.assignees, [bob(), alice().person]);
        assert!(change.incident.people().any(|person| *person == bob()));
        assert!(task.is_overdue_for(&bob(), alice().at.after(Duration::hours(1))));
        assert!(!task.is_overdue_for(&bob(), alice().at));
    }

    #[test]
    fn only_what_differs_is_changed_and_told() {
        let added = in_its_channel("")
            .add_task(new(&["U0BOB000001"]), &alice())
            .unwrap();
        let same = TaskEdit {
            description: Some("Roll back".to_owned()),
            assigned: vec![bob()],
            unassigned: vec![PersonId::from("U0CHIOMA001")],
            due_at: Some(new(&[]).due_at),
        };
        let untouched = added.incident.edit_task(1, same, &alice()).unwrap();
        assert_eq!(untouched, Change::to(added.incident.clone(), alice().at));

        let edit = TaskEdit {
            unassigned: vec![bob()],
            due_at: Some(None),
            ..TaskEdit::default()
        };
        let edited = added.incident.edit_task(1, edit, &alice()).unwrap();
        assert_eq!(owed(&edited), [Owed::Tell]);
        assert_eq!(edited.incident.task(1).unwrap().due_at, None);
        assert!(
            added
                .incident
                .edit_task(2, TaskEdit::default(), &alice())
                .is_err()
        );
    }

    #[test]
    fn what_is_done_is_done_once_until_it_is_opened_again() {
        let incident = in_its_channel("")
            .add_task(new(&[]), &alice())
            .unwrap()
            .incident;
        let done = incident.finish_task(1, &alice()).unwrap().incident;
        assert_eq!(
            done.finish_task(1, &alice()),
            Err(Refusal("Task 1 is done already.".to_owned()))
        );
        let reopened = done.reopen_task(1, &alice()).unwrap().incident;
        assert_eq!(reopened.tasks, incident.tasks);
        assert!(reopened.reopen_task(1, &alice()).is_err());
    }

    #[test]
    fn a_due_date_that_is_over_is_refused() {
        let over = NewTask {
            due_at: Some(alice().at),
            ..new(&[])
        };
        assert!(in_its_channel("").add_task(over, &alice()).is_err());
    }
}
