//! The values of settings as fields contain them: names of options, numbers, and one entry per line for
//! severity labels, descriptions, reminders and roles; lists of tables are TOML. The modal and the pages share
//! them.

use std::collections::BTreeMap;
use std::fmt::Display;

use muster_domain::{SettingKind, Severity};
use serde_json::{Map, Value, json};

pub use crate::modal::severity_fields::scale_options;
use crate::toml_value::{parse_list, value_to_toml};

/// The values of a field that is answered with yes or no.
pub const YES: &str = "yes";
/// See [`YES`].
pub const NO: &str = "no";

/// Returns the values of the field of a setting: one, or any number where several can be selected.
pub fn field_values(kind: SettingKind, value: &Value) -> Vec<String> {
    let words = || {
        let list = value.as_array().into_iter().flatten();
        list.filter_map(Value::as_str)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let value = match kind {
        SettingKind::AnyOf(_) => return words(),
        SettingKind::YesNo if value == &Value::Bool(true) => YES.to_owned(),
        SettingKind::YesNo => NO.to_owned(),
        SettingKind::Severities => words().join(" "),
        SettingKind::TextBySeverity { .. } | SettingKind::NumberBySeverity { .. } => {
            level_lines(value)
        }
        SettingKind::Roles => role_lines(value),
        SettingKind::Tables { .. } => value_to_toml(value),
        SettingKind::Number { .. } | SettingKind::Text | SettingKind::OneOf(_) => scalar(value),
    };
    vec![value]
}

/// Parses the values of the field of a setting, or returns the error for the field.
///
/// # Errors
/// Returns the error as a sentence.
pub fn parse_field(kind: SettingKind, values: &[&str]) -> Result<Value, String> {
    let input = values.first().copied().unwrap_or_default();
    let text = |text: &str| Some(json!(text));
    let number = |text: &str| text.parse::<u32>().ok().map(Value::from);
    match kind {
        SettingKind::YesNo => Ok(json!(input == YES)),
        SettingKind::Number { unit, example } => number(input).ok_or_else(|| {
            format!("Enter a whole number of {unit}, such as {example} (0 = never).")
        }),
        SettingKind::Text | SettingKind::OneOf(_) => Ok(json!(input)),
        SettingKind::AnyOf(_) => Ok(json!(values)),
        SettingKind::Severities => Ok(json!(input.split(' ').collect::<Vec<_>>())),
        SettingKind::TextBySeverity { example } => {
            parse_levels(&format!("SEV-2: {example}"), input, text)
        }
        SettingKind::NumberBySeverity { example } => {
            parse_levels(&format!("SEV-1: {example}"), input, number)
        }
        SettingKind::Roles => parse_roles(input),
        SettingKind::Tables { example } => parse_list(example, input),
    }
}

fn scalar(value: &Value) -> String {
    let text = value.as_str().map(str::to_owned);
    text.unwrap_or_else(|| value.to_string())
}

/// Formats values by severity, the worst severity first.
fn level_lines(value: &Value) -> String {
    let levels = value.as_object().into_iter().flatten();
    let levels = levels.filter_map(|(level, value)| Some((level.parse().ok()?, scalar(value))));
    let levels: BTreeMap<Severity, String> = levels.collect();
    let lines: Vec<_> = levels.into_iter().map(|level| level_text(&level)).collect();
    lines.join("\n")
}

fn role_lines(value: &Value) -> String {
    let roles = value.as_array().into_iter().flatten();
    let text = |role: &Value, name: &str| role[name].as_str().unwrap_or_default().to_owned();
    let lines = roles.map(|role| {
        role_text(&RoleText {
            name: text(role, "name"),
            capacity: if role["people"] == "several" {
                "several"
            } else {
                "one"
            },
            description: text(role, "description"),
            incident_type: role["incident_type"].as_i64(),
        })
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A role in the text of the setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleText {
    /// The name.
    pub name: String,
    /// How many users may have the role: `one` or `several`.
    pub capacity: &'static str,
    /// The description; may be empty.
    pub description: String,
    /// The number of the incident type that it is for; `None` for all types.
    pub incident_type: Option<i64>,
}

/// Formats the value of a severity as a line.
pub(crate) fn level_text((severity, value): &(Severity, impl Display)) -> String {
    format!("{severity}: {value}")
}

/// The text before the number of the incident type of a role.
const OF_TYPE: &str = ", incident type ";

/// Formats a role as a line.
pub fn role_text(role: &RoleText) -> String {
    let RoleText {
        name,
        capacity: users,
        description,
        incident_type,
    } = role;
    let only = incident_type.map_or_else(String::new, |it| format!("{OF_TYPE}{it}"));
    match description.as_str() {
        "" => format!("{name} ({users}{only})"),
        description => format!("{name} ({users}{only}): {description}"),
    }
}

/// Parses one line per severity: its name, a colon and the value. Returns the error of the first invalid
/// line, with the example.
pub(crate) fn parse_levels(
    example: &str,
    text: &str,
    read: impl Fn(&str) -> Option<Value>,
) -> Result<Value, String> {
    let mut values = Map::new();
    for (number, text_line) in numbered_lines(text) {
        let read = text_line.split_once(':').and_then(|(level, rest)| {
            let severity: Severity = level.parse().ok()?;
            Some((severity.to_string(), read(rest.trim())?))
        });
        match read {
            Some((level, _)) if values.contains_key(&level) => {
                return Err(format!("Line {number}: {level} is already listed."));
            }
            Some((level, value)) => {
                values.insert(level, value);
            }
            None => return Err(line_error(number, example)),
        }
    }
    Ok(Value::Object(values))
}

/// Parses one line per role: its name, `(one)` or `(several)`, and optionally a colon and its
/// description. `(one, incident type 2)` is for the incidents of one type. Returns the error of the first invalid line.
pub(crate) fn parse_roles(text: &str) -> Result<Value, String> {
    let roles = numbered_lines(text).map(|(number, text_line)| {
        let role = parse_role(text_line);
        role.ok_or_else(|| line_error(number, "Scribe (one): You take notes"))
    });
    Ok(Value::Array(roles.collect::<Result<_, _>>()?))
}

fn parse_role(text_line: &str) -> Option<Value> {
    let lowercase = text_line.to_ascii_lowercase();
    let capacities = ["one", "several"].map(|users| {
        let ends = [")", OF_TYPE].into_iter();
        let at = ends.filter_map(|end| lowercase.find(&format!("({users}{end}")));
        Some((at.min()?, users))
    });
    let (at, users) = capacities.into_iter().flatten().min()?;
    let (name, rest) = (&text_line[..at], &text_line[at + 1 + users.len()..]);
    let (only, rest) = rest.split_once(')')?;
    let incident_type: Option<i64> = match only {
        "" => None,
        only => Some(only.get(OF_TYPE.len()..)?.trim().parse().ok()?),
    };
    let description = match rest.trim() {
        "" => "",
        rest => rest.strip_prefix(':')?.trim(),
    };
    let mut role = json!({ "name": name.trim(), "people": users, "description": description });
    if let Some(incident_type) = incident_type {
        role["incident_type"] = json!(incident_type);
    }
    Some(role)
}

/// Returns the non-blank lines with their numbers.
fn numbered_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate();
    lines
        .filter(|(_, text_line)| !text_line.trim().is_empty())
        .map(|(at, text_line)| (at + 1, text_line))
}

fn line_error(number: usize, example: &str) -> String {
    format!("Line {number}: use the format “{example}”.")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use muster_domain::Settings;

    use super::*;

    #[test]
    fn field_of_each_setting_parses_back_to_its_value() {
        for (setting, value) in Settings::default().values() {
            let fields = field_values(setting.kind, &value);
            let fields: Vec<_> = fields.iter().map(String::as_str).collect();
            assert_eq!(
                parse_field(setting.kind, &fields).unwrap(),
                value,
                "{}",
                setting.key
            );
        }
    }

    #[test]
    fn role_of_one_type_stays_with_it() {
        let value = json!([
            { "name": "Scribe (one)", "people": "several", "description": "", "incident_type": 2 },
            { "name": "Legal", "people": "one", "description": "(one) of two", "incident_type": 12 },
        ]);
        let text = field_values(SettingKind::Roles, &value);
        assert_eq!(
            text,
            [
                "Scribe (one) (several, incident type 2)\nLegal (one, incident type 12): (one) of two"
            ]
        );
        let only = &value.as_array().unwrap()[1..];
        let lines = text[0].lines().skip(1).collect::<Vec<_>>();
        let parsed = parse_field(SettingKind::Roles, &lines).unwrap();
        assert_eq!(parsed, json!(only));
        for wrong in [
            "Legal (one, incident type x)",
            "Legal (one, incident type 2",
        ] {
            assert!(parse_roles(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn levels_are_listed_from_the_worst() {
        let value = json!({ "SEV-10": "Low", "SEV-2": "High", "SEV-1": "Critical" });
        let kind = SettingKind::TextBySeverity { example: "High" };
        assert_eq!(
            field_values(kind, &value),
            ["SEV-1: Critical\nSEV-2: High\nSEV-10: Low"]
        );
    }
}
