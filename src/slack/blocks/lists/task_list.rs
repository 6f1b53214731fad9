//! The task list: open tasks first, each with its buttons.

use muster_commands::task::{DONE, EARLIER, EDIT, LATER, REOPEN, TaskButton};
use slack_morphism::prelude::*;

use crate::domain::text::{QUOTE_PREVIEW, truncate};
use crate::domain::text::{RichText, Span, bold, text};
use crate::domain::{Incident, Task, TaskKind, Timestamp, UserNames};
use crate::slack::blocks::rich_text;
use crate::slack::client::Message;

/// Tasks per page. Slack: a message has at most 50 blocks, and each task takes two,
/// docs.slack.dev/reference/block-kit.
const PAGE_SIZE: usize = 15;

/// Maximum number of assignees named per task.
const MAX_ASSIGNEES: usize = 10;

/// Returns one page of the list. Pages are counted from 0.
pub(crate) fn list(incident: &Incident, kind: TaskKind, page: usize, now: Timestamp) -> Message {
    let tasks = sorted_tasks(incident, kind);
    let last = tasks.len().saturating_sub(1) / PAGE_SIZE;
    let page = page.min(last);
    let names = UserNames::default();
    let task_button = |number| TaskButton {
        incident: incident.id,
        kind,
        number,
        page,
    };
    let mut lines = vec![heading(incident, kind, &tasks)];
    let mut blocks = vec![rich_text::rich_text_block(&lines, &names)];
    for task in tasks.iter().skip(page * PAGE_SIZE).take(PAGE_SIZE) {
        let sentence = task_text(task, now);
        blocks.push(rich_text::rich_text_block(
            std::slice::from_ref(&sentence),
            &names,
        ));
        lines.push(sentence);
        let turns = if task.done_at.is_none() { DONE } else { REOPEN };
        let here = task_button(task.number);
        let buttons = [here.button(turns), here.button(EDIT), here.remove_button()];
        blocks.push(SlackActionsBlock::new(buttons.map(Into::into).into()).into());
    }
    let mut buttons: Vec<SlackActionBlockElement> = vec![task_button(0).add_button().into()];
    let to = |page| TaskButton {
        page,
        ..task_button(0)
    };
    buttons.extend((page > 0).then(|| to(page - 1).button(EARLIER).into()));
    buttons.extend((page < last).then(|| to(page + 1).button(LATER).into()));
    blocks.push(SlackActionsBlock::new(buttons).into());
    Message {
        text: rich_text::fallback_text(&lines, &names),
        blocks,
    }
}

/// Sorts open tasks by due time, followed by finished tasks, the latest first.
fn sorted_tasks(incident: &Incident, kind: TaskKind) -> Vec<&Task> {
    let tasks = incident.tasks.iter().filter(|task| task.kind == kind);
    let (mut open, mut done): (Vec<_>, Vec<_>) = tasks.partition(|task| task.done_at.is_none());
    open.sort_by_key(|task| (task.due_at.is_none(), task.due_at, task.number));
    done.sort_by_key(|task| std::cmp::Reverse((task.done_at, task.number)));
    open.extend(done);
    open
}

fn heading(incident: &Incident, kind: TaskKind, tasks: &[&Task]) -> RichText {
    let title = bold(format!("{} of {}", kind.plural_label(), incident.id));
    let done = tasks.iter().filter(|task| task.done_at.is_some()).count();
    let told = match tasks.len() {
        0 => " · none yet".to_owned(),
        total => format!(" · {done} of {total} done"),
    };
    vec![title, text(told)]
}

fn task_text(task: &Task, now: Timestamp) -> RichText {
    let mut sentence = vec![
        text(if task.done_at.is_none() {
            "☐ "
        } else {
            "☑ "
        }),
        bold(task.number.to_string()),
        text(format!(" {}", truncate(&task.description, QUOTE_PREVIEW))),
    ];
    // An ephemeral message notifies no one, so a mention is harmless.
    let users = task.assignees.iter().cloned().map(Span::Mention);
    let assignees: Vec<_> = users.chain(task.other_assignees().map(text)).collect();
    let more = assignees.len().saturating_sub(MAX_ASSIGNEES);
    for (at, assignee) in assignees.into_iter().take(MAX_ASSIGNEES).enumerate() {
        let before = if at == 0 { " · " } else { ", " };
        sentence.extend([text(before), assignee]);
    }
    if more > 0 {
        sentence.push(text(format!(" and {more} more")));
    }
    match (task.done_at, task.due_at) {
        (Some(done_at), _) => sentence.extend([text(" · done "), Span::Time(done_at)]),
        (None, Some(due_at)) if due_at <= now => {
            sentence.extend([
                text(" · "),
                bold("overdue"),
                text(" since "),
                Span::Time(due_at),
            ]);
        }
        (None, Some(due_at)) => sentence.extend([text(" · due "), Span::Time(due_at)]),
        (None, None) => {}
    }
    sentence
}
