//! What is said to a person whose words were not understood.

use crate::limits::cut;
use crate::slash::split;

/// Words after the command that were not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotUnderstood {
    /// What was typed.
    pub said: String,
    /// The nearest thing that would have been understood; `None` if nothing is near.
    pub nearest: Option<&'static str>,
}

impl NotUnderstood {
    pub(crate) fn of(said: &str, nearest: Option<&'static str>) -> Self {
        Self {
            said: said.trim().to_owned(),
            nearest,
        }
    }

    /// Gives one friendly line for the person, as plain text; `command` is the command's word,
    /// such as `/datadog`.
    pub fn line(&self, command: &str) -> String {
        let said = cut(
            &self.said.split_whitespace().collect::<Vec<_>>().join(" "),
            100,
        );
        let instead = match self.nearest {
            Some(nearest) => format!("Did you mean {command} {nearest}?"),
            None => format!("To declare an incident, type {command} incident and its title."),
        };
        let title = match split(&said) {
            (first, word) if is_incident(first) => {
                format!(" If it is the title of a new incident, type {command} {first} \"{word}\".")
            }
            _ => String::new(),
        };
        format!(
            "I did not understand “{command} {said}”. {instead}{title} \
             {command} help shows all that can be typed."
        )
    }
}

/// Gives the command that a text most likely meant.
pub(crate) fn nearest_command(said: &str) -> Option<&'static str> {
    let (first, rest) = split(said);
    let nearest = nearest(&first.to_lowercase(), STARTS)?;
    let (second, _) = split(rest);
    let more = nearest_of_incident(&second.to_lowercase());
    Some(more.filter(|_| nearest == "incident").unwrap_or(nearest))
}

/// Gives the sub-command of `incident` that one word is, or is a slip of.
pub(crate) fn nearest_of_incident(word: &str) -> Option<&'static str> {
    nearest(word, OF_INCIDENT)
}

/// Gives what belongs to the known word that lies nearest, if one lies near.
fn nearest(word: &str, known: &[(&str, &'static str)]) -> Option<&'static str> {
    known
        .iter()
        .filter_map(|(known, command)| Some((distance(word, known)?, *command)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, command)| command)
}

/// What people begin with, and what they then mean.
const STARTS: &[(&str, &str)] = &[
    ("incident", "incident"),
    ("inc", "incident"),
    ("incidents", "incident list"),
    ("declare", "incident"),
    ("create", "incident"),
    ("new", "incident"),
    ("update", "incident update"),
    ("edit", "incident update"),
    ("list", "incident list"),
    ("link", "incident link"),
    ("links", "incident links"),
    ("settings", "settings"),
    ("task", "task"),
    ("followup", "followup"),
    ("help", "help"),
    ("status", "incident status stable"),
    ("severity", "incident severity SEV-2"),
    ("resolve", "incident resolve"),
    ("reopen", "incident reopen"),
    ("stable", "incident stable"),
    ("title", "incident title Checkout is down"),
    ("commander", "incident commander @person"),
    ("responders", "incident responders"),
    ("impact", "incident impact"),
];

/// The sub-commands of `incident` by the words that people may have misspelt.
const OF_INCIDENT: &[(&str, &str)] = &[
    ("update", "incident update"),
    ("edit", "incident update"),
    ("list", "incident list"),
    ("link", "incident link"),
    ("links", "incident links"),
    ("impact", "incident impact"),
    ("help", "help"),
    ("severity", "incident severity SEV-2"),
    ("status", "incident status stable"),
    ("stable", "incident stable"),
    ("resolve", "incident resolve"),
    ("reopen", "incident reopen"),
    ("commander", "incident commander @person"),
    ("responders", "incident responders"),
];

/// Gives how many slips lie between two words, if they are few enough: one for short words, since
/// many of those are alike, two for longer ones.
fn distance(word: &str, known: &str) -> Option<usize> {
    let few = if known.len() <= 4 { 1 } else { 2 };
    Some(strsim::osa_distance(word, known)).filter(|slips| *slips <= few && !word.is_empty())
}

fn is_incident(word: &str) -> bool {
    ["incident", "inc"]
        .iter()
        .any(|known| word.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_what_was_not_understood_and_what_to_do() {
        let lines = [
            (
                NotUnderstood::of("incident updat", Some("incident update")),
                "I did not understand “/dd incident updat”. Did you mean /dd incident update? \
                 If it is the title of a new incident, type /dd incident \"updat\". \
                 /dd help shows all that can be typed.",
            ),
            (
                NotUnderstood::of("lst", Some("incident list")),
                "I did not understand “/dd lst”. Did you mean /dd incident list? \
                 /dd help shows all that can be typed.",
            ),
            (
                NotUnderstood::of("Checkout\nis slow", None),
                "I did not understand “/dd Checkout is slow”. \
                 To declare an incident, type /dd incident and its title. \
                 /dd help shows all that can be typed.",
            ),
        ];
        for (said, line) in lines {
            assert_eq!(said.line("/dd"), line);
        }
    }
}
