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
    let (first, _) = split(said);
    let word = first.to_lowercase();
    STARTS
        .iter()
        .filter_map(|(known, command)| Some((distance(&word, known)?, *command)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, command)| command)
}

/// Gives the sub-command of `incident` that one word is a slip of.
pub(crate) fn nearest_of_incident(word: &str) -> Option<&'static str> {
    OF_INCIDENT
        .iter()
        .filter_map(|(known, command)| Some((distance(word, known)?, *command)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, command)| command)
}

/// What people begin with, and what they then mean.
const STARTS: [(&str, &str); 12] = [
    ("incident", "incident"),
    ("inc", "incident"),
    ("incidents", "incident list"),
    ("declare", "incident"),
    ("create", "incident"),
    ("new", "incident"),
    ("update", "incident update"),
    ("edit", "incident update"),
    ("list", "incident list"),
    ("help", "help"),
    ("status", "incident update"),
    ("severity", "incident update"),
];

/// The sub-commands of `incident` by the words that people may have misspelt.
const OF_INCIDENT: [(&str, &str); 4] = [
    ("update", "incident update"),
    ("edit", "incident update"),
    ("list", "incident list"),
    ("help", "help"),
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
