//! The text format of settings with one entry per line: severity labels, descriptions, reminders
//! and roles.

use std::fmt::Display;

use serde_json::{Map, Value, json};

use crate::Severity;
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
pub fn level_text((severity, said): &(Severity, impl Display)) -> String {
    format!("{severity}: {said}")
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

/// Parses one line per severity: its name, a colon and the value. The first argument is the name of
/// the field and an example for its errors.
pub fn parse_levels(
    (field, example): (&str, &str),
    typed: &str,
    errors: &mut FieldErrors,
    read: impl Fn(&str) -> Option<Value>,
) -> Value {
    let mut said = Map::new();
    for (number, line) in numbered_lines(typed) {
        let read = line.split_once(':').and_then(|(level, rest)| {
            let severity: Severity = level.parse().ok()?;
            Some((severity.to_string(), read(rest.trim())?))
        });
        match read {
            Some((level, _)) if said.contains_key(&level) => {
                errors.add(field, format!("Line {number} names {level} again."));
            }
            Some((level, value)) => {
                said.insert(level, value);
            }
            None => errors.add(field, line_error(number, example)),
        }
    }
    Value::Object(said)
}

/// Parses one line per role: its name, `(one)` or `(several)`, and optionally a colon and its
/// description.
pub fn parse_roles(field: &str, typed: &str, errors: &mut FieldErrors) -> Value {
    let mut roles = Vec::new();
    for (number, line) in numbered_lines(typed) {
        match parse_role(line) {
            Some(role) => roles.push(role),
            None => errors.add(
                field,
                line_error(number, "Scribe (one): Writes down what happens"),
            ),
        }
    }
    Value::Array(roles)
}

fn parse_role(line: &str) -> Option<Value> {
    let said = line.to_ascii_lowercase();
    let found = ["one", "several"].map(|users| {
        let at = said.find(&format!("({users})"))?;
        Some((at, users))
    });
    let (at, users) = found.into_iter().flatten().min()?;
    let (name, rest) = (&line[..at], &line[at + users.len() + 2..]);
    let description = match rest.trim() {
        "" => "",
        rest => rest.strip_prefix(':')?.trim(),
    };
    Some(json!({ "name": name.trim(), "people": users, "description": description }))
}

/// Returns the non-blank lines with their numbers.
fn numbered_lines(typed: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = typed.lines().enumerate();
    lines
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(at, line)| (at + 1, line))
}

fn line_error(number: usize, example: &str) -> String {
    format!("Line {number} cannot be read. Write it as {example}.")
}
