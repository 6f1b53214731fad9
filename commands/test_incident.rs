//! `/datadog incident test [title]`: declares a test incident, which is not counted, and not
//! announced unless requested.

use crate::slash::command::{Command, HelpGroup};
use crate::slash::{ParsedCommand, unquoted};

pub(crate) const COMMAND: Command = Command {
    name: "test_incident",
    words: &["test"],
    usage: "incident test [title]",
    summary: "Declare a test incident: tagged TEST, not announced, left out of metrics.",
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
