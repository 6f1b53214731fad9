//! `/datadog incident resolve [text]`: resolves the incident. Without text, a short form asks when the
//! impact ended, what fixed it and why it happened.

use muster_domain::text::{length, truncate};
use muster_domain::{IncidentId, Severity, SeverityScale, Task};
use slack_morphism::prelude::*;

use crate::impact_end::{self, IMPACT_END};
use crate::modal::severity_fields::severity_select;
use crate::modal::{
    PrivateMetadata, ViewState, build_modal, context_block, multiline_input, optional,
    optional_multiline_input, with_hint, with_metadata,
};
use crate::update::LONGEST_TEXT;

/// The `callback_id` of the modal.
pub const CALLBACK_ID: &str = "resolve";

const WHAT_FIXED_IT: &str = "what_fixed_it";
const ROOT_CAUSE: &str = "root_cause";
const SEVERITY: &str = "severity";

/// The number of open tasks that the modal names.
const MAX_TASKS: usize = 10;

/// The longest description of an open task, in characters.
const TASK_PREVIEW: usize = 100;

/// The initial values of the modal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolveDefaults {
    /// The incident.
    pub incident: IncidentId,
    /// The severity. If it is unknown, the modal asks for it.
    pub severity: Severity,
    /// The text about what fixed it, as entered in the command; may be empty.
    pub what_fixed_it: String,
    /// The description of why it happened; may be empty.
    pub root_cause: String,
    /// The start of the ongoing impact as a local time; `None` if there is none.
    pub impact_since: Option<String>,
    /// The open tasks.
    pub open_tasks: Vec<Task>,
}

/// The values of a submitted modal. A field that is `None` was not changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResolveArgs {
    /// The end of the impact as entered.
    pub impact_end: Option<String>,
    /// The text about what fixed it; may be empty.
    pub what_fixed_it: String,
    /// The text about why it happened.
    pub root_cause: Option<String>,
    /// The severity.
    pub severity: Option<Severity>,
}

/// Returns the modal.
pub fn modal(initial: &ResolveDefaults, scale: &SeverityScale) -> SlackModalView {
    let mut blocks: Vec<SlackBlock> = Vec::new();
    let since = initial.impact_since.as_deref();
    blocks.extend(since.map(|since| impact_end::field(since).into()));
    let fixed = optional(multiline_input(
        WHAT_FIXED_IT,
        "What fixed it",
        &initial.what_fixed_it,
        LONGEST_TEXT.max(length(&initial.what_fixed_it)),
    ));
    let hint = "Posted as the last status update, to subscribers too.";
    blocks.push(with_hint(fixed, hint).into());
    blocks.push(optional_multiline_input(
        ROOT_CAUSE,
        "Why it happened",
        &initial.root_cause,
        LONGEST_TEXT,
    ));
    if initial.severity == Severity::Unknown {
        blocks.push(severity_select(SEVERITY, scale, Some(Severity::Unknown)).into());
    }
    let open_tasks = open_tasks_lines(&initial.open_tasks);
    blocks.extend(open_tasks.iter().map(|text| context_block(text)));
    let title = format!("Resolve {}", initial.incident);
    let view = build_modal(CALLBACK_ID, &title, "Resolve", blocks);
    with_metadata(view, &PrivateMetadata::for_incident(initial.incident))
}

/// Names the open tasks, one per line; none if there are none.
fn open_tasks_lines(tasks: &[Task]) -> Vec<String> {
    let mut lines = vec![match tasks.len() {
        0 => return Vec::new(),
        1 => "1 task is still open:".to_owned(),
        count => format!("{count} tasks are still open:"),
    }];
    lines.extend(tasks.iter().take(MAX_TASKS).map(|task| {
        let description = task.description.replace(['\r', '\n'], " ");
        format!("{}. {}", task.number, truncate(&description, TASK_PREVIEW))
    }));
    if tasks.len() > MAX_TASKS {
        lines.push(format!("and {} more", tasks.len() - MAX_TASKS));
    }
    lines
}

/// Reads a submission.
pub fn read(view: &ViewState) -> ResolveArgs {
    let entered = |field: &str| Some(view.value(field).to_owned()).filter(|it| !it.is_empty());
    ResolveArgs {
        impact_end: entered(IMPACT_END),
        what_fixed_it: view.value(WHAT_FIXED_IT).to_owned(),
        root_cause: view.changed_value(ROOT_CAUSE).map(str::to_owned),
        severity: view.changed_value(SEVERITY).and_then(|it| it.parse().ok()),
    }
}

#[cfg(test)]
mod tests {
    use muster_domain::TaskKind;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::testing::{any_text, block_kit_errors, submit_unchanged, submit_with};

    fn defaults() -> ResolveDefaults {
        ResolveDefaults {
            incident: IncidentId(7),
            severity: Severity::Unknown,
            what_fixed_it: String::new(),
            root_cause: String::new(),
            impact_since: None,
            open_tasks: Vec::new(),
        }
    }

    fn task(number: i64, description: &str) -> Task {
        Task {
            number,
            kind: TaskKind::Task,
            description: description.to_owned(),
            assignees: Vec::new(),
            handles: Vec::new(),
            due_at: None,
            done_at: None,
        }
    }

    #[test]
    fn submitted_values_are_read() {
        let form = modal(&defaults(), &SeverityScale::default());
        let fields = [
            (WHAT_FIXED_IT, json!("Rolled back.")),
            (ROOT_CAUSE, json!("A bad deploy.")),
            (SEVERITY, json!("SEV-2")),
        ];
        let expected = ResolveArgs {
            impact_end: None,
            what_fixed_it: "Rolled back.".to_owned(),
            root_cause: Some("A bad deploy.".to_owned()),
            severity: Some(Severity::Sev2),
        };
        assert_eq!(read(&submit_with(&form, &fields)), expected);
        assert_eq!(read(&submit_unchanged(&form)), ResolveArgs::default());
    }

    #[test]
    fn open_tasks_are_named_up_to_a_limit() {
        let tasks: Vec<Task> = (1..=12).map(|number| task(number, "Roll\nback")).collect();
        assert_eq!(
            open_tasks_lines(&tasks[..1]),
            ["1 task is still open:", "1. Roll back"]
        );
        let lines = open_tasks_lines(&tasks);
        assert_eq!(lines[0], "12 tasks are still open:");
        assert_eq!(lines[10..], ["10. Roll back", "and 2 more"]);
        assert_eq!(open_tasks_lines(&[]), [""; 0]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn modal_is_within_slacks_limits(
            root_cause in any_text(),
            impact_since in prop::option::of("[0-9]{2}:[0-9]{2}"),
            description in any_text(),
            count in 0_i64..40,
        ) {
            let form = modal(&ResolveDefaults {
                root_cause,
                impact_since,
                open_tasks: (0..count).map(|number| task(number, &description)).collect(),
                ..defaults()
            }, &SeverityScale::default());
            prop_assert_eq!(block_kit_errors(&form), Vec::<String>::new());
            prop_assert_eq!(read(&submit_unchanged(&form)).root_cause, None);
        }
    }
}
