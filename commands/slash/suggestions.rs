//! Questions about texts that are not run without asking: unknown commands, and commands that may
//! be the title of a new incident.

use muster_domain::text::truncate;
use muster_domain::{IncidentId, Severity, Status, TaskKind};

use crate::slash::command::{CommandText, Prefix};
use crate::slash::grammar::parse_known;
use crate::slash::mrkdwn_decode::decode;
use crate::slash::{ParsedCommand, unquoted};
use crate::{COMMANDS, declare, quick_edit, task};

/// The longest quote in a question, in characters.
const QUOTE: usize = 100;

/// A text that is not run without asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownCommand {
    /// The input, decoded.
    pub input: String,
    /// The command that was probably meant, with Slack's escapes; `None` if none is similar.
    pub command: Option<String>,
    /// The other possible meaning.
    pub alternative: Option<Alternative>,
}

/// Another meaning of a text than a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alternative {
    /// The title of a new incident, with Slack's escapes.
    Incident(String),
    /// The description of a new task, with Slack's escapes.
    Task(TaskKind, String),
}

impl Alternative {
    pub(crate) fn incident(title: &str) -> Self {
        Self::Incident(title.trim().to_owned())
    }

    /// Returns the command that does it, with Slack's escapes.
    pub fn command(&self) -> String {
        match self {
            Self::Incident(title) => format!("{} declare {title}", declare::WORDS[0]),
            Self::Task(kind, text) => format!("{} \"{text}\"", task::command_name(*kind)),
        }
    }

    /// Returns the label of the button that does it.
    pub fn label(&self) -> String {
        match self {
            Self::Incident(_) => format!("Declare “{}”", self.quote(40)),
            Self::Task(kind, _) => format!("{} “{}”", task::add_label(*kind), self.quote(40)),
        }
    }

    /// Returns the noun in a question.
    fn noun(&self) -> String {
        match self {
            Self::Incident(_) => format!("a new incident called “{}”", self.quote(QUOTE)),
            Self::Task(kind, _) => format!("a {} called “{}”", kind.label(), self.quote(QUOTE)),
        }
    }

    fn quote(&self, limit: usize) -> String {
        let (Self::Incident(text) | Self::Task(_, text)) = self;
        one_line(unquoted(&decode(text)), limit)
    }
}

impl UnknownCommand {
    pub(crate) fn new(
        input: &str,
        command: Option<String>,
        alternative: Option<Alternative>,
    ) -> Self {
        Self {
            input: input.trim().to_owned(),
            command,
            alternative,
        }
    }

    /// Returns the question for an incident that the text names, which may be all in all the title of
    /// a new one; `None` if no command about an incident is similar.
    pub(crate) fn for_incident(self, id: IncidentId, title: &str) -> Option<Self> {
        let command = self.command?;
        let is_about_one = parse_known(&CommandText::new(&command))?.is_about_an_incident();
        is_about_one.then(|| Self {
            command: Some(format!("{id} {command}")),
            alternative: self.alternative.map(|it| match it {
                Alternative::Incident(_) => Alternative::incident(title),
                Alternative::Task(..) => it,
            }),
            ..self
        })
    }

    /// Returns the question in one line as plain text. `slash` is the name of the slash command, such
    /// as `/datadog`.
    pub fn message(&self, slash: &str) -> String {
        let command = self.command.as_deref();
        let command = command.map(|it| format!("{slash} {}", one_line(&decode(it), QUOTE)));
        match (command, &self.alternative) {
            (Some(command), Some(other)) => format!("Did you mean {command}, or {}?", other.noun()),
            (Some(command), None) => format!("Did you mean {command}?"),
            (None, _) => format!(
                "Unknown command “{}”. Try {slash} incident <title> to declare, or {slash} help.",
                one_line(&self.input, QUOTE)
            ),
        }
    }
}

fn one_line(text: &str, limit: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    truncate(&words.join(" "), limit)
}

/// Returns the command that a text with an unknown word most likely means, with the word corrected.
/// After `incident`, a text with more words is a title unless they fit the command.
pub(crate) fn near_command(text: &CommandText<'_>) -> Option<String> {
    let is_certain = |token: &str, command: &ParsedCommand| {
        text.prefix == Prefix::None
            || text.escaped.is_empty()
            || is_transposed(&text.name, token)
            || has_valid_arguments(command, text)
    };
    let correct = |token: &'static str| {
        let whole = format!("{token} {}", text.escaped).trim().to_owned();
        if declare::WORDS.contains(&token) {
            return (text.prefix == Prefix::None).then_some(whole);
        }
        let command = parse_known(&CommandText {
            name: token.to_owned(),
            ..text.clone()
        });
        match command {
            Some(command) => is_certain(token, &command).then_some(whole),
            None => (text.prefix == Prefix::None).then(|| token.to_owned()),
        }
    };
    correct(closest_word(&text.name)?)
}

/// Returns the most similar word whose typos are recognized; `None` if none is similar.
fn closest_word(name: &str) -> Option<&'static str> {
    COMMANDS
        .iter()
        .flat_map(|command| command.typos)
        .filter_map(|known| Some((distance(name, known)?, *known)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// Returns the edit distance of two words, if it is small enough: at most one for short words,
/// since many of those are alike, and two for longer ones.
fn distance(name: &str, known: &str) -> Option<usize> {
    let few = if known.len() <= 4 { 1 } else { 2 };
    Some(strsim::osa_distance(name, known)).filter(|slips| *slips <= few && !name.is_empty())
}

/// Returns whether two neighbouring letters of a word are swapped. Such a word is a typo, while one
/// with another letter may be a word of its own: `stable`, `resovle`, but `node` and `note`.
fn is_transposed(name: &str, known: &str) -> bool {
    let sorted = |token: &str| {
        let mut letters: Vec<char> = token.chars().collect();
        letters.sort_unstable();
        letters
    };
    strsim::osa_distance(name, known) == 1 && sorted(name) == sorted(known)
}

/// Returns whether the arguments of a misspelt command make it certain that the command is meant.
fn has_valid_arguments(command: &ParsedCommand, text: &CommandText<'_>) -> bool {
    let ParsedCommand::QuickEdit { edit, reason } = command else {
        return false;
    };
    reason.is_empty()
        && match edit {
            quick_edit::QuickEditArgs::Severity(severity) => severity.parse::<Severity>().is_ok(),
            quick_edit::QuickEditArgs::Status(status) => status.parse::<Status>().is_ok(),
            quick_edit::QuickEditArgs::Commander(user) => {
                user.is_some() && text.escaped.starts_with(['@', '<'])
            }
            quick_edit::QuickEditArgs::Title(_) => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown(command: Option<&str>, alternative: Option<Alternative>) -> UnknownCommand {
        UnknownCommand::new("lst <x>", command.map(str::to_owned), alternative)
    }

    #[test]
    fn question_names_the_command_and_the_alternative() {
        let incident = Some(Alternative::incident("resolve\n&lt;now&gt;"));
        let task = Some(Alternative::Task(TaskKind::FollowUp, "lst".to_owned()));
        let lines = [
            (
                unknown(Some("resolve now"), incident.clone()),
                "Did you mean /dd resolve now, or a new incident called “resolve <now>”?",
            ),
            (
                unknown(Some("followup list"), task.clone()),
                "Did you mean /dd followup list, or a follow-up called “lst”?",
            ),
            (
                unknown(Some("incident it burns"), None),
                "Did you mean /dd incident it burns?",
            ),
            (
                unknown(None, incident),
                "Unknown command “lst <x>”. Try /dd incident <title> to declare, or /dd help.",
            ),
        ];
        for (unknown, expected) in lines {
            assert_eq!(unknown.message("/dd"), expected);
        }
        let task = task.map(|it| (it.command(), it.label()));
        let expected = ("followup \"lst\"", "Add Follow-up “lst”");
        assert_eq!(task, Some((expected.0.to_owned(), expected.1.to_owned())));
    }
}
