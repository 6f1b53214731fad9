//! Activity text for tasks.

use muster_commands::UserId;
use muster_commands::modal::block_kit_limits::truncate;
use muster_commands::task::TaskKind;

use crate::domain::{Incident, TaskChange, TaskRef, Timestamp};
use crate::slack::text::activity::{RichText, Span, bold, text};
use crate::slack::text::{QUOTE_PREVIEW, TITLE_PREVIEW};

/// Returns the text for an added task, without its actor.
pub fn task_added_text(
    task: &TaskRef,
    assignees: &[UserId],
    due_at: Option<Timestamp>,
) -> RichText {
    let mut sentence = vec![text(format!(" added {}", task_label(task)))];
    for (at, user) in assignees.iter().enumerate() {
        let before = if at == 0 { " for " } else { ", " };
        sentence.extend([text(before), Span::User(user.clone())]);
    }
    if let Some(due_at) = due_at {
        sentence.extend([text(", due "), Span::Time(due_at)]);
    }
    sentence.push(description_quote(task));
    sentence
}

/// Returns the text for a finished or reopened task, without its actor.
pub fn task_status_text(what: &str, task: &TaskRef) -> RichText {
    vec![
        text(format!(" {what} {}", task_label(task))),
        description_quote(task),
    ]
}

/// Returns the text for one edited field of a task, without its actor.
pub fn task_edited_text(task: &TaskRef, change: &TaskChange) -> RichText {
    let named = task_label(task);
    match change {
        TaskChange::Description { to, .. } => {
            vec![text(format!(
                " changed {named} to: {}",
                truncate(to, QUOTE_PREVIEW)
            ))]
        }
        TaskChange::Assigned { user } => vec![
            text(format!(" gave {named} to ")),
            Span::User(user.clone()),
            description_quote(task),
        ],
        TaskChange::Unassigned { user } => vec![
            text(format!(" took {named} from ")),
            Span::User(user.clone()),
            description_quote(task),
        ],
        TaskChange::Due { to: Some(to), .. } => vec![
            text(format!(" set {named} due ")),
            Span::Time(*to),
            description_quote(task),
        ],
        TaskChange::Due { to: None, .. } => vec![
            text(format!(" took the due date off {named}")),
            description_quote(task),
        ],
    }
}

/// Returns the direct message for an assigned task.
pub fn task_assigned_text(
    actor: &UserId,
    task: &TaskRef,
    due_at: Option<Timestamp>,
    incident: &Incident,
) -> Vec<RichText> {
    let mut sentence = vec![
        Span::User(actor.clone()),
        text(" gave you "),
        bold(task_label(task)),
        text(" of "),
        bold(incident.id.to_string()),
        text(format!(" {}", truncate(&incident.title, TITLE_PREVIEW))),
    ];
    if let Some(due_at) = due_at {
        sentence.extend([text(", due "), Span::Time(due_at)]);
    }
    sentence.push(description_quote(task));
    vec![sentence]
}

/// Returns the direct message for an overdue task.
pub fn task_overdue_text(task: &TaskRef, due_at: Timestamp, incident: &Incident) -> Vec<RichText> {
    let mut name = task_label(task);
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    vec![vec![
        bold(name),
        text(" of "),
        bold(incident.id.to_string()),
        text(format!(
            " {} is overdue since ",
            truncate(&incident.title, TITLE_PREVIEW)
        )),
        Span::Time(due_at),
        description_quote(task),
    ]]
}

/// Returns the description of a task, preceded by a colon.
pub fn description_quote(task: &TaskRef) -> Span {
    text(format!(": {}", truncate(&task.description, QUOTE_PREVIEW)))
}

/// Returns the task's label: `task 3`, `follow-up 4`.
pub fn task_label(task: &TaskRef) -> String {
    let kind = match task.kind {
        TaskKind::Task => "task",
        TaskKind::FollowUp => "follow-up",
    };
    format!("{kind} {}", task.number)
}
