//! The text format of settings with one entry per line: severity labels, descriptions, reminders
//! and roles.

use std::fmt::Display;

use muster_domain::Severity;
use serde_json::{Map, Value, json};

use crate::modal::FieldErrors;

/// A role in the text of the setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleText {
    /// The name.
    pub name: String,
    /// How many users may have the role: `one` or `several`.
    pub capacity: &'static str,
    /// The description; may be empty.
    pub description: String,
}

/// Formats the value of a severity as a line.
pub(crate) fn level_text((severity, value): &(Severity, impl Display)) -> String {
    format!("{severity}: {value}")
}

/// Formats a role as a line.
pub fn role_text(role: &RoleText) -> String {
    let RoleText {
        name,
        capacity: users,
        description,
    } = role;
    match description.as_str() {
        "" => format!("{name} ({users})"),
        description => format!("{name} ({users}): {description}"),
    }
}

/// Parses one line per severity: its name, a colon and the value. The example is shown in errors.
pub(crate) fn parse_levels(
    field: &str,
    example: &str,
    text: &str,
    errors: &mut FieldErrors,
    read: impl Fn(&str) -> Option<Value>,
) -> Value {
    let mut values = Map::new();
    for (number, text_line) in numbered_lines(text) {
        let read = text_line.split_once(':').and_then(|(level, rest)| {
            let severity: Severity = level.parse().ok()?;
            Some((severity.to_string(), read(rest.trim())?))
        });
        match read {
            Some((level, _)) if values.contains_key(&level) => {
                errors.add(field, format!("Line {number} names {level} again."));
            }
            Some((level, value)) => {
                values.insert(level, value);
            }
            None => errors.add(field, line_error(number, example)),
        }
    }
    Value::Object(values)
}

/// Parses one line per role: its name, `(one)` or `(several)`, and optionally a colon and its
/// description.
pub(crate) fn parse_roles(field: &str, text: &str, errors: &mut FieldErrors) -> Value {
    let mut roles = Vec::new();
    for (number, text_line) in numbered_lines(text) {
        match parse_role(text_line) {
            Some(role) => roles.push(role),
            None => errors.add(
                field,
                line_error(number, "Scribe (one): Writes down what happens"),
            ),
        }
    }
    Value::Array(roles)
}

fn parse_role(text_line: &str) -> Option<Value> {
    let lowercase = text_line.to_ascii_lowercase();
    let capacities = ["one", "several"].map(|users| {
        let at = lowercase.find(&format!("({users})"))?;
        Some((at, users))
    });
    let (at, users) = capacities.into_iter().flatten().min()?;
    let (name, rest) = (&text_line[..at], &text_line[at + users.len() + 2..]);
    let description = match rest.trim() {
        "" => "",
        rest => rest.strip_prefix(':')?.trim(),
    };
    Some(json!({ "name": name.trim(), "people": users, "description": description }))
}

/// Returns the non-blank lines with their numbers.
fn numbered_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate();
    lines
        .filter(|(_, text_line)| !text_line.trim().is_empty())
        .map(|(at, text_line)| (at + 1, text_line))
}

fn line_error(number: usize, example: &str) -> String {
    format!("Line {number} cannot be read. Write it as {example}.")
}
