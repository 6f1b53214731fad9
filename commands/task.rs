//! `/datadog task` and `/datadog followup`: adds, lists, finishes and reopens tasks and follow-ups.

use muster_domain::text::length;
use muster_domain::{IncidentId, TaskKind};
use slack_morphism::prelude::*;

use crate::home;
use crate::payload::button_click::{button, confirmed};
use crate::slash::command::{Command, CommandText, HelpGroup};
use crate::slash::mention::{Mention, UserRef};
use crate::slash::{Alternative, ParsedCommand, UnknownCommand, split_first_word, unquoted};

pub(crate) const TASK: Command = Command {
    name: "task",
    words: &["task", "tasks", "todo", "todos"],
    usage: "task [text] [due tomorrow 17:00]",
    summary: "Add a task for the people you @mention, with a due date. Without text, opens a form.",
    group: HelpGroup::FollowUp,
    short_usage: "task [text] [due tomorrow 17:00]",
    typos: &["task", "tasks"],
    parse: |text| Some(parse(TaskKind::Task, text)),
};

/// The part of [`TASK`] that lists the tasks, for help.
pub(crate) const LIST: Command = Command {
    name: "task",
    words: &[],
    usage: "task list",
    summary: "Show the incident's tasks, with buttons to finish and edit them. Only you see it.",
    group: HelpGroup::FollowUp,
    short_usage: "task list",
    typos: &[],
    parse: |_| None,
};

/// The part of [`TASK`] that finishes a task, for help; and `done 1` without `task`.
pub(crate) const DONE_COMMAND: Command = Command {
    name: "task",
    words: &["done", "finish", "finished"],
    usage: "task done 1",
    summary: "Mark a task as done; task reopen 1 reopens it.",
    group: HelpGroup::FollowUp,
    short_usage: "task done 1",
    typos: &[],
    parse: parse_done,
};

pub(crate) const FOLLOW_UP: Command = Command {
    name: "task",
    words: &["followup", "followups", "follow-up", "follow-ups", "follow"],
    usage: "followup [text]",
    summary: "Add a follow-up, a task for after the incident; followup list shows them.",
    group: HelpGroup::FollowUp,
    short_usage: "followup [text]",
    typos: &["followup", "follow-up"],
    parse: |text| match (text.name.as_str(), split_first_word(text.escaped)) {
        ("follow", (up, rest)) => {
            let up = up.to_lowercase();
            let text = CommandText {
                name: format!("follow-{up}"),
                escaped: rest,
                ..text.clone()
            };
            ["up", "ups"]
                .contains(&up.as_str())
                .then(|| parse(TaskKind::FollowUp, &text))
        }
        _ => Some(parse(TaskKind::FollowUp, text)),
    },
};

/// The longest description, in characters. The modal sends it twice (initial and current value), in
/// some scripts with nine bytes per character; the limit keeps the request within 64 KiB.
pub(crate) const LONGEST_DESCRIPTION: usize = 2_000;

/// Marks a task as done.
pub const DONE: &str = "task_done";
/// Reopens a task.
pub const REOPEN: &str = "task_reopen";
/// Removes a task.
pub const REMOVE: &str = "task_remove";
/// Opens the modal that edits a task.
pub const EDIT: &str = "task_edit";
/// Shows the previous page of the list.
pub const EARLIER: &str = "tasks_earlier";
/// Shows the next page of the list.
pub const LATER: &str = "tasks_later";

/// Returns whether a button belongs to a task, or opens the modal for a new one.
pub fn is_button(name: &str) -> bool {
    [DONE, REOPEN, REMOVE, EDIT, EARLIER, LATER].contains(&name)
        || TaskKind::from_name(name).is_some()
}

/// A parsed `task` or `followup` command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskCommand {
    /// Opens the modal, because the command has no arguments.
    OpenModal,
    /// Lists the tasks.
    List,
    /// Adds a task.
    Add {
        /// The description as entered, which may end with a due date.
        description: String,
        /// The users in the text, who become assignees.
        users: Vec<UserRef>,
    },
    /// Marks the task with this number as done.
    Done(i64),
    /// Reopens the task with this number.
    Reopen(i64),
    /// Removes the task with this number.
    Remove(i64),
}

/// Returns the name of the command.
pub fn command_name(kind: TaskKind) -> &'static str {
    match kind {
        TaskKind::Task => "task",
        TaskKind::FollowUp => "followup",
    }
}

/// Returns the label of the button that opens the modal.
pub fn add_label(kind: TaskKind) -> &'static str {
    match kind {
        TaskKind::Task => "Add Task",
        TaskKind::FollowUp => "Add Follow-up",
    }
}

/// Parses the arguments of the command. Users are read from the text with Slack's escapes, which
/// contains user IDs.
fn parse(kind: TaskKind, text: &CommandText<'_>) -> ParsedCommand {
    let rest = text.args();
    let is_plural = text.name.ends_with('s');
    let list = || ParsedCommand::Task(kind, TaskCommand::List);
    let words: Vec<String> = rest.split_whitespace().map(str::to_lowercase).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] if is_plural => list(),
        [] => ParsedCommand::Task(kind, TaskCommand::OpenModal),
        ["list" | "ls" | "all" | "open"] => list(),
        // A change without a number shows the list with its buttons.
        [verb] if change(verb, 0).is_some() => list(),
        [verb, number] | [number, verb]
            if number_of(number).is_some() && change(verb, 0).is_some() =>
        {
            let number = number_of(number).unwrap_or_default();
            ParsedCommand::Task(kind, change(verb, number).unwrap_or(TaskCommand::List))
        }
        [token] if is_near_list(token) => ParsedCommand::Unknown(UnknownCommand::new(
            &format!("{} {rest}", command_name(kind)),
            Some(format!("{} list", command_name(kind))),
            Some(Alternative::Task(kind, text.escaped.to_owned())),
        )),
        _ => ParsedCommand::Task(kind, add(&rest, text.escaped)),
    }
}

/// Parses `done 1`. `done` alone may mean that the incident is resolved.
fn parse_done(text: &CommandText<'_>) -> Option<ParsedCommand> {
    if let Some(number) = number_of(text.escaped) {
        let command = TaskCommand::Done(number);
        return Some(ParsedCommand::Task(TaskKind::Task, command));
    }
    let command = format!("resolve {}", text.escaped).trim().to_owned();
    let alternative = Alternative::incident(text.whole);
    let unknown = UnknownCommand::new(text.whole, Some(command), Some(alternative));
    Some(ParsedCommand::Unknown(unknown))
}

/// Returns the command of a verb such as `done`.
fn change(verb: &str, number: i64) -> Option<TaskCommand> {
    match verb {
        "done" | "finish" | "finished" | "close" | "closed" | "complete" | "completed" => {
            Some(TaskCommand::Done(number))
        }
        "reopen" | "reopened" | "undone" => Some(TaskCommand::Reopen(number)),
        "remove" | "delete" => Some(TaskCommand::Remove(number)),
        _ => None,
    }
}

fn number_of(token: &str) -> Option<i64> {
    let digits = token.strip_prefix('#').unwrap_or(token);
    let is_number = digits.bytes().all(|it| it.is_ascii_digit());
    digits.parse().ok().filter(|_| is_number)
}

/// Returns whether a word is a typo of `list` or `done`.
fn is_near_list(token: &str) -> bool {
    ["list", "done"]
        .iter()
        .any(|known| strsim::osa_distance(token, known) == 1)
}

/// Returns the command that adds a task. The users in the text, and `me` at its end, become
/// assignees.
fn add(rest: &str, escaped: &str) -> TaskCommand {
    let mut users: Vec<UserRef> = Mention::find_all(escaped)
        .into_iter()
        .map(UserRef::Mentioned)
        .collect();
    let me = UserRef::Mentioned(Mention::Name("me".to_owned()));
    let mut description = unquoted(rest);
    let is_me = users.contains(&me);
    users.retain(|user| *user != me);
    if let Some(before) = without_trailing_me(description) {
        description = before;
        users.push(UserRef::Me);
    } else if is_me {
        users.push(UserRef::Me);
    }
    TaskCommand::Add {
        description: description.to_owned(),
        users,
    }
}

/// Words before a user that make them part of the task: `Call me`, `Send it to @bob`.
const BEFORE_USER: [&str; 26] = [
    "call", "ask", "tell", "ping", "page", "remind", "email", "message", "text", "dm", "let",
    "give", "send", "show", "help", "to", "from", "with", "by", "about", "at", "for", "of", "on",
    "in", "is",
];

/// Returns whether the last word of a text refers to the user after it.
fn refers_to_user(text: &str) -> bool {
    let token = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    BEFORE_USER.contains(&token.to_lowercase().as_str())
}

/// Returns a text without `me` at its end, if it names the assignee.
pub fn without_trailing_me(text: &str) -> Option<&str> {
    let (before, last) = text.rsplit_once(char::is_whitespace)?;
    let before = before.trim_end();
    let is_me = last.eq_ignore_ascii_case("me") && !refers_to_user(before);
    is_me.then_some(before)
}

/// Removes the users at the end of a description, which names them as assignees. Users who are part
/// of the sentence stay: `Call @bob`.
pub fn without_trailing_users(description: &str) -> &str {
    let mut rest = description.trim();
    let mut is_user_removed = false;
    while let Some((before, last)) = rest.rsplit_once(char::is_whitespace) {
        let name = last.trim_end_matches([',', ';', '.']);
        let is_user = match Mention::parse(name) {
            Some(_) => true,
            None => is_user_removed && ["and", "&", ""].contains(&name),
        };
        if !is_user {
            break;
        }
        is_user_removed = true;
        rest = before.trim_end();
    }
    if is_user_removed && !refers_to_user(rest) {
        rest.trim_end_matches([' ', ',', ';', '-', '–', '—', '('])
    } else {
        description.trim()
    }
}

/// Returns why a description is invalid, or `None` if it is valid. A description that consists of
/// mentions is invalid.
pub fn description_error(kind: TaskKind, description: &str) -> Option<String> {
    let (label, long) = (kind.label(), length(description));
    if !description
        .split_whitespace()
        .any(|name| !name.starts_with('@'))
    {
        return Some("What should be done?".to_owned());
    }
    (long > LONGEST_DESCRIPTION).then(|| {
        format!("This {label} is {long} characters long. Shorten it to {LONGEST_DESCRIPTION}.")
    })
}

/// The task that a button refers to, and the page of the list with the button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskButton {
    /// The incident.
    pub incident: IncidentId,
    /// The kind of the task.
    pub kind: TaskKind,
    /// The number of the task; 0 if the button refers to none.
    pub number: i64,
    /// The page of the list, from 0.
    pub page: usize,
}

impl TaskButton {
    /// Parses the value of a button; `None` if it is invalid.
    pub fn parse(value: &str) -> Option<Self> {
        let mut parts = value.split(' ');
        Some(Self {
            incident: IncidentId(parts.next()?.parse().ok()?),
            kind: TaskKind::from_name(parts.next()?)?,
            number: parts.next()?.parse().ok()?,
            page: parts.next()?.parse().ok()?,
        })
    }

    /// Returns a button for this task ([`DONE`], [`REOPEN`], [`EDIT`]) or for another page of the
    /// list.
    pub fn button(self, name: &str) -> SlackBlockButtonElement {
        let text = match name {
            DONE | home::DONE => "Done",
            REOPEN => "Reopen",
            EDIT => "Edit",
            REMOVE => "Remove",
            EARLIER => "Earlier",
            LATER => "Later",
            _ => add_label(self.kind),
        };
        let (incident, kind) = (self.incident.number(), self.kind.as_str());
        button(name, text).with_value(format!("{incident} {kind} {} {}", self.number, self.page))
    }

    /// Returns the button that removes the task, after a confirmation.
    pub fn remove_button(self) -> SlackBlockButtonElement {
        confirmed(
            self.button(REMOVE),
            &format!("Remove {} {}?", self.kind.label(), self.number),
            "It’s taken off the list and the timeline. To keep it, click Done instead.",
        )
    }

    /// Returns the button that opens the modal for a new task.
    pub fn add_button(self) -> SlackBlockButtonElement {
        self.button(self.kind.as_str())
    }
}

#[cfg(test)]
mod tests;
