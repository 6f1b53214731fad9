//! What happened to tasks, in words.

use muster_commands::PersonId;
use muster_commands::limits::cut;
use muster_commands::task::TaskKind;

use super::words::{Piece, Sentence, plain, strong};
use crate::domain::{Incident, Moment, TaskChange, TaskRef};

/// How much of a task's words is told; the list has the whole.
const QUOTED: usize = 300;

/// How much of an incident's title is told.
const TITLE_SHOWN: usize = 120;

/// Gives what is said of a task that was added, without who did it.
pub fn added(task: &TaskRef, assignees: &[PersonId], due_at: Option<Moment>) -> Sentence {
    let mut sentence = vec![plain(format!(" added {}", named(task)))];
    for (at, person) in assignees.iter().enumerate() {
        let before = if at == 0 { " for " } else { ", " };
        sentence.extend([plain(before), Piece::Person(person.clone())]);
    }
    if let Some(due_at) = due_at {
        sentence.extend([plain(", due "), Piece::Time(due_at)]);
    }
    sentence.push(quoted(task));
    sentence
}

/// Gives what is said of a task that was done or opened again, without who did it.
pub fn turned(what: &str, task: &TaskRef) -> Sentence {
    vec![plain(format!(" {what} {}", named(task))), quoted(task)]
}

/// Gives what is said of one thing that was changed of a task, without who did it.
pub fn edited(task: &TaskRef, change: &TaskChange) -> Sentence {
    let named = named(task);
    match change {
        TaskChange::Description { to, .. } => {
            vec![plain(format!(" changed {named} to: {}", cut(to, QUOTED)))]
        }
        TaskChange::Assigned { person } => vec![
            plain(format!(" gave {named} to ")),
            Piece::Person(person.clone()),
            quoted(task),
        ],
        TaskChange::Unassigned { person } => vec![
            plain(format!(" took {named} from ")),
            Piece::Person(person.clone()),
            quoted(task),
        ],
        TaskChange::Due { to: Some(to), .. } => vec![
            plain(format!(" set {named} due ")),
            Piece::Time(*to),
            quoted(task),
        ],
        TaskChange::Due { to: None, .. } => vec![
            plain(format!(" took the due date off {named}")),
            quoted(task),
        ],
    }
}

/// Gives what somebody is told directly of a task that they were given.
pub fn given(
    by: &PersonId,
    task: &TaskRef,
    due_at: Option<Moment>,
    incident: &Incident,
) -> Vec<Sentence> {
    let mut sentence = vec![
        Piece::Person(by.clone()),
        plain(" gave you "),
        strong(named(task)),
        plain(" of "),
        strong(incident.id.to_string()),
        plain(format!(" {}", cut(&incident.title, TITLE_SHOWN))),
    ];
    if let Some(due_at) = due_at {
        sentence.extend([plain(", due "), Piece::Time(due_at)]);
    }
    sentence.push(quoted(task));
    vec![sentence]
}

/// Gives what somebody is told directly of a task of theirs that is overdue.
pub fn overdue(task: &TaskRef, due_at: Moment, incident: &Incident) -> Vec<Sentence> {
    let mut name = named(task);
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    vec![vec![
        strong(name),
        plain(" of "),
        strong(incident.id.to_string()),
        plain(format!(
            " {} is overdue since ",
            cut(&incident.title, TITLE_SHOWN)
        )),
        Piece::Time(due_at),
        quoted(task),
    ]]
}

/// Gives the words of a task, behind what is said of it.
pub fn quoted(task: &TaskRef) -> Piece {
    plain(format!(": {}", cut(&task.description, QUOTED)))
}

fn named(task: &TaskRef) -> String {
    let kind = match task.kind {
        TaskKind::Task => "task",
        TaskKind::FollowUp => "follow-up",
    };
    format!("{kind} {}", task.number)
}
