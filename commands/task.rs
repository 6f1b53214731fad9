//! `/datadog task` and `/datadog followup`: adds, lists, finishes and reopens tasks and follow-ups.

use muster_domain::text::length;
use muster_domain::{IncidentId, TaskKind};
use slack_morphism::prelude::*;

use crate::home;
use crate::payload::button_click::{button, confirmed};
use crate::slash::command::{Command, CommandText, Position};
use crate::slash::mention::Mention;
use crate::slash::{ParsedCommand, split_first_word};

pub(crate) const TASK: Command = Command {
    name: "task",
    words: &["task", "tasks", "todo", "todos"],
    position: Position::First,
    usage: "task [text] [due tomorrow 17:00]",
    summary: "Gives somebody something to do: whoever is @named in the text, until then. \
        Without a text, a form asks who does what until when.",
    suggestions: &[("task", "task")],
    parse: |text| Some(ParsedCommand::Task(TaskKind::Task, parse(text))),
};

/// The part of [`TASK`] that lists the tasks, for help.
pub(crate) const LIST: Command = Command {
    name: "task",
    words: &[],
    position: Position::First,
    usage: "task list",
    summary: "Shows the incident's tasks, to check off and to edit. Only you see it.",
    suggestions: &[],
    parse: |_| None,
};

pub(crate) const FOLLOW_UP: Command = Command {
    name: "task",
    words: &["followup", "followups", "follow-up", "follow-ups"],
    position: Position::First,
    usage: "followup [text]",
    summary: "The same as task, for the work after the incident; followup list shows it.",
    suggestions: &[("followup", "followup")],
    parse: |text| Some(ParsedCommand::Task(TaskKind::FollowUp, parse(text))),
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
        /// The mentioned users, who become assignees.
        mentions: Vec<Mention>,
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
        TaskKind::Task => "New Task",
        TaskKind::FollowUp => "Create Follow-up",
    }
}

/// Parses the arguments of the command. Mentions are read from the text with Slack's escapes, which
/// contains user IDs.
fn parse(text: &CommandText<'_>) -> TaskCommand {
    let rest = text.args();
    let (first, more) = split_first_word(&rest);
    let number = more.trim_start_matches('#').parse().ok();
    match (first.to_lowercase().as_str(), number) {
        ("", _) => TaskCommand::OpenModal,
        ("list" | "ls", None) if more.is_empty() => TaskCommand::List,
        ("done" | "finish" | "close", Some(number)) => TaskCommand::Done(number),
        ("reopen", Some(number)) => TaskCommand::Reopen(number),
        ("remove" | "delete", Some(number)) => TaskCommand::Remove(number),
        _ => TaskCommand::Add {
            mentions: Mention::find_all(text.escaped),
            description: rest,
        },
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
        return Some(format!("A {label} needs words: what is to be done?"));
    }
    (long > LONGEST_DESCRIPTION).then(|| {
        format!("This {label} is {long} characters long; {LONGEST_DESCRIPTION} is the most. Please shorten it.")
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
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> TaskCommand {
        super::parse(&CommandText::new(text))
    }

    #[test]
    fn command_adds_lists_or_opens_the_modal() {
        let add = |description: &str, mentions| TaskCommand::Add {
            description: description.to_owned(),
            mentions,
        };
        let bob = Mention::Id("U0BOB000001".into());
        assert_eq!(
            parse("task Roll back <@U0BOB000001|bob>"),
            add("Roll back @bob", vec![bob])
        );
        let commands = [
            ("", TaskCommand::OpenModal),
            ("LIST", TaskCommand::List),
            ("list all hosts", add("list all hosts", Vec::new())),
            ("done 3", TaskCommand::Done(3)),
            ("reopen #3", TaskCommand::Reopen(3)),
            ("remove 3", TaskCommand::Remove(3)),
            ("done soon", add("done soon", Vec::new())),
        ];
        for (args, command) in commands {
            assert_eq!(parse(&format!("task {args}")), command, "{args}");
        }
    }

    #[test]
    fn description_with_only_mentions_is_rejected() {
        for description in ["", " ", "@bob", "@bob @ann"] {
            let why = description_error(TaskKind::FollowUp, description);
            let expected = "A follow-up needs words: what is to be done?";
            assert_eq!(why.as_deref(), Some(expected), "{description}");
        }
        assert_eq!(description_error(TaskKind::Task, "🔥"), None);
        let why = description_error(TaskKind::Task, &"x".repeat(2_001)).unwrap();
        assert!(why.starts_with("This task is 2001 characters long; 2000 is the most."));
    }

    proptest! {
        #[test]
        fn description_is_parsed_verbatim(rest in ".*") {
            let escaped = rest.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            if let TaskCommand::Add { description, .. } = parse(&format!("task {escaped}")) {
                prop_assert_eq!(description, rest.trim());
            }
            let _ = TaskButton::parse(&rest);
        }
    }
}
