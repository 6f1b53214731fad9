//! `/datadog incident note`: what somebody saw or did, on the timeline, at a time of its own.

use slack_morphism::prelude::*;

use crate::IncidentId;
use crate::form::{
    Answers, Carried, FieldErrors, carrying, hint, line, modal, remark, text, written,
};
use crate::limits::length;

/// The words after `incident` that ask for this.
pub const WORDS: &[&str] = &["note", "notes"];

/// The name of the form that adds a note.
pub const FORM: &str = "note";

/// The name of the form that changes an entry of the timeline: a note, or when a message happened.
pub const EDIT_FORM: &str = "edit_entry";

/// The field in which it is said when it happened.
pub const HAPPENED: &str = "happened";

/// How long a note may be that a form takes; a longer one can be typed. Slack sends the text twice, as it
/// was and as it is, and in some scripts in nine bytes a character: so the whole still fits the 64 KiB that
/// a request may have.
pub const LONGEST_NOTE: usize = 2_400;

const NOTE: &str = "note";

/// What was said of an entry. What is `None` was not changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// When it happened.
    pub happened: Option<String>,
    /// What the note says.
    pub note: Option<String>,
}

/// What the form of an entry is filled in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The incident whose timeline it is.
    pub incident: IncidentId,
    /// Which entry it is.
    pub entry: i64,
    /// When it happened, as a clock shows it.
    pub happened: String,
    /// The text of the note; `None` if the person may not rewrite it.
    pub note: Option<String>,
    /// Where the person can be answered for 30 minutes.
    pub response_url: Option<String>,
}

/// Gives the form for a new note.
pub fn form(incident: IncidentId, happened: &str) -> SlackModalView {
    let note = text(NOTE, "Note", "", LONGEST_NOTE);
    let blocks = vec![note.into(), when(happened).into()];
    carrying(
        modal(FORM, "Add Note", "Add Note", blocks),
        &Carried::incident(incident),
    )
}

/// Gives the form that changes an entry.
pub fn edit_form(standing: &Standing) -> SlackModalView {
    let mut blocks: Vec<SlackBlock> = vec![when(&standing.happened).into()];
    match &standing.note {
        Some(note) if length(note.trim()) <= LONGEST_NOTE => {
            blocks.insert(0, text(NOTE, "Note", note, LONGEST_NOTE).into());
        }
        Some(note) => blocks.insert(0, written(NOTE, "Note", note, LONGEST_NOTE)),
        None => blocks.push(remark("What it says can be changed by whoever wrote it.")),
    }
    let carried = Carried {
        number: Some(standing.entry),
        response_url: standing.response_url.clone(),
        ..Carried::incident(standing.incident)
    };
    carrying(modal(EDIT_FORM, "Edit Entry", "Save", blocks), &carried)
}

/// Gives what was said in the form of a new note.
///
/// # Errors
/// Under the field, when there is no text.
pub fn read(answers: &Answers) -> Result<Said, FieldErrors> {
    let note = answers.given(NOTE);
    if note.is_empty() {
        return Err(FieldErrors::one(NOTE, NEEDS_TEXT));
    }
    Ok(Said {
        happened: Some(answers.given(HAPPENED).to_owned()),
        note: Some(note.to_owned()),
    })
}

/// Gives what was said otherwise than it stood.
///
/// # Errors
/// Under the field, when the text was emptied.
pub fn read_changes(answers: &Answers) -> Result<Said, FieldErrors> {
    let changed = |field: &str| answers.changed(field).map(str::to_owned);
    let said = Said {
        happened: changed(HAPPENED),
        note: changed(NOTE),
    };
    match said.note.as_deref() {
        Some("") => Err(FieldErrors::one(NOTE, NEEDS_TEXT)),
        Some(_) | None => Ok(said),
    }
}

const NEEDS_TEXT: &str = "A note needs a text, such as: I found the host causing the issue.";

fn when(happened: &str) -> SlackInputBlock {
    hint(
        line(HAPPENED, "When", happened),
        "In your time zone, such as now, 15 minutes ago, 14:05, or yesterday 23:10.",
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::as_slack::{any_text, complaints, filled, untouched};

    fn standing(note: Option<&str>) -> Standing {
        Standing {
            incident: IncidentId(7),
            entry: 41,
            happened: "2026-11-23 14:05".to_owned(),
            note: note.map(str::to_owned),
            response_url: None,
        }
    }

    #[test]
    fn a_note_needs_a_text() {
        let refused = read(&untouched(&form(IncidentId(7), "now"))).unwrap_err();
        assert_eq!(refused.to_string(), NEEDS_TEXT);
        let form = edit_form(&standing(Some("Found it.")));
        let emptied = read_changes(&filled(&form, &[(NOTE, Value::Null)]));
        assert_eq!(emptied.unwrap_err().to_string(), NEEDS_TEXT);
    }

    #[test]
    fn only_what_was_changed_is_said() {
        let form = edit_form(&standing(Some("Found it.")));
        let moved = read_changes(&filled(&form, &[(HAPPENED, json!("10 minutes ago"))])).unwrap();
        assert_eq!(moved.happened.as_deref(), Some("10 minutes ago"));
        assert_eq!(moved.note, None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn a_form_submitted_untouched_changes_nothing_and_keeps_slacks_limits(
            happened in any_text(),
            note in prop::option::of(any_text()),
        ) {
            let form = edit_form(&Standing { happened, ..standing(note.as_deref()) });
            prop_assert_eq!(complaints(&form), Vec::<String>::new());
            prop_assert_eq!(read_changes(&untouched(&form)), Ok(Said::default()));
        }
    }
}
