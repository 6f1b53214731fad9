//! The modal of a task or follow-up.

use muster_domain::{IncidentId, TaskKind, UserId};
use slack_morphism::prelude::*;

use crate::modal::{
    FieldErrors, PrivateMetadata, ViewState, build_modal, datepicker, multi_users_select,
    multiline_input, optional, timepicker, with_hint, with_metadata,
};
use crate::slash::split_first_word;
use crate::task::{LONGEST_DESCRIPTION, description_error};

/// The field of the description.
pub(crate) const DESCRIPTION: &str = "description";
/// The field of the assignees.
pub const ASSIGNEES: &str = "assignees";
/// The field of the due date.
pub const DUE_DAY: &str = "due_day";
const DUE_TIME: &str = "due_time";

/// The `callback_id` of the modal that edits a task.
pub const EDIT_CALLBACK_ID: &str = "edit_task";

/// The initial values of the task modal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskDefaults {
    /// The incident.
    pub incident: IncidentId,
    /// The kind of the task.
    pub kind: TaskKind,
    /// The number of the task; `None` if it is new.
    pub number: Option<i64>,
    /// The description.
    pub description: String,
    /// The assignees.
    pub assignees: Vec<UserId>,
    /// The due time as a local time (`2026-11-23 14:05`); empty without one.
    pub due: String,
    /// The time zone of the due time.
    pub time_zone: TimeZoneSource,
}

/// The time zone in which a due time is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeZoneSource {
    /// The user's time zone.
    User,
    /// UTC, because the user's time zone is not known yet.
    Utc,
}

/// The values of a submitted task modal. A field that is `None` or empty was not changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskArgs {
    /// The description.
    pub description: Option<String>,
    /// The added assignees.
    pub assigned: Vec<UserId>,
    /// The removed assignees.
    pub unassigned: Vec<UserId>,
    /// The due time as a text that can be parsed; `Some("")` if it was removed.
    pub due: Option<String>,
}

impl TimeZoneSource {
    fn hint(self) -> &'static str {
        match self {
            Self::User => "Your time zone. No time = end of day.",
            Self::Utc => "UTC, because I don't know your time zone yet. No time = end of day.",
        }
    }
}

impl TaskDefaults {
    /// Returns the initial values of a new task.
    pub fn new(incident: IncidentId, kind: TaskKind, clock: TimeZoneSource) -> Self {
        Self {
            incident,
            kind,
            number: None,
            description: String::new(),
            assignees: Vec::new(),
            due: String::new(),
            time_zone: clock,
        }
    }
}

/// Returns the modal with the initial values.
pub fn modal(initial: &TaskDefaults) -> SlackModalView {
    let kind = initial.kind;
    let (name, title, submit) = match initial.number {
        None => (
            kind.as_str(),
            crate::task::add_label(kind).to_owned(),
            "Add",
        ),
        Some(number) => (
            EDIT_CALLBACK_ID,
            format!("Edit {} {number}", title_label(kind)),
            "Save",
        ),
    };
    let (due_day, due_time) = split_first_word(&initial.due);
    let zone = initial.time_zone.hint();
    let blocks = vec![
        multiline_input(
            DESCRIPTION,
            "Task",
            &initial.description,
            LONGEST_DESCRIPTION,
        )
        .into(),
        optional(multi_users_select(
            ASSIGNEES,
            "Assignees",
            &initial.assignees,
        ))
        .into(),
        optional(datepicker(DUE_DAY, "Due date", due_day)).into(),
        optional(with_hint(timepicker(DUE_TIME, "Due time", due_time), zone)).into(),
    ];
    let private_metadata = PrivateMetadata {
        number: initial.number,
        ..PrivateMetadata::for_incident(initial.incident)
    };
    with_metadata(build_modal(name, &title, submit, blocks), &private_metadata)
}

/// Reads a submission: the changed fields.
///
/// # Errors
/// Returns [`FieldErrors`] if the description is invalid.
pub fn read(kind: TaskKind, view: &ViewState) -> Result<TaskArgs, FieldErrors> {
    let mut errors = FieldErrors::default();
    let description = view.changed_value(DESCRIPTION);
    // Slack requires a value, but accepts a single space.
    if let Some(why) = description_error(kind, view.value(DESCRIPTION)) {
        errors.add(DESCRIPTION, why);
    }
    let (assigned, unassigned) = view.added_and_removed(ASSIGNEES);
    let is_due_changed =
        view.changed_value(DUE_DAY).is_some() || view.changed_value(DUE_TIME).is_some();
    let due = match (view.value(DUE_DAY), view.value(DUE_TIME)) {
        // A user who clears the date means the time as well.
        ("", _) if view.changed_value(DUE_DAY).is_some() => String::new(),
        (day, time) => format!("{day} {time}").trim().to_owned(),
    };
    let users = |ids: Vec<&str>| ids.into_iter().map(UserId::from).collect();
    errors.into_result(TaskArgs {
        description: description.map(str::to_owned),
        assigned: users(assigned),
        unassigned: users(unassigned),
        due: Some(due).filter(|_| is_due_changed),
    })
}

fn title_label(kind: TaskKind) -> &'static str {
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
    use crate::testing::{
        any_text, block_kit_errors, request_length, submit_unchanged, submit_with,
    };

    fn defaults() -> TaskDefaults {
        TaskDefaults {
            number: Some(3),
            description: "Roll back the release".to_owned(),
            assignees: vec!["U1".into(), "U2".into()],
            due: "2026-11-24 17:00".to_owned(),
            ..TaskDefaults::new(IncidentId(7), TaskKind::Task, TimeZoneSource::User)
        }
    }

    fn read_with(fields: &[(&str, Value)]) -> TaskArgs {
        read(TaskKind::Task, &submit_with(&modal(&defaults()), fields)).unwrap()
    }

    #[test]
    fn only_changed_fields_are_read() {
        let due = |due: &str| TaskArgs {
            due: Some(due.to_owned()),
            ..TaskArgs::default()
        };
        assert_eq!(
            read_with(&[(DUE_DAY, json!("2026-11-25"))]),
            due("2026-11-25 17:00")
        );
        assert_eq!(read_with(&[(DUE_TIME, Value::Null)]), due("2026-11-24"));
        assert_eq!(read_with(&[(DUE_DAY, Value::Null)]), due(""));
        let users = TaskArgs {
            assigned: vec!["U3".into()],
            unassigned: vec!["U1".into()],
            ..TaskArgs::default()
        };
        assert_eq!(read_with(&[(ASSIGNEES, json!(["U3", "U2"]))]), users);
        let errors = read(
            TaskKind::Task,
            &submit_with(&modal(&defaults()), &[(DESCRIPTION, json!(" "))]),
        );
        assert_eq!(errors.unwrap_err().to_string(), "What should be done?");
    }

    #[test]
    fn longest_description_fits_slacks_request_limit() {
        for sign in ["障", "🔥"] {
            let description = sign.repeat(LONGEST_DESCRIPTION / sign.encode_utf16().count());
            let form = modal(&TaskDefaults {
                description,
                ..defaults()
            });
            let brought = request_length(&form);
            assert!(brought < 64 * 1024, "{sign}: {brought}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn unchanged_modal_changes_nothing_and_is_within_slacks_limits(
            kind in select(&TaskKind::ALL[..]),
            number in any::<i64>(),
            description in any_text(),
            users in prop::collection::vec("U[A-Z0-9]{8}", 0..100),
        ) {
            let assignees = users.into_iter().map(UserId).collect();
            let form = modal(&TaskDefaults { kind, number: Some(number), description, assignees, ..defaults() });
            if let Ok(args) = read(kind, &submit_unchanged(&form)) {
                prop_assert_eq!(args, TaskArgs::default());
            }
            prop_assert_eq!(block_kit_errors(&form), Vec::<String>::new());
        }
    }
}
