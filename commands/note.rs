//! `/datadog incident note [at 14:05] [text]`: adds a note to the timeline.

use muster_domain::IncidentId;
use muster_domain::text::length;
use slack_morphism::prelude::*;

use crate::modal::{
    FieldErrors, PrivateMetadata, ViewState, build_modal, context_block, line_input,
    multiline_input, optional_multiline_input, with_hint, with_metadata,
};
use crate::slash::ParsedCommand;
use crate::slash::command::{Command, HelpGroup};

pub(crate) const COMMAND: Command = Command {
    name: "note",
    words: &["note", "notes"],
    usage: "incident note [at 14:05] [text]",
    summary: "Add a note to the timeline. Without text, opens a form.",
    group: HelpGroup::Run,
    short_usage: "note [text]",
    typos: &["note"],
    parse: |text| {
        let text = (text.name != "notes" || !text.escaped.is_empty()).then(|| text.args());
        Some(text.map_or(ParsedCommand::Timeline, |text| ParsedCommand::Note { text }))
    },
};

/// The `callback_id` of the modal that adds a note.
pub const CALLBACK_ID: &str = "note";

/// The `callback_id` of the modal that edits a timeline entry: a note, or the time of a message.
pub const EDIT_CALLBACK_ID: &str = "edit_timeline_entry";

/// The field of the time.
pub const HAPPENED_AT: &str = "happened";

/// The longest note in the modal, in characters; a command may be longer. Slack sends the text
/// twice (initial and current value), in some scripts with nine bytes per character; the limit
/// keeps the request within 64 KiB.
pub(crate) const LONGEST_NOTE: usize = 2_400;

const TEXT: &str = "note";

/// The values of a submitted modal. A field that is `None` was not changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoteArgs {
    /// The time as entered.
    pub happened_at: Option<String>,
    /// The text of the note.
    pub text: Option<String>,
}

/// The initial values of the modal that edits an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteDefaults {
    /// The incident.
    pub incident: IncidentId,
    /// The ID of the entry.
    pub entry: i64,
    /// The time as a local time.
    pub happened_at: String,
    /// The label of the text: `Note` or `Update`.
    pub label: &'static str,
    /// The text of the note or status update; `None` if the user may not edit it.
    pub text: Option<String>,
}

/// Returns the modal that adds a note.
pub fn modal(incident: IncidentId, happened: &str) -> SlackModalView {
    let note = multiline_input(TEXT, "Note", "", LONGEST_NOTE);
    let blocks = vec![note.into(), happened_at_input(happened).into()];
    with_metadata(
        build_modal(CALLBACK_ID, "Add Note", "Add Note", blocks),
        &PrivateMetadata::for_incident(incident),
    )
}

/// Returns the modal that edits an entry.
pub fn edit_modal(initial: &NoteDefaults) -> SlackModalView {
    let mut blocks: Vec<SlackBlock> = vec![happened_at_input(&initial.happened_at).into()];
    match &initial.text {
        Some(note) if length(note.trim()) <= LONGEST_NOTE => {
            blocks.insert(
                0,
                multiline_input(TEXT, initial.label, note, LONGEST_NOTE).into(),
            );
        }
        Some(note) => blocks.insert(
            0,
            optional_multiline_input(TEXT, initial.label, note, LONGEST_NOTE),
        ),
        None => blocks.push(context_block("Only the author can edit the text.")),
    }
    let private_metadata = PrivateMetadata {
        number: Some(initial.entry),
        ..PrivateMetadata::for_incident(initial.incident)
    };
    with_metadata(
        build_modal(EDIT_CALLBACK_ID, "Edit Entry", "Save", blocks),
        &private_metadata,
    )
}

/// Reads a submission that adds a note.
///
/// # Errors
/// Returns [`FieldErrors`] if the text is empty.
pub fn read(view: &ViewState) -> Result<NoteArgs, FieldErrors> {
    let note = view.value(TEXT);
    if note.is_empty() {
        return Err(FieldErrors::one(TEXT, NEEDS_TEXT));
    }
    Ok(NoteArgs {
        happened_at: Some(view.value(HAPPENED_AT).to_owned()),
        text: Some(note.to_owned()),
    })
}

/// Reads a submission that edits an entry: the changed fields.
///
/// # Errors
/// Returns [`FieldErrors`] if the text was emptied.
pub fn read_changes(view: &ViewState) -> Result<NoteArgs, FieldErrors> {
    let changed = |field: &str| view.changed_value(field).map(str::to_owned);
    let args = NoteArgs {
        happened_at: changed(HAPPENED_AT),
        text: changed(TEXT),
    };
    match args.text.as_deref() {
        Some("") => Err(FieldErrors::one(TEXT, NEEDS_TEXT)),
        Some(_) | None => Ok(args),
    }
}

/// The error for a note without text.
pub const NEEDS_TEXT: &str = "Enter a note, e.g. “I found the host causing the issue.”";

fn happened_at_input(happened: &str) -> SlackInputBlock {
    with_hint(
        line_input(HAPPENED_AT, "When", happened),
        "Your time zone. E.g. “now”, “15 minutes ago”, “yesterday 23:10”.",
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::{any_text, block_kit_errors, submit_unchanged, submit_with};

    fn defaults(note: Option<&str>) -> NoteDefaults {
        NoteDefaults {
            incident: IncidentId(7),
            entry: 41,
            happened_at: "2026-11-23 14:05".to_owned(),
            label: "Note",
            text: note.map(str::to_owned),
        }
    }

    #[test]
    fn empty_note_is_rejected() {
        let error = read(&submit_unchanged(&modal(IncidentId(7), "now"))).unwrap_err();
        assert_eq!(error.to_string(), NEEDS_TEXT);
        let form = edit_modal(&defaults(Some("Found it.")));
        let emptied = read_changes(&submit_with(&form, &[(TEXT, Value::Null)]));
        assert_eq!(emptied.unwrap_err().to_string(), NEEDS_TEXT);
    }

    #[test]
    fn only_changed_fields_are_read() {
        let form = edit_modal(&defaults(Some("Found it.")));
        let moved = read_changes(&submit_with(
            &form,
            &[(HAPPENED_AT, json!("10 minutes ago"))],
        ))
        .unwrap();
        assert_eq!(moved.happened_at.as_deref(), Some("10 minutes ago"));
        assert_eq!(moved.text, None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn unchanged_modal_changes_nothing_and_is_within_slacks_limits(
            happened_at in any_text(),
            note in prop::option::of(any_text()),
        ) {
            let form = edit_modal(&NoteDefaults { happened_at, ..defaults(note.as_deref()) });
            prop_assert_eq!(block_kit_errors(&form), Vec::<String>::new());
            prop_assert_eq!(read_changes(&submit_unchanged(&form)), Ok(NoteArgs::default()));
        }
    }
}
