//! `/datadog incident impact`: since when customers are hurt, until when, and what they notice.

use slack_morphism::prelude::*;

use crate::IncidentId;
use crate::form::{Answers, Carried, carrying, hint, line, modal, optional, written};
use crate::slash::split;

/// The words after `incident` that ask for this.
pub const WORDS: &[&str] = &["impact", "impacts"];

/// The name of the form that adds an impact.
pub const FORM: &str = "impact";

/// The name of the form that changes an impact.
pub const EDIT_FORM: &str = "edit_impact";

/// The field in which it is said when an impact began.
pub const STARTED: &str = "started";

/// The field in which it is said when an impact ended.
pub const ENDED: &str = "ended";

/// How long a description may be that a form takes. Slack sends it twice, as it was and as it is, and in
/// some scripts in nine bytes a character: so the whole still fits the 64 KiB that a request may have.
pub const LONGEST_DESCRIPTION: usize = 2_400;

const DESCRIPTION: &str = "description";

/// What a person asked for by typing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Impact {
    /// The form, since nothing was said.
    Ask,
    /// An impact: since when, if the text begins with that, and what customers notice.
    Add {
        /// What was typed.
        text: String,
    },
    /// The end of the impact that goes on.
    End {
        /// When, as it was said; empty: now.
        said: String,
    },
    /// The form that changes an impact.
    Edit {
        /// Which one; `None`: the one that goes on, or else the last.
        number: Option<i64>,
    },
}

/// How an impact stands: what the form is filled in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The incident that it belongs to.
    pub incident: IncidentId,
    /// Which impact it is; `None` if it is a new one.
    pub number: Option<i64>,
    /// When it began, as a clock shows it, or in words.
    pub started: String,
    /// When it ended; empty while it goes on.
    pub ended: String,
    /// What customers notice; may be empty.
    pub description: String,
}

/// What was said in a form of an impact. What is `None` was not changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// When it began.
    pub started: Option<String>,
    /// When it ended; `Some("")` if it goes on after all.
    pub ended: Option<String>,
    /// What customers notice; `Some("")` if it was emptied.
    pub description: Option<String>,
}

/// Reads what follows the word.
pub fn typed(rest: &str) -> Impact {
    let (first, more) = split(rest);
    let number = more.trim_start_matches('#').parse().ok();
    match first.to_lowercase().as_str() {
        "" => Impact::Ask,
        "end" | "ended" | "stop" => Impact::End {
            said: more.to_owned(),
        },
        "edit" | "update" if more.is_empty() || number.is_some() => Impact::Edit { number },
        "add" if more.is_empty() => Impact::Ask,
        _ => Impact::Add {
            text: rest.trim().to_owned(),
        },
    }
}

impl Standing {
    /// Gives the preset of a new impact: it begins now.
    pub fn new(incident: IncidentId) -> Self {
        Self {
            incident,
            number: None,
            started: "now".to_owned(),
            ended: String::new(),
            description: String::new(),
        }
    }
}

/// Gives the form, filled in with how the impact stands.
pub fn form(standing: &Standing) -> SlackModalView {
    let (name, title, submit) = match standing.number {
        None => (FORM, "Add Impact".to_owned(), "Add Impact"),
        Some(number) => (EDIT_FORM, format!("Edit Impact {number}"), "Save"),
    };
    let started = hint(
        line(STARTED, "Started", &standing.started),
        "In your time zone, such as 15 minutes ago, 14:05, or yesterday 23:10.",
    );
    let ended = hint(
        optional(line(ENDED, "Ended", &standing.ended)),
        "Empty while it goes on; or such as now, or 14:20.",
    );
    let label = "What customers notice";
    let blocks = vec![
        started.into(),
        ended.into(),
        written(
            DESCRIPTION,
            label,
            &standing.description,
            LONGEST_DESCRIPTION,
        ),
    ];
    let carried = Carried {
        number: standing.number,
        ..Carried::incident(standing.incident)
    };
    carrying(modal(name, &title, submit, blocks), &carried)
}

/// Gives what was said of a new impact.
pub fn read(answers: &Answers) -> Said {
    let given = |field: &str| Some(answers.given(field).to_owned());
    Said {
        started: given(STARTED),
        ended: given(ENDED),
        description: given(DESCRIPTION),
    }
}

/// Gives what was said otherwise than it stood.
pub fn read_changes(answers: &Answers) -> Said {
    let changed = |field: &str| answers.changed(field).map(str::to_owned);
    Said {
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
    use crate::as_slack::{any_text, complaints, filled, request_length, untouched};

    #[test]
    fn what_is_typed_adds_ends_or_asks() {
        let add = |text: &str| Impact::Add {
            text: text.to_owned(),
        };
        let end = |said: &str| Impact::End {
            said: said.to_owned(),
        };
        let said = [
            ("", Impact::Ask),
            ("add", Impact::Ask),
            ("end", end("")),
            ("End 10 minutes ago", end("10 minutes ago")),
            ("edit", Impact::Edit { number: None }),
            ("edit 2", Impact::Edit { number: Some(2) }),
            ("edit pages fail", add("edit pages fail")),
            ("since 14:05 carts fail", add("since 14:05 carts fail")),
            ("Carts fail", add("Carts fail")),
        ];
        for (rest, meant) in said {
            assert_eq!(typed(rest), meant, "{rest}");
        }
    }

    fn standing() -> Standing {
        Standing {
            number: Some(2),
            started: "2026-11-23 13:50".to_owned(),
            description: "Carts time out.".to_owned(),
            ..Standing::new(IncidentId(7))
        }
    }

    #[test]
    fn only_what_was_changed_is_said() {
        let said = |field, value| read_changes(&filled(&form(&standing()), &[(field, value)]));
        let ended = Said {
            ended: Some("now".to_owned()),
            ..Said::default()
        };
        assert_eq!(said(ENDED, json!("now")), ended);
        let emptied = Said {
            description: Some(String::new()),
            ..Said::default()
        };
        assert_eq!(said(DESCRIPTION, Value::Null), emptied);
    }

    #[test]
    fn a_new_impact_begins_now() {
        let said = read(&untouched(&form(&Standing::new(IncidentId(7)))));
        assert_eq!(said.started.as_deref(), Some("now"));
        assert_eq!(said.ended.as_deref(), Some(""));
    }

    #[test]
    fn the_longest_description_in_any_script_fits_the_request_that_brings_it() {
        for sign in ["障", "🔥"] {
            let description = sign.repeat(LONGEST_DESCRIPTION / sign.encode_utf16().count());
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
            number in any::<i64>(),
            (started, ended, description) in (any_text(), any_text(), any_text()),
        ) {
            let form = form(&Standing {
                number: Some(number), started, ended, description, ..standing()
            });
            prop_assert_eq!(read_changes(&untouched(&form)), Said::default());
            prop_assert_eq!(complaints(&form), Vec::<String>::new());
        }

        #[test]
        fn whatever_is_typed_is_kept(rest in ".*") {
            if let Impact::Add { text } = typed(&rest) {
                prop_assert_eq!(text, rest.trim());
            }
        }
    }
}
