//! `/datadog task` and `/datadog followup`: what is to be done, by whom, and until when.

use serde::{Deserialize, Serialize};
use slack_morphism::prelude::*;

use crate::buttons::button;
use crate::form::{
    Answers, Carried, FieldErrors, carrying, day, hint, modal, optional, people, text, time_of_day,
};
use crate::limits::length;
use crate::mention::Mention;
use crate::slash::split;
use crate::{IncidentId, PersonId, UnknownWord, words};

/// How long the words of a task may be. A form sends them twice, as they were and as they are, and in some
/// scripts in nine bytes a character: so the whole still fits the 64 KiB that a request may have.
pub const LONGEST: usize = 2_000;

/// The field in which it is said what is to be done.
pub const DESCRIPTION: &str = "description";
/// The field in which it is said who does it.
pub const ASSIGNEES: &str = "assignees";
/// The field in which it is said until which day.
pub const DUE_DAY: &str = "due_day";
const DUE_TIME: &str = "due_time";

/// The name of the form that changes a task.
pub const EDIT_FORM: &str = "edit_task";

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

/// How a task stands: what the form is filled in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The incident that it belongs to.
    pub incident: IncidentId,
    /// Which kind it is.
    pub kind: TaskKind,
    /// Which task it is; `None` if it is a new one.
    pub number: Option<i64>,
    /// What is to be done.
    pub description: String,
    /// Who does it.
    pub assignees: Vec<PersonId>,
    /// Until when, as the person's clock shows it (`2026-11-23 14:05`); empty if it may take any time.
    pub due: String,
}

/// What was said in the form. What is `None`, or nobody, was not changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// What is to be done.
    pub description: Option<String>,
    /// Who does it from now on as well.
    pub assigned: Vec<PersonId>,
    /// Who no longer does it.
    pub unassigned: Vec<PersonId>,
    /// Until when, as it can be read; `Some("")` if it may take any time.
    pub due: Option<String>,
}

impl Standing {
    /// Gives the preset of a new task.
    pub fn new(incident: IncidentId, kind: TaskKind) -> Self {
        Self {
            incident,
            kind,
            number: None,
            description: String::new(),
            assignees: Vec::new(),
            due: String::new(),
        }
    }
}

/// Gives the form, filled in with how the task stands.
pub fn form(standing: &Standing) -> SlackModalView {
    let kind = standing.kind;
    let (name, title, submit) = match standing.number {
        None => (kind.as_str(), format!("New {}", named(kind)), "Create"),
        Some(number) => (EDIT_FORM, format!("Edit {} {number}", named(kind)), "Save"),
    };
    let (due_day, due_time) = split(&standing.due);
    let zone = "In your time zone. Without a time, until the end of the day.";
    let blocks = vec![
        text(
            DESCRIPTION,
            "What is to be done",
            &standing.description,
            LONGEST,
        )
        .into(),
        optional(people(ASSIGNEES, "Assignees", &standing.assignees)).into(),
        optional(day(DUE_DAY, "Due date", due_day)).into(),
        optional(hint(time_of_day(DUE_TIME, "Due time", due_time), zone)).into(),
    ];
    let carried = Carried {
        number: standing.number,
        ..Carried::incident(standing.incident)
    };
    carrying(modal(name, &title, submit, blocks), &carried)
}

/// Gives what was said of a task, as far as it is otherwise than it stood, or what to show under which
/// field.
///
/// # Errors
/// What is wrong with a field.
pub fn read_form(kind: TaskKind, answers: &Answers) -> Result<Said, FieldErrors> {
    let mut errors = FieldErrors::default();
    let description = answers.changed(DESCRIPTION);
    // Slack asks for it to be filled in, but is content with a space.
    if let Some(why) = no_task(kind, answers.given(DESCRIPTION)) {
        errors.add(DESCRIPTION, why);
    }
    let (assigned, unassigned) = answers.difference(ASSIGNEES);
    let is_due_changed = answers.changed(DUE_DAY).is_some() || answers.changed(DUE_TIME).is_some();
    let due = match (answers.given(DUE_DAY), answers.given(DUE_TIME)) {
        // Whoever takes the day away means the time as well.
        ("", _) if answers.changed(DUE_DAY).is_some() => String::new(),
        (day, time) => format!("{day} {time}").trim().to_owned(),
    };
    let people = |ids: Vec<&str>| ids.into_iter().map(PersonId::from).collect();
    errors.or(Said {
        description: description.map(str::to_owned),
        assigned: people(assigned),
        unassigned: people(unassigned),
        due: Some(due).filter(|_| is_due_changed),
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
            DONE => "Done",
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

fn named(kind: TaskKind) -> &'static str {
    match kind {
        TaskKind::Task => "Task",
        TaskKind::FollowUp => "Follow-up",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;
    use proptest::sample::select;
    use serde_json::{Value, json};

    use super::*;
    use crate::as_slack::{any_text, complaints, filled, submitted, untouched};

    fn standing() -> Standing {
        Standing {
            number: Some(3),
            description: "Roll back the release".to_owned(),
            assignees: vec!["U1".into(), "U2".into()],
            due: "2026-11-24 17:00".to_owned(),
            ..Standing::new(IncidentId(7), TaskKind::Task)
        }
    }

    fn said(fields: &[(&str, Value)]) -> Said {
        read_form(TaskKind::Task, &filled(&form(&standing()), fields)).unwrap()
    }

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

    #[test]
    fn only_what_was_changed_is_said() {
        let due = |due: &str| Said {
            due: Some(due.to_owned()),
            ..Said::default()
        };
        assert_eq!(
            said(&[(DUE_DAY, json!("2026-11-25"))]),
            due("2026-11-25 17:00")
        );
        assert_eq!(said(&[(DUE_TIME, Value::Null)]), due("2026-11-24"));
        assert_eq!(said(&[(DUE_DAY, Value::Null)]), due(""));
        let people = Said {
            assigned: vec!["U3".into()],
            unassigned: vec!["U1".into()],
            ..Said::default()
        };
        assert_eq!(said(&[(ASSIGNEES, json!(["U3", "U2"]))]), people);
        let errors = read_form(
            TaskKind::Task,
            &filled(&form(&standing()), &[(DESCRIPTION, json!(" "))]),
        );
        assert_eq!(
            errors.unwrap_err().to_string(),
            "A task needs words: what is to be done?"
        );
    }

    #[test]
    fn the_longest_words_in_any_script_fit_the_request_that_brings_them() {
        for sign in ["障", "🔥"] {
            let description = sign.repeat(LONGEST / sign.encode_utf16().count());
            let form = form(&Standing {
                description,
                ..standing()
            });
            let payload = submitted(&form, &[]).to_string();
            let plain = payload.bytes().filter(u8::is_ascii_alphanumeric).count();
            let encoded = plain + 3 * (payload.len() - plain);
            assert!(encoded < 64 * 1024, "{sign}: {encoded}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn a_form_submitted_untouched_changes_nothing_and_keeps_slacks_limits(
            kind in select(&TaskKind::ALL[..]),
            number in any::<i64>(),
            description in any_text(),
            people in prop::collection::vec("U[A-Z0-9]{8}", 0..100),
        ) {
            let assignees = people.into_iter().map(PersonId).collect();
            let form = form(&Standing { kind, number: Some(number), description, assignees, ..standing() });
            if let Ok(said) = read_form(kind, &untouched(&form)) {
                prop_assert_eq!(said, Said::default());
            }
            prop_assert_eq!(complaints(&form), Vec::<String>::new());
        }

        #[test]
        fn whatever_is_typed_is_kept(rest in ".*") {
            if let Asked::Add { description, .. } = read(&rest, &rest) {
                prop_assert_eq!(description, rest.trim());
            }
            let _ = Chosen::read(&rest);
        }
    }
}
