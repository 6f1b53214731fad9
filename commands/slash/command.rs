//! The entries of the command table, and the text that they parse.

use crate::slash::mrkdwn_decode::decode;
use crate::slash::{ParsedCommand, split_first_word};

/// A command of the slash command. It is an entry of [`COMMANDS`](crate::COMMANDS), which drives
/// parsing, help, suggestions, the manifest and the table of the README.
///
/// Each command is understood with and without `incident` before it.
#[derive(Clone, Copy, Debug)]
pub struct Command {
    /// The name of the module.
    pub name: &'static str,
    /// The names and synonyms by which users call the command, in lower case. No text that begins
    /// with one of them is a title, unless the user says so.
    pub words: &'static [&'static str],
    /// The usage, with optional arguments in brackets.
    pub usage: &'static str,
    /// A sentence about the command, shown in help.
    pub summary: &'static str,
    /// The group of the command in help.
    pub group: HelpGroup,
    /// The usage on the first screen of help; empty if the command is shown in the full list only.
    pub short_usage: &'static str,
    /// The words whose typos are recognized.
    pub(crate) typos: &'static [&'static str],
    /// Parses the arguments after one of the words. Returns `None` if they are no arguments of the
    /// command: the text may be a title.
    pub(crate) parse: fn(&CommandText<'_>) -> Option<ParsedCommand>,
}

/// The groups of commands in help, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HelpGroup {
    /// Declaring and finding incidents.
    Declare,
    /// Working on an incident.
    Run,
    /// Work that an incident leaves behind.
    FollowUp,
    /// Settings, repair and help.
    Admin,
}

impl HelpGroup {
    /// All groups.
    pub const ALL: [Self; 4] = [Self::Declare, Self::Run, Self::FollowUp, Self::Admin];

    /// Returns the heading of the group.
    pub fn label(self) -> &'static str {
        match self {
            Self::Declare => "Declare",
            Self::Run => "Run",
            Self::FollowUp => "Follow up",
            Self::Admin => "Admin",
        }
    }
}

/// Whether `incident` precedes a command. Only after `incident` a text may be a title.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prefix {
    /// The command is the first word.
    None,
    /// The command follows `incident`.
    Incident,
}

/// The text of a slash command, split at one of its words.
#[derive(Clone, Debug)]
pub(crate) struct CommandText<'a> {
    /// Whether `incident` precedes the word.
    pub(crate) prefix: Prefix,
    /// The text from the word on, with Slack's escapes.
    pub(crate) whole: &'a str,
    /// The word, decoded and in lower case, with plain hyphens.
    pub(crate) name: String,
    /// The text after the word, with Slack's escapes.
    pub(crate) escaped: &'a str,
}

impl<'a> CommandText<'a> {
    /// Splits a text with Slack's escapes at its first word.
    pub(crate) fn new(whole: &'a str) -> Self {
        Self::split(Prefix::None, whole)
    }

    /// Splits the text after the first word at the second.
    pub(crate) fn after_incident(&self) -> Self {
        Self::split(Prefix::Incident, self.escaped)
    }

    /// Splits the text after the word at its first word: `task …` after `add`.
    pub(crate) fn next(&self) -> Self {
        Self::split(self.prefix, self.escaped)
    }

    fn split(prefix: Prefix, text: &'a str) -> Self {
        let whole = text.trim();
        let (name, escaped) = split_first_word(whole);
        Self {
            prefix,
            whole,
            name: with_plain_hyphens(&decode(name).to_lowercase()),
            escaped,
        }
    }

    /// Returns the decoded text after the word.
    pub(crate) fn args(&self) -> String {
        decode(self.escaped).trim().to_owned()
    }

    /// Returns the command if no text follows the word.
    pub(crate) fn when_alone(&self, command: ParsedCommand) -> Option<ParsedCommand> {
        self.escaped.is_empty().then_some(command)
    }
}

/// The hyphens and dashes that phones type in place of a hyphen.
pub(crate) const HYPHENS: [char; 6] = ['-', '‐', '‑', '–', '—', '−'];

/// Replaces all dashes by hyphens.
pub(crate) fn with_plain_hyphens(token: &str) -> String {
    token.replace(HYPHENS, "-")
}
