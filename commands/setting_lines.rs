//! Settings that are written one line each: what is said of the levels of severity, and the roles.

use std::fmt::Display;

use serde_json::{Map, Value, json};

use crate::Severity;
use crate::form::FieldErrors;

/// A role, as it is written on a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleLine {
    /// What it is called.
    pub name: String,
    /// How many people may have it: `one` or `several`.
    pub people: &'static str,
    /// What it is about; may be empty.
    pub description: String,
}

/// Gives what is said of a level, as a line.
pub fn level_line((severity, said): &(Severity, impl Display)) -> String {
    format!("{severity}: {said}")
}

/// Gives a role, as a line.
pub fn role_line(role: &RoleLine) -> String {
    let RoleLine {
        name,
        people,
        description,
    } = role;
    match description.as_str() {
        "" => format!("{name} ({people})"),
        description => format!("{name} ({people}): {description}"),
    }
}

/// Reads a line for each level: its word, a colon, and what is said of it. `field` is where they were typed,
/// with an example.
pub fn by_level(
    (field, example): (&str, &str),
    typed: &str,
    errors: &mut FieldErrors,
    read: impl Fn(&str) -> Option<Value>,
) -> Value {
    let mut said = Map::new();
    for (number, line) in written(typed) {
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
            None => errors.add(field, unreadable(number, example)),
        }
    }
    Value::Object(said)
}

/// Reads a line for each role: its name, in brackets how many people may have it, a colon, and what it is about.
pub fn roles_of(field: &str, typed: &str, errors: &mut FieldErrors) -> Value {
    let mut roles = Vec::new();
    for (number, line) in written(typed) {
        match role(line) {
            Some(role) => roles.push(role),
            None => errors.add(
                field,
                unreadable(number, "Scribe (one): Writes down what happens"),
            ),
        }
    }
    Value::Array(roles)
}

fn role(line: &str) -> Option<Value> {
    let said = line.to_ascii_lowercase();
    let found = ["one", "several"].map(|people| {
        let at = said.find(&format!("({people})"))?;
        Some((at, people))
    });
    let (at, people) = found.into_iter().flatten().min()?;
    let (name, rest) = (&line[..at], &line[at + people.len() + 2..]);
    let description = match rest.trim() {
        "" => "",
        rest => rest.strip_prefix(':')?.trim(),
    };
    Some(json!({ "name": name.trim(), "people": people, "description": description }))
}

/// Gives the lines on which something stands, each with its number.
fn written(typed: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = typed.lines().enumerate();
    lines
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(at, line)| (at + 1, line))
}

fn unreadable(number: usize, example: &str) -> String {
    format!("Line {number} cannot be read. Write it as {example}.")
}
