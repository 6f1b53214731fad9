//! The part of a direct message that is about tasks: their buttons, and the message after a click.

use muster_commands::task_notice::{self, TaskNotice};
use slack_morphism::prelude::*;

use crate::domain::text::{RichText, Span, TITLE_PREVIEW, bold, task_label, text, truncate};
use crate::domain::{Incident, Task, Timestamp, UserNames};
use crate::slack::blocks::direct_message::channel_text;
use crate::slack::blocks::rich_text;
use crate::slack::client::Message;

/// Returns the buttons of the open tasks among some tasks: **Done**, and **Snooze** if the task has a due date.
pub(crate) fn buttons(incident: &Incident, numbers: &[i64]) -> Vec<SlackBlock> {
    let open = numbers.iter().filter_map(|number| incident.task(*number));
    let open = open.filter(|task| task.done_at.is_none());
    open.map(|task| {
        let notice = TaskNotice {
            incident: incident.id,
            number: task.number,
            numbers: numbers.to_vec(),
        };
        let mut buttons = vec![task_notice::done_button(&notice)];
        if task.due_at.is_some() {
            buttons.push(task_notice::snooze_button(&notice));
        }
        SlackActionsBlock::new(buttons.into_iter().map(Into::into).collect()).into()
    })
    .collect()
}

/// Returns the message after a click: its tasks as they are now. `snoozed_until` is when the clicked task is due
/// again, if the click postponed it.
pub(crate) fn rewritten(
    incident: &Incident,
    notice: &TaskNotice,
    snoozed_until: Option<Timestamp>,
) -> Message {
    let mut sentences: Vec<RichText> = notice
        .numbers
        .iter()
        .map(|number| match incident.task(*number) {
            Some(task) => {
                let until = snoozed_until.filter(|_| *number == notice.number);
                task_text(incident, task, until)
            }
            None => vec![text(incident.no_such_task(*number).0)],
        })
        .collect();
    sentences.push(channel_text(incident));
    let names = UserNames::default();
    let mut blocks = vec![rich_text::rich_text_block(&sentences, &names)];
    blocks.extend(buttons(incident, &notice.numbers));
    Message {
        text: rich_text::fallback_text(&sentences, &names),
        blocks,
    }
}

/// Returns the state of a task, its label and its description.
fn task_text(incident: &Incident, task: &Task, snoozed_until: Option<Timestamp>) -> RichText {
    let state = match (task.done_at, snoozed_until) {
        (Some(_), _) => vec![text("Done: ")],
        (None, Some(until)) => vec![text("Snoozed until "), Span::Time(until), text(": ")],
        (None, None) => Vec::new(),
    };
    let title = truncate(&incident.title, TITLE_PREVIEW);
    let description = truncate(&task.description, TITLE_PREVIEW);
    let subject = vec![
        bold(task_label(&task.task_ref())),
        text(" of "),
        bold(incident.id.to_string()),
        text(format!(" {title}: {description}")),
    ];
    [state, subject].concat()
}
