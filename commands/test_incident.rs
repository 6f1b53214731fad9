//! `/datadog incident test [title]`: declares a test incident, which is not counted, and not
//! announced unless requested.

use crate::slash::command::{Command, HelpGroup};
use crate::slash::{ParsedCommand, unquoted};

pub(crate) const COMMAND: Command = Command {
    name: "test_incident",
    words: &["test"],
    usage: "incident test [title]",
    summary: "Opens the form to declare a test incident: marked TEST, not announced and not counted.",
    group: HelpGroup::Declare,
    short_usage: "incident test [title]",
    typos: &[],
    parse: |text| {
        Some(ParsedCommand::DeclareTest {
            title: unquoted(&text.args()).to_owned(),
        })
    },
};

/// The `callback_id` of the modal.
pub const CALLBACK_ID: &str = "declare_test";
