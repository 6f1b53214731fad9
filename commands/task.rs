//! `/datadog task` and `/datadog followup`: what is to be done, by whom, and until when.

use serde::{Deserialize, Serialize};
use slack_morphism::prelude::*;

use crate::buttons::button;
use crate::limits::length;
use crate::mention::Mention;
use crate::slash::split;
use crate::{IncidentId, UnknownWord, home, words};

/// How long the words of a task may be. A form sends them twice, as they were and as they are, and in some
/// scripts in nine bytes a character: so the whole still fits the 64 KiB that a request may have.
pub const LONGEST: usize = 2_000;

/// The button that checks a task off.
pub const DONE: &str = "task_done";
/// The button that opens a task again.
pub const REOPEN: &str = "task_reopen";
/// The button that opens the form of a task.
pub const EDIT: &str = "task_edit";
/// The button that shows the page of the list before this one.
pub const EARLIER: &str = "tasks_earlier";
/// The button that shows the page of the list after this one.
pub const LATER: &str = "tasks_later";

/// Says whether a button is one about tasks: one of these, or one that opens the form.
pub fn is_button(name: &str) -> bool {
    [DONE, REOPEN, EDIT, EARLIER, LATER].contains(&name) || TaskKind::of(name).is_some()
}

/// Something to be done because of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    /// While it lasts.
    Task,
    /// After it is over.
    FollowUp,
}

/// What was asked for by typing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The form, since nothing was said.
    Form,
    /// The list.
    List,
    /// A task, and whom its words name.
    Add {
        /// What is to be done, as it was typed.
        description: String,
        /// Who does it.
        mentions: Vec<Mention>,
    },
    /// That this one is done.
    Done(i64),
    /// That this one is not done after all.
    Reopen(i64),
}

impl TaskKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Task, Self::FollowUp];

    /// Gives the word that is kept, which its form and the button that opens that are called by.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Task => "task",
            Self::FollowUp => "follow_up",
        }
    }

    /// Gives what people call it in a sentence.
    pub fn label(self) -> &'static str {
        match self {
            Self::Task => "task",
            Self::FollowUp => "follow-up",
        }
    }

    /// Gives what people call several of it, at the beginning of a sentence.
    pub fn several(self) -> &'static str {
        match self {
            Self::Task => "Tasks",
            Self::FollowUp => "Follow-ups",
        }
    }

    /// Gives the word that people type.
    pub fn word(self) -> &'static str {
        match self {
            Self::Task => "task",
            Self::FollowUp => "followup",
        }
    }

    /// Gives what people read on the button that opens its form.
    pub fn adds(self) -> &'static str {
        match self {
            Self::Task => "New Task",
            Self::FollowUp => "Create Follow-up",
        }
    }

    /// Gives the kind whose form and button are called so.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Gives the kind that a word after the command's asks for.
    pub(crate) fn of_word(word: &str) -> Option<Self> {
        match word {
            "task" | "tasks" | "todo" | "todos" => Some(Self::Task),
            "followup" | "followups" | "follow-up" | "follow-ups" => Some(Self::FollowUp),
            _ => None,
        }
    }
}

impl std::str::FromStr for TaskKind {
    type Err = UnknownWord;

    fn from_str(said: &str) -> Result<Self, Self::Err> {
        words::find("task", said, &Self::ALL, Self::as_str, |kind| {
            kind.as_str() == said
        })
    }
}

/// Reads what follows the word: `sent` as Slack sends it, where it matters whom it names.
pub(crate) fn read(rest: &str, sent: &str) -> Asked {
    let (first, more) = split(rest);
    let number = more.trim_start_matches('#').parse().ok();
    match (first.to_lowercase().as_str(), number) {
        ("", _) => Asked::Form,
        ("list" | "ls", None) if more.is_empty() => Asked::List,
        ("done" | "finish" | "close", Some(number)) => Asked::Done(number),
        ("reopen", Some(number)) => Asked::Reopen(number),
        _ => Asked::Add {
            description: rest.trim().to_owned(),
            mentions: Mention::all_in(sent),
        },
    }
}

/// Says why words cannot be those of a task, if so: nothing but names says what to do.
pub fn no_task(kind: TaskKind, description: &str) -> Option<String> {
    let (label, long) = (kind.label(), length(description));
    if !description
        .split_whitespace()
        .any(|word| !word.starts_with('@'))
    {
        return Some(format!("A {label} needs words: what is to be done?"));
    }
    (long > LONGEST).then(|| {
        format!("This {label} is {long} characters long; {LONGEST} is the most. Please shorten it.")
    })
}

/// Which task a button is about, and where in the list it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// The incident.
    pub incident: IncidentId,
    /// Which kind it is.
    pub kind: TaskKind,
    /// The task; 0 if the button is about none.
    pub number: i64,
    /// The page of the list, from 0.
    pub page: usize,
}

impl Chosen {
    /// Reads what a button carries; `None` if it is no task.
    pub fn read(carried: &str) -> Option<Self> {
        let mut parts = carried.split(' ');
        Some(Self {
            incident: IncidentId(parts.next()?.parse().ok()?),
            kind: TaskKind::of(parts.next()?)?,
            number: parts.next()?.parse().ok()?,
            page: parts.next()?.parse().ok()?,
        })
    }

    /// Gives a button about this task: [`DONE`], [`REOPEN`] or [`EDIT`], or one that turns the page.
    pub fn button(self, name: &str) -> SlackBlockButtonElement {
        let text = match name {
            DONE | home::DONE => "Done",
            REOPEN => "Reopen",
            EDIT => "Edit",
            EARLIER => "Earlier",
            LATER => "Later",
            _ => self.kind.adds(),
        };
        let (incident, kind) = (self.incident.number(), self.kind.as_str());
        button(name, text).with_value(format!("{incident} {kind} {} {}", self.number, self.page))
    }

    /// Gives the button that opens the form for a new task.
    pub fn add_button(self) -> SlackBlockButtonElement {
        self.button(self.kind.as_str())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_typed_adds_lists_or_asks() {
        let sent = "task Roll back <@U0BOB000001|bob>";
        let add = |description: &str, sent: &str| Asked::Add {
            description: description.to_owned(),
            mentions: Mention::all_in(sent),
        };
        assert_eq!(read("Roll back @bob", sent), add("Roll back @bob", sent));
        let said = [
            ("", Asked::Form),
            ("LIST", Asked::List),
            ("list all hosts", add("list all hosts", "")),
            ("done 3", Asked::Done(3)),
            ("reopen #3", Asked::Reopen(3)),
            ("done soon", add("done soon", "")),
        ];
        for (rest, meant) in said {
            assert_eq!(read(rest, ""), meant, "{rest}");
        }
    }

    #[test]
    fn names_alone_are_no_task() {
        for description in ["", " ", "@bob", "@bob @ann"] {
            let why = no_task(TaskKind::FollowUp, description);
            let expected = "A follow-up needs words: what is to be done?";
            assert_eq!(why.as_deref(), Some(expected), "{description}");
        }
        assert_eq!(no_task(TaskKind::Task, "🔥"), None);
        let why = no_task(TaskKind::Task, &"x".repeat(2_001)).unwrap();
        assert!(why.starts_with("This task is 2001 characters long; 2000 is the most."));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_kept(rest in ".*") {
            if let Asked::Add { description, .. } = read(&rest, &rest) {
                prop_assert_eq!(description, rest.trim());
            }
            let _ = Chosen::read(&rest);
        }
    }
}
