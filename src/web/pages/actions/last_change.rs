//! The answer to a conflict: who changed what the form changes, and when.

use muster_commands::timeline::{EntryFilter, Page, PageCursor, SortOrder};

use crate::domain::text::MUSTER;
use crate::domain::{EntryKind, FieldChange, Incident, TimelineEvent, Timestamp, UserId};
use crate::error::Result;
use crate::web::pages::actions::submission::{CHANGED_MEANWHILE, Submission};
use crate::web::pages::actions::{Action, LinkAction, StatusAction, TaskAction};
use crate::web::parts::user_name;

/// How many of the latest entries are searched for the change.
const LIMIT: usize = 100;

/// A change by another user.
struct LastChange {
    user: Option<UserId>,
    at: Timestamp,
}

/// Returns the sentences about a conflict.
pub(super) async fn conflict_text(submission: &Submission<'_>, action: Action) -> Result<String> {
    let signed_in = submission.signed_in;
    let Some(change) = last_change(submission, action).await? else {
        return Ok(CHANGED_MEANWHILE.to_owned());
    };
    let users = change.user.iter().cloned().collect();
    let names = signed_in.store().user_names(users).await?;
    let author = change.user.as_ref().map(|user| user_name(user, &names));
    // Slack reports edits of messages without their user.
    let unknown = match matches!(action, Action::Entry(_)) {
        true => "Someone else",
        false => MUSTER,
    };
    let viewer = signed_in.viewer.clone();
    let incident = signed_in.store().incident(viewer, submission.id).await?;
    Ok(format!(
        "{} changed this {}, after you opened the page. Nothing of yours is stored yet.{}",
        author.as_deref().unwrap_or(unknown),
        signed_in.clock.display(change.at),
        both_values(&incident, action, submission.number().unwrap_or(0))
    ))
}

/// Returns the current value and the requested one, for a button. A form shows both by itself.
fn both_values(incident: &Incident, action: Action, number: i64) -> String {
    let requested = if action == Action::Task(TaskAction::Finish) {
        "done"
    } else if action == Action::Task(TaskAction::Reopen) {
        "open"
    } else {
        return String::new();
    };
    let task = incident.task(number);
    let current = match task.map(|task| task.done_at.is_some()) {
        Some(true) => "done",
        Some(false) => "open",
        None => "removed",
    };
    format!(" Now: {current}. Yours: {requested}.")
}

async fn last_change(submission: &Submission<'_>, action: Action) -> Result<Option<LastChange>> {
    let signed_in = submission.signed_in;
    let (store, viewer) = (signed_in.store(), signed_in.viewer.clone());
    let number = submission.number().unwrap_or(0);
    let kinds: &[EntryKind] = match action {
        Action::Entry(_) => {
            let (history, _) = store.entry_history(viewer, submission.id, number).await?;
            return Ok(history.earlier.last().map(|version| LastChange {
                user: version.edited_by.clone(),
                at: version.edited_at,
            }));
        }
        Action::Impact(_) => &[EntryKind::Impact],
        Action::Task(_) => &[EntryKind::Task],
        Action::Link(_) => &[EntryKind::Document],
        Action::Responders(_) | Action::Status(_) => &[EntryKind::Update],
    };
    let range = Page {
        incident: submission.id,
        order: SortOrder::NewestFirst,
        filter: EntryFilter::Kinds(kinds),
        cursor: PageCursor::First,
    };
    let page = store.timeline_page(viewer, range, LIMIT).await?;
    let mut entries = page.entries.into_iter().map(|stored| stored.entry);
    let latest = entries.find(|entry| is_about(&entry.event, action, number));
    Ok(latest.map(|entry| LastChange {
        user: entry.recorded_by,
        at: entry.recorded_at,
    }))
}

/// Returns whether an event changed the object of an action.
fn is_about(event: &TimelineEvent, action: Action, number: i64) -> bool {
    match action {
        Action::Entry(_) => false,
        Action::Impact(_) => impact_number(event) == Some(number),
        Action::Task(_) => task_number(event) == Some(number),
        Action::Link(LinkAction::Add(edited)) => {
            matches!(event, TimelineEvent::LinkChanged { kind, .. } if *kind == edited)
        }
        Action::Link(_) => false,
        Action::Responders(_) => {
            has_change(event, |it| matches!(it, FieldChange::Commander { .. }))
        }
        Action::Status(StatusAction::Resolve) => {
            has_change(event, |it| matches!(it, FieldChange::RootCause { .. }))
        }
        Action::Status(_) => false,
    }
}

fn impact_number(event: &TimelineEvent) -> Option<i64> {
    use TimelineEvent::{ImpactEdited, ImpactEnded, ImpactStarted};
    if let ImpactStarted { number, .. } | ImpactEnded { number, .. } = event {
        return *number;
    }
    match event {
        ImpactEdited { number, .. } => Some(*number),
        _ => None,
    }
}

fn task_number(event: &TimelineEvent) -> Option<i64> {
    use TimelineEvent::{TaskAdded, TaskDone, TaskEdited, TaskReopened};
    match event {
        TaskAdded { task, .. }
        | TaskEdited { task, .. }
        | TaskDone { task }
        | TaskReopened { task } => Some(task.number),
        _ => None,
    }
}

fn has_change(event: &TimelineEvent, is_requested: impl Fn(&FieldChange) -> bool) -> bool {
    match event {
        TimelineEvent::Updated { changes } => changes.iter().any(is_requested),
        _ => false,
    }
}
