//! `/datadog incident impact`: adds, edits or ends a period in which customers are affected.

use muster_domain::IncidentId;
use slack_morphism::prelude::*;

use crate::impact_buttons::ImpactButton;
use crate::modal::{
    PrivateMetadata, ViewState, build_modal, checkboxes, line_input, optional,
    optional_multiline_input, with_hint, with_metadata,
};
use crate::slash::ParsedCommand;
use crate::slash::command::{Command, HelpGroup};
use crate::slash::split_first_word;

pub(crate) const COMMAND: Command = Command {
    name: "impact",
    words: &["impact", "impacts"],
    usage: "incident impact [since 15 minutes ago] [text]",
    summary: "Record customer impact. Without text, opens a form. impact end ends it; impact edit and \
        impact remove correct it.",
    group: HelpGroup::Run,
    short_usage: "impact [since 15 minutes ago]",
    typos: &["impact"],
    parse: |text| Some(ParsedCommand::Impact(parse(&text.args()))),
};

/// The `callback_id` of the modal that adds an impact.
pub const CALLBACK_ID: &str = "impact";

/// The `callback_id` of the modal that edits an impact.
pub const EDIT_CALLBACK_ID: &str = "edit_impact";

/// The field of the start.
pub const STARTED: &str = "started";

/// The field of the end.
pub const ENDED: &str = "ended";

/// The longest description in the modal, in characters. Slack sends the text twice (initial and
/// current value), in some scripts with nine bytes per character; the limit keeps the request
/// within 64 KiB.
pub(crate) const LONGEST_DESCRIPTION: usize = 2_400;

const DESCRIPTION: &str = "description";

/// The field that confirms a doubtful start.
const CONFIRMED: &str = "start_confirmed";

/// A parsed `impact` command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImpactCommand {
    /// Opens the modal, because the command has no arguments.
    OpenModal,
    /// Adds an impact.
    Add {
        /// The arguments: optionally the start, then the description.
        text: String,
    },
    /// Ends the ongoing impact.
    End {
        /// The end as entered; empty if it is the current time.
        ended: String,
    },
    /// Removes an impact.
    Remove {
        /// The impact; `None` if it was not named.
        number: Option<i64>,
    },
    /// Opens the modal that edits an impact.
    Edit {
        /// The impact; `None` for the ongoing one, or else the last.
        number: Option<i64>,
    },
}

/// The initial values of the impact modal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImpactDefaults {
    /// The incident.
    pub incident: IncidentId,
    /// The impact; `None` if it is new.
    pub number: Option<i64>,
    /// The start as a local time or in words.
    pub started: String,
    /// The end; empty while the impact is ongoing.
    pub ended: String,
    /// The description; may be empty.
    pub description: String,
    /// The question about a doubtful start, such as: 3 weeks before IR-7 was declared. `None` if the start is
    /// not doubtful.
    pub question: Option<String>,
}

/// The values of a submitted impact modal. A field that is `None` was not changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImpactArgs {
    /// The start.
    pub started: Option<String>,
    /// The end; `Some("")` if the impact is ongoing again.
    pub ended: Option<String>,
    /// The description; `Some("")` if it was emptied.
    pub description: Option<String>,
}

/// Parses the arguments of the command.
pub fn parse(rest: &str) -> ImpactCommand {
    let (first, more) = split_first_word(rest);
    let number = more.trim_start_matches('#').parse().ok();
    match first.to_lowercase().as_str() {
        "" => ImpactCommand::OpenModal,
        "end" | "ended" | "stop" | "fixed" | "over" => ImpactCommand::End {
            ended: more.to_owned(),
        },
        "edit" | "update" if more.is_empty() || number.is_some() => ImpactCommand::Edit { number },
        "remove" | "delete" if more.is_empty() || number.is_some() => {
            ImpactCommand::Remove { number }
        }
        "add" if more.is_empty() => ImpactCommand::OpenModal,
        _ => ImpactCommand::Add {
            text: rest.trim().to_owned(),
        },
    }
}

impl ImpactDefaults {
    /// Returns the initial values of a new impact, which starts now.
    pub fn new(incident: IncidentId) -> Self {
        Self {
            incident,
            number: None,
            started: "now".to_owned(),
            ended: String::new(),
            description: String::new(),
            question: None,
        }
    }
}

/// Returns the modal with the initial values.
pub fn modal(initial: &ImpactDefaults) -> SlackModalView {
    let (name, title, submit) = match initial.number {
        None => (CALLBACK_ID, "Add Impact".to_owned(), "Add Impact"),
        Some(number) => (EDIT_CALLBACK_ID, format!("Edit Impact {number}"), "Save"),
    };
    let started = with_hint(
        line_input(STARTED, "Started", &initial.started),
        "Your time zone. E.g. “15 minutes ago”, “14:05”, “yesterday 23:10”.",
    );
    let ended = with_hint(
        optional(line_input(ENDED, "Ended", &initial.ended)),
        "Leave empty if it's ongoing.",
    );
    let label = "What customers notice";
    let mut blocks = vec![
        started.into(),
        ended.into(),
        optional_multiline_input(
            DESCRIPTION,
            label,
            &initial.description,
            LONGEST_DESCRIPTION,
        ),
    ];
    if let Some(question) = &initial.question {
        let option = ("The start is correct", CONFIRMED);
        let confirm = checkboxes(CONFIRMED, question, &[option], &[]);
        blocks.insert(1, optional(confirm).into());
    }
    if let Some(number) = initial.number {
        let incident = initial.incident;
        let remove = ImpactButton { incident, number }.remove_button();
        let remove = remove.with_style(SlackBlockButtonStyle::Danger);
        blocks.push(SlackActionsBlock::new(vec![remove.into()]).into());
    }
    let private_metadata = PrivateMetadata {
        number: initial.number,
        ..PrivateMetadata::for_incident(initial.incident)
    };
    with_metadata(build_modal(name, &title, submit, blocks), &private_metadata)
}

/// Returns whether the user confirmed a doubtful start.
pub fn is_start_confirmed(view: &ViewState) -> bool {
    !view.values(CONFIRMED).is_empty()
}

/// Reads a submission that adds an impact.
pub fn read(view: &ViewState) -> ImpactArgs {
    let value = |field: &str| Some(view.value(field).to_owned());
    ImpactArgs {
        started: value(STARTED),
        ended: value(ENDED),
        description: value(DESCRIPTION),
    }
}

/// Reads a submission that edits an impact: the changed fields.
pub fn read_changes(view: &ViewState) -> ImpactArgs {
    let changed = |field: &str| view.changed_value(field).map(str::to_owned);
    ImpactArgs {
        started: changed(STARTED),
        ended: changed(ENDED),
        description: changed(DESCRIPTION),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::{
        any_text, block_kit_errors, request_length, submit_unchanged, submit_with,
    };

    #[test]
    fn command_adds_ends_edits_or_opens_the_modal() {
        let add = |text: &str| ImpactCommand::Add {
            text: text.to_owned(),
        };
        let end = |cases: &str| ImpactCommand::End {
            ended: cases.to_owned(),
        };
        let cases = [
            ("", ImpactCommand::OpenModal),
            ("add", ImpactCommand::OpenModal),
            ("end", end("")),
            ("End 10 minutes ago", end("10 minutes ago")),
            ("fixed", end("")),
            ("remove", ImpactCommand::Remove { number: None }),
            ("delete #2", ImpactCommand::Remove { number: Some(2) }),
            ("remove the cache", add("remove the cache")),
            ("edit", ImpactCommand::Edit { number: None }),
            ("edit 2", ImpactCommand::Edit { number: Some(2) }),
            ("edit pages fail", add("edit pages fail")),
            ("since 14:05 carts fail", add("since 14:05 carts fail")),
            ("Carts fail", add("Carts fail")),
        ];
        for (rest, meant) in cases {
            assert_eq!(parse(rest), meant, "{rest}");
        }
    }

    fn defaults() -> ImpactDefaults {
        ImpactDefaults {
            number: Some(2),
            started: "2026-11-23 13:50".to_owned(),
            description: "Carts time out.".to_owned(),
            ..ImpactDefaults::new(IncidentId(7))
        }
    }

    #[test]
    fn only_changed_fields_are_read() {
        let cases =
            |field, value| read_changes(&submit_with(&modal(&defaults()), &[(field, value)]));
        let ended = ImpactArgs {
            ended: Some("now".to_owned()),
            ..ImpactArgs::default()
        };
        assert_eq!(cases(ENDED, json!("now")), ended);
        let emptied = ImpactArgs {
            description: Some(String::new()),
            ..ImpactArgs::default()
        };
        assert_eq!(cases(DESCRIPTION, Value::Null), emptied);
    }

    #[test]
    fn new_impact_starts_now_by_default() {
        let cases = read(&submit_unchanged(&modal(&ImpactDefaults::new(IncidentId(
            7,
        )))));
        assert_eq!(cases.started.as_deref(), Some("now"));
        assert_eq!(cases.ended.as_deref(), Some(""));
    }

    #[test]
    fn longest_description_fits_slacks_request_limit() {
        for sign in ["障", "🔥"] {
            let description = sign.repeat(LONGEST_DESCRIPTION / sign.encode_utf16().count());
            let form = modal(&ImpactDefaults {
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
            number in any::<i64>(),
            (started, ended, description) in (any_text(), any_text(), any_text()),
        ) {
            let form = modal(&ImpactDefaults {
                number: Some(number), started, ended, description, ..defaults()
            });
            prop_assert_eq!(read_changes(&submit_unchanged(&form)), ImpactArgs::default());
            prop_assert_eq!(block_kit_errors(&form), Vec::<String>::new());
        }

        #[test]
        fn added_text_is_parsed_verbatim(rest in ".*") {
            if let ImpactCommand::Add { text } = parse(&rest) {
                prop_assert_eq!(text, rest.trim());
            }
        }
    }
}
