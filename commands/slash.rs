//! The text after `/datadog`: what a person typed, and what they meant by it.

pub use crate::not_understood::NotUnderstood;
use crate::not_understood::{nearest_command, nearest_of_incident};
use crate::typed_text::as_typed;

/// What a person asked for by typing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Slash {
    /// Declare an incident; the title as typed, empty if none was.
    Declare {
        /// The title as typed, without the quotes around it.
        title: String,
    },
    /// Update an incident.
    Update,
    /// List the open incidents.
    List,
    /// Show what can be typed.
    Help,
    /// None of these.
    Unknown(NotUnderstood),
}

/// Reads the text after the command's word, as Slack sends it.
pub fn read(text: &str) -> Slash {
    let said = as_typed(text);
    let (first, rest) = split(&said);
    match first.to_lowercase().as_str() {
        "" | "help" | "?" | "-h" | "--help" => Slash::Help,
        "incident" | "inc" => incident(&said, rest),
        _ => Slash::Unknown(NotUnderstood::of(&said, nearest_command(&said))),
    }
}

/// Reads what follows `incident`: a sub-command's word decides, all else is a title.
fn incident(said: &str, rest: &str) -> Slash {
    let (first, more) = split(rest);
    match first.to_lowercase().as_str() {
        "update" | "edit" => Slash::Update,
        "list" => Slash::List,
        "help" | "?" | "-h" | "--help" if more.is_empty() => Slash::Help,
        word if more.is_empty() && nearest_of_incident(word).is_some() => {
            Slash::Unknown(NotUnderstood::of(said, nearest_of_incident(word)))
        }
        _ => Slash::Declare {
            title: unquoted(rest).to_owned(),
        },
    }
}

/// Gives the first word and the rest, both without white space around them.
pub(crate) fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    match text.split_once(char::is_whitespace) {
        Some((first, rest)) => (first, rest.trim()),
        None => (text, ""),
    }
}

/// Gives a title without the quotes that enclose it whole.
fn unquoted(title: &str) -> &str {
    let title = title.trim();
    for family in [
        ['"', '“', '”', '„', '«', '»'].as_slice(),
        &['\'', '‘', '’', '‚'],
    ] {
        let inner = title
            .strip_prefix(family)
            .and_then(|rest| rest.strip_suffix(family));
        // Quotes within mean that those outside need not belong together: “A” and “B”.
        if let Some(inner) = inner.filter(|inner| !inner.contains(family)) {
            return inner.trim();
        }
    }
    title
}
