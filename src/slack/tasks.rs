//! The tasks of an incident as a list: what is open first, to check off, open again and edit.

use muster_commands::limits::cut;
use muster_commands::task::{Chosen, DONE, EARLIER, EDIT, LATER, REOPEN, TaskKind};
use slack_morphism::prelude::*;

use super::client::Message;
use super::words::{self, Piece, Sentence, plain, strong};
use crate::domain::{Incident, Moment, Names, Task};

/// How many tasks a page shows. Slack: a message has at most 50 blocks, and each task takes two,
/// docs.slack.dev/reference/block-kit.
const ON_PAGE: usize = 15;

/// How much of a task's words is shown.
const SHOWN: usize = 300;

/// How many assignees of a task are named.
const NAMED: usize = 10;

/// Gives one page of the list, from 0.
pub fn list(incident: &Incident, kind: TaskKind, page: usize, now: Moment) -> Message {
    let tasks = sorted(incident, kind);
    let last = tasks.len().saturating_sub(1) / ON_PAGE;
    let page = page.min(last);
    let names = Names::default();
    let chosen = |number| Chosen {
        incident: incident.id,
        kind,
        number,
        page,
    };
    let mut lines = vec![heading(incident, kind, &tasks)];
    let mut blocks = vec![words::block(&lines, &names)];
    for task in tasks.iter().skip(page * ON_PAGE).take(ON_PAGE) {
        let line = line(task, now);
        blocks.push(words::block(std::slice::from_ref(&line), &names));
        lines.push(line);
        let turns = if task.done_at.is_none() { DONE } else { REOPEN };
        let buttons = [turns, EDIT].map(|name| chosen(task.number).button(name).into());
        blocks.push(SlackActionsBlock::new(buttons.into()).into());
    }
    let mut buttons: Vec<SlackActionBlockElement> = vec![chosen(0).add_button().into()];
    let to = |page| Chosen { page, ..chosen(0) };
    buttons.extend((page > 0).then(|| to(page - 1).button(EARLIER).into()));
    buttons.extend((page < last).then(|| to(page + 1).button(LATER).into()));
    blocks.push(SlackActionsBlock::new(buttons).into());
    Message {
        text: words::mrkdwn(&lines, &names),
        blocks,
    }
}

/// Gives what is open, the most urgent first, and then what is done, the latest first.
fn sorted(incident: &Incident, kind: TaskKind) -> Vec<&Task> {
    let all = incident.tasks.iter().filter(|task| task.kind == kind);
    let (mut open, mut done): (Vec<_>, Vec<_>) = all.partition(|task| task.done_at.is_none());
    open.sort_by_key(|task| (task.due_at.is_none(), task.due_at, task.number));
    done.sort_by_key(|task| std::cmp::Reverse((task.done_at, task.number)));
    open.extend(done);
    open
}

fn heading(incident: &Incident, kind: TaskKind, tasks: &[&Task]) -> Sentence {
    let title = strong(format!("{} of {}", kind.several(), incident.id));
    let done = tasks.iter().filter(|task| task.done_at.is_some()).count();
    let told = match tasks.len() {
        0 => " · none yet".to_owned(),
        all => format!(" · {done} of {all} done"),
    };
    vec![title, plain(told)]
}

fn line(task: &Task, now: Moment) -> Sentence {
    let mut line = vec![
        plain(if task.done_at.is_none() {
            "☐ "
        } else {
            "☑ "
        }),
        strong(task.number.to_string()),
        plain(format!(" {}", cut(&task.description, SHOWN))),
    ];
    for (at, person) in task.assignees.iter().take(NAMED).enumerate() {
        // What only one person sees notifies nobody.
        let before = if at == 0 { " · " } else { ", " };
        line.extend([plain(before), Piece::Called(person.clone())]);
    }
    let more = task.assignees.len().saturating_sub(NAMED);
    if more > 0 {
        line.push(plain(format!(" and {more} more")));
    }
    match (task.done_at, task.due_at) {
        (Some(done_at), _) => line.extend([plain(" · done "), Piece::Time(done_at)]),
        (None, Some(due_at)) if due_at <= now => {
            line.extend([
                plain(" · "),
                strong("overdue"),
                plain(" since "),
                Piece::Time(due_at),
            ]);
        }
        (None, Some(due_at)) => line.extend([plain(" · due "), Piece::Time(due_at)]),
        (None, None) => {}
    }
    line
}
