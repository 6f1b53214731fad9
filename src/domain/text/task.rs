//! Tasks as text.

use super::{QUOTE_PREVIEW, RichText, Span, TITLE_PREVIEW, actor_span, bold, rich};
use crate::text::truncate;
use crate::{Incident, TaskChange, TaskKind, TaskRef, Timestamp, UserId};

/// Returns the text for an added task, without its actor.
pub(super) fn task_added_text(
    task: &TaskRef,
    assignees: RichText,
    due_at: Option<Timestamp>,
) -> RichText {
    let mut paragraph = rich![format!(" added {}", task_label(task))];
    paragraph.extend(assignees);
    if let Some(due_at) = due_at {
        paragraph.extend(rich![", due ", due_at]);
    }
    paragraph.push(description_quote(task));
    paragraph
}

/// Returns the assignees of an added task: ` for @bob, Ann`.
pub(super) fn assignees_text(users: &[UserId], names: &[String]) -> RichText {
    let users = users.iter().map(Span::from);
    let names = names.iter().map(|name| Span::from(name.clone()));
    let mut text = RichText::new();
    for assignee in users.chain(names) {
        text.push(Span::from(if text.is_empty() { " for " } else { ", " }));
        text.push(assignee);
    }
    text
}

/// Returns the text for a finished or reopened task, without its actor.
pub(super) fn task_status_text(verb: &str, task: &TaskRef) -> RichText {
    rich![
        format!(" {verb} {}", task_label(task)),
        description_quote(task)
    ]
}

/// Returns the text for an edited task, without its actor: one sentence for all changes.
pub(super) fn task_edited_text(task: &TaskRef, changes: &[TaskChange]) -> RichText {
    let label = task_label(task);
    let mut paragraph = RichText::new();
    for change in changes {
        let is_first = paragraph.is_empty();
        let object = if is_first { label.as_str() } else { "it" };
        let words = |verb: &str| Span::from(format!("{verb} {object}"));
        let clause = match change {
            TaskChange::Description { .. } => vec![words("edited")],
            TaskChange::Assigned { user } => {
                vec![words("assigned"), Span::from(" to "), user.into()]
            }
            TaskChange::Unassigned { user } => {
                vec![
                    Span::from("unassigned "),
                    user.into(),
                    Span::from(format!(" from {object}")),
                ]
            }
            TaskChange::NameAssigned { name } => {
                vec![words("assigned"), Span::from(format!(" to {name}"))]
            }
            TaskChange::NameUnassigned { name } => {
                vec![Span::from(format!("unassigned {name} from {object}"))]
            }
            TaskChange::Due { to: Some(to), .. } if is_first => {
                vec![words("set"), Span::from(" due "), (*to).into()]
            }
            TaskChange::Due { to: Some(to), .. } => vec![Span::from("due "), (*to).into()],
            TaskChange::Due { to: None, .. } => {
                vec![Span::from(format!("removed the due date of {object}"))]
            }
        };
        paragraph.push(Span::from(if is_first { " " } else { ", " }));
        paragraph.extend(clause);
    }
    paragraph.push(description_quote(task));
    paragraph
}

/// Returns the direct message for an assigned task.
pub fn task_assigned_text(
    actor: Option<&UserId>,
    task: &TaskRef,
    due_at: Option<Timestamp>,
    incident: &Incident,
) -> Vec<RichText> {
    let mut paragraph = rich![
        actor_span(actor),
        " assigned you ",
        bold(task_label(task)),
        " of ",
        bold(incident.id.to_string()),
        format!(" {}", truncate(&incident.title, TITLE_PREVIEW)),
    ];
    if let Some(due_at) = due_at {
        paragraph.extend(rich![", due ", due_at]);
    }
    paragraph.push(description_quote(task));
    vec![paragraph]
}

/// Returns the direct message for an overdue task.
pub fn task_overdue_text(task: &TaskRef, due_at: Timestamp, incident: &Incident) -> Vec<RichText> {
    let mut label = task_label(task);
    if let Some(first) = label.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let title = truncate(&incident.title, TITLE_PREVIEW);
    vec![rich![
        bold(label),
        " of ",
        bold(incident.id.to_string()),
        format!(" {title} was due "),
        due_at,
        description_quote(task),
    ]]
}

/// Returns the task's label: `task 3`, `follow-up 4`.
pub fn task_label(task: &TaskRef) -> String {
    let kind = match task.kind {
        TaskKind::Task => "task",
        TaskKind::FollowUp => "follow-up",
    };
    format!("{kind} {}", task.number)
}

fn description_quote(task: &TaskRef) -> Span {
    Span::from(format!(": {}", truncate(&task.description, QUOTE_PREVIEW)))
}
