//! The entries of the command table, and the text that they parse.

use crate::slash::mrkdwn_decode::decode;
use crate::slash::{ParsedCommand, split_first_word};

/// A command of the slash command. It is an entry of [`COMMANDS`](crate::COMMANDS), which drives
/// parsing, help, suggestions and the manifest.
#[derive(Clone, Copy, Debug)]
pub struct Command {
    /// The name of the module.
    pub name: &'static str,
    /// The names by which users call the command, in lower case.
    pub words: &'static [&'static str],
    /// Where the words are expected.
    pub(crate) position: Position,
    /// The usage, with optional arguments in brackets.
    pub usage: &'static str,
    /// A sentence about the command, shown in help.
    pub summary: &'static str,
    /// Words whose typos are recognized, and the command that is suggested.
    pub(crate) suggestions: &'static [(&'static str, &'static str)],
    /// Parses the arguments after one of the words. Returns `None` if the text is a title.
    pub(crate) parse: fn(&CommandText<'_>) -> Option<ParsedCommand>,
}

/// The position of a command's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Position {
    /// The first word.
    First,
    /// The word after `incident`.
    AfterIncident,
    /// Either.
    Anywhere,
}

/// The text of a slash command, split at one of its words.
#[derive(Clone, Debug)]
pub(crate) struct CommandText<'a> {
    /// The whole text, with Slack's escapes.
    pub(crate) whole: &'a str,
    /// The position of the word.
    pub(crate) position: Position,
    /// The word, decoded and in lower case.
    pub(crate) name: String,
    /// The text after the word, with Slack's escapes.
    pub(crate) escaped: &'a str,
}

impl Position {
    /// Returns whether a word that is expected here may be at `position`.
    pub(crate) fn includes(self, position: Self) -> bool {
        self == Self::Anywhere || self == position
    }
}

impl<'a> CommandText<'a> {
    /// Splits a text with Slack's escapes at its first word.
    pub(crate) fn new(whole: &'a str) -> Self {
        Self::split(whole, Position::First, whole)
    }

    /// Splits the text after the first word at the second.
    pub(crate) fn subcommand(&self) -> Self {
        Self::split(self.whole, Position::AfterIncident, self.escaped)
    }

    fn split(whole: &'a str, position: Position, text: &'a str) -> Self {
        let (name, escaped) = split_first_word(text);
        Self {
            whole,
            position,
            name: decode(name).to_lowercase(),
            escaped,
        }
    }

    /// Returns the decoded text after the word.
    pub(crate) fn args(&self) -> String {
        decode(self.escaped).trim().to_owned()
    }

    /// Returns the command if no text follows the word. Otherwise the text is a title.
    pub(crate) fn when_alone(&self, command: ParsedCommand) -> Option<ParsedCommand> {
        self.escaped.is_empty().then_some(command)
    }
}
