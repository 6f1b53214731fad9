//! Tasks as text.

use super::{QUOTE_PREVIEW, RichText, Span, TITLE_PREVIEW, bold, rich};
use crate::text::truncate;
use crate::{Incident, TaskChange, TaskKind, TaskRef, Timestamp, UserId};

/// Returns the text for an added task, without its actor.
pub(super) fn task_added_text(
    task: &TaskRef,
    assignees: &[UserId],
    due_at: Option<Timestamp>,
) -> RichText {
    let mut paragraph = rich![format!(" added {}", task_label(task))];
    for (index, user) in assignees.iter().enumerate() {
        paragraph.extend(rich![if index == 0 { " for " } else { ", " }, user]);
    }
    if let Some(due_at) = due_at {
        paragraph.extend(rich![", due ", due_at]);
    }
    paragraph.push(description_quote(task));
    paragraph
}

/// Returns the text for a finished or reopened task, without its actor.
pub(super) fn task_status_text(verb: &str, task: &TaskRef) -> RichText {
    rich![
        format!(" {verb} {}", task_label(task)),
        description_quote(task)
    ]
}

/// Returns the text for one edited field of a task, without its actor.
pub(super) fn task_edited_text(task: &TaskRef, change: &TaskChange) -> RichText {
    let (label, quote) = (task_label(task), description_quote(task));
    match change {
        TaskChange::Description { to, .. } => {
            rich![format!(
                " changed {label} to: {}",
                truncate(to, QUOTE_PREVIEW)
            )]
        }
        TaskChange::Assigned { user } => rich![format!(" gave {label} to "), user, quote],
        TaskChange::Unassigned { user } => rich![format!(" took {label} from "), user, quote],
        TaskChange::Due { to: Some(to), .. } => rich![format!(" set {label} due "), *to, quote],
        TaskChange::Due { to: None, .. } => {
            rich![format!(" took the due date off {label}"), quote]
        }
    }
}

/// Returns the direct message for an assigned task.
pub fn task_assigned_text(
    actor: &UserId,
    task: &TaskRef,
    due_at: Option<Timestamp>,
    incident: &Incident,
) -> Vec<RichText> {
    let mut paragraph = rich![
        actor,
        " gave you ",
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
        format!(" {title} is overdue since "),
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
