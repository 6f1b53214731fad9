//! Suggestions for unknown commands.

use muster_domain::text::truncate;

use crate::slash::command::Position;
use crate::slash::split_first_word;
use crate::{COMMANDS, declare};

/// The arguments of an unknown command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownCommand {
    /// The input.
    pub input: String,
    /// The most similar command; `None` if none is similar.
    pub suggestion: Option<&'static str>,
}

impl UnknownCommand {
    pub(crate) fn new(input: &str, nearest: Option<&'static str>) -> Self {
        Self {
            input: input.trim().to_owned(),
            suggestion: nearest,
        }
    }

    /// Returns a one-line error as plain text. `command` is the name of the slash command, such as
    /// `/datadog`.
    pub fn message(&self, command: &str) -> String {
        let input = truncate(
            &self.input.split_whitespace().collect::<Vec<_>>().join(" "),
            100,
        );
        let instead = match self.suggestion {
            Some(nearest) => format!("Did you mean {command} {nearest}?"),
            None => format!("To declare an incident, type {command} incident and its title."),
        };
        let title = match split_first_word(&input) {
            (first, name) if is_incident_word(first) => {
                format!(" If it is the title of a new incident, type {command} {first} \"{name}\".")
            }
            _ => String::new(),
        };
        format!(
            "I did not understand “{command} {input}”. {instead}{title} \
             {command} help shows all that can be typed."
        )
    }
}

/// Returns the command that a text most likely means.
pub(crate) fn suggest_command(text: &str) -> Option<&'static str> {
    let (first, rest) = split_first_word(text);
    let closest = closest_command(&first.to_lowercase(), Position::First)?;
    let (second, _) = split_first_word(rest);
    let subcommand = suggest_subcommand(&second.to_lowercase());
    Some(
        subcommand
            .filter(|_| closest == "incident")
            .unwrap_or(closest),
    )
}

/// Returns the subcommand of `incident` that a word is, or is a typo of.
pub(crate) fn suggest_subcommand(name: &str) -> Option<&'static str> {
    closest_command(name, Position::AfterIncident)
}

/// Returns the command of the most similar word; `None` if none is similar. A subcommand is
/// suggested without `incident` as well.
fn closest_command(name: &str, position: Position) -> Option<&'static str> {
    COMMANDS
        .iter()
        .filter(|it| position == Position::First || it.position != Position::First)
        .flat_map(|command| command.suggestions)
        .filter(|(known, _)| !NOT_SUGGESTED.contains(&(position, known)))
        .filter_map(|(known, command)| Some((distance(name, known)?, *command)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, command)| command)
}

/// The words whose typos are not recognized in a position. After `incident`, they are titles.
const NOT_SUGGESTED: [(Position, &str); 4] = [
    (Position::First, "private"),
    (Position::First, "public"),
    (Position::AfterIncident, "title"),
    (Position::AfterIncident, "repair"),
];

/// Returns the edit distance of two words, if it is small enough: at most one for short words,
/// since many of those are alike, and two for longer ones.
fn distance(name: &str, known: &str) -> Option<usize> {
    let few = if known.len() <= 4 { 1 } else { 2 };
    Some(strsim::osa_distance(name, known)).filter(|slips| *slips <= few && !name.is_empty())
}

fn is_incident_word(name: &str) -> bool {
    declare::WORDS.contains(&name.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_quotes_the_input_and_suggests_a_command() {
        let lines = [
            (
                UnknownCommand::new("incident updat", Some("incident update")),
                "I did not understand “/dd incident updat”. Did you mean /dd incident update? \
                 If it is the title of a new incident, type /dd incident \"updat\". \
                 /dd help shows all that can be typed.",
            ),
            (
                UnknownCommand::new("lst", Some("incident list")),
                "I did not understand “/dd lst”. Did you mean /dd incident list? \
                 /dd help shows all that can be typed.",
            ),
            (
                UnknownCommand::new("Checkout\nis slow", None),
                "I did not understand “/dd Checkout is slow”. \
                 To declare an incident, type /dd incident and its title. \
                 /dd help shows all that can be typed.",
            ),
        ];
        for (input, expected) in lines {
            assert_eq!(input.message("/dd"), expected);
        }
    }
}
