//! The form of a task: what is to be done, who does it, until when.

use slack_morphism::prelude::*;

use crate::form::{
    Answers, Carried, FieldErrors, carrying, day, hint, modal, optional, people, text, time_of_day,
};
use crate::slash::split;
use crate::task::{LONGEST, TaskKind, no_task};
use crate::{IncidentId, PersonId};

/// The field in which it is said what is to be done.
pub const DESCRIPTION: &str = "description";
/// The field in which it is said who does it.
pub const ASSIGNEES: &str = "assignees";
/// The field in which it is said until which day.
pub const DUE_DAY: &str = "due_day";
const DUE_TIME: &str = "due_time";

/// The name of the form that changes a task.
pub const EDIT_FORM: &str = "edit_task";

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
    /// Which clock that is.
    pub clock: Clock,
}

/// By which clock a due date is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// That of the person's own zone.
    Own,
    /// UTC, since nobody knows their zone yet.
    Utc,
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
    pub fn new(incident: IncidentId, kind: TaskKind, clock: Clock) -> Self {
        Self {
            incident,
            kind,
            number: None,
            description: String::new(),
            assignees: Vec::new(),
            due: String::new(),
            clock,
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
    let zone = match standing.clock {
        Clock::Own => "In your time zone. Without a time, until the end of the day.",
        Clock::Utc => {
            "In UTC, since I do not know your time zone yet. Without a time, until the end of the day."
        }
    };
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
    let (assigned, unassigned) = answers.moved(ASSIGNEES);
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
    use crate::as_slack::{any_text, complaints, filled, request_length, untouched};

    fn standing() -> Standing {
        Standing {
            number: Some(3),
            description: "Roll back the release".to_owned(),
            assignees: vec!["U1".into(), "U2".into()],
            due: "2026-11-24 17:00".to_owned(),
            ..Standing::new(IncidentId(7), TaskKind::Task, Clock::Own)
        }
    }

    fn said(fields: &[(&str, Value)]) -> Said {
        read_form(TaskKind::Task, &filled(&form(&standing()), fields)).unwrap()
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
            let brought = request_length(&form);
            assert!(brought < 64 * 1024, "{sign}: {brought}");
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
    }
}
