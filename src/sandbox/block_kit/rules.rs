//! Evaluates the tables: checks a JSON value against a rule and collects the violations.

use serde_json::Value;

use super::{Surface, Violation, composition, elements, rich_text};

/// Collects violations.
#[derive(Default)]
pub(super) struct Violations {
    pub(super) list: Vec<Violation>,
}

impl Violations {
    /// Adds a violation.
    pub(super) fn add(&mut self, path: &str, text: &str) {
        self.list.push(Violation {
            path: path.to_owned(),
            text: text.to_owned(),
        });
    }
}

/// The fields of a JSON object. Other fields are rejected.
pub(super) struct Shape {
    pub(super) fields: &'static [Field],
    /// Checks that concern several fields.
    pub(super) extra_check: fn(&mut Violations, &str, &Value),
}

/// A field: its name, whether it is required, and its rule.
pub(super) struct Field(
    pub(super) &'static str,
    pub(super) Presence,
    pub(super) Rule,
);

/// Whether a field is required.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    Required,
    Optional,
}

/// The rule for a value.
#[derive(Clone, Copy)]
pub(super) enum Rule {
    /// A string, with its minimum and maximum length in characters.
    Str(usize, usize),
    /// One of these strings.
    OneOf(&'static [&'static str]),
    Bool,
    /// An integer between these bounds, inclusive.
    Int(i64, i64),
    /// A string of this pattern, such as `dddd-dd-dd` (d: a digit).
    Pattern(&'static str),
    /// A string that contains a decimal number.
    Number,
    /// A `plain_text` object, with its maximum length in characters.
    PlainText(usize),
    /// A `plain_text` or `mrkdwn` object, with its maximum length in characters.
    Text(usize),
    /// An object of this shape.
    Object(&'static Shape),
    /// An array, with its minimum and maximum length and the rule for each item.
    Array(usize, usize, &'static Self),
    /// An interactive element (or text object) of one of these types.
    Element(&'static [&'static str]),
    /// The elements of a `rich_text` block or field.
    RichText,
    /// Any JSON object.
    AnyObject,
}

/// The location of a value and its surface.
#[derive(Clone)]
pub(super) struct Location {
    pub(super) surface: Surface,
    pub(super) path: String,
}

impl Location {
    /// Returns the location of a field or item of this value.
    pub(super) fn child(&self, step: impl std::fmt::Display) -> Self {
        Self {
            surface: self.surface,
            path: format!("{}/{step}", self.path),
        }
    }
}

/// For shapes without checks that concern several fields.
pub(super) fn no_extra_check(_: &mut Violations, _: &str, _: &Value) {}

/// Checks an object. The caller has checked `type`.
pub(super) fn check_shape(
    violations: &mut Violations,
    location: &Location,
    value: &Value,
    shape: &Shape,
) {
    let Some(object) = value.as_object() else {
        violations.add(&location.path, "must provide an object");
        return;
    };
    for Field(name, need, _) in shape.fields {
        if *need == Presence::Required && !object.contains_key(*name) {
            violations.add(&location.path, &format!("missing required field: {name}"));
        }
    }
    for (name, value) in object {
        match shape.fields.iter().find(|field| field.0 == name) {
            Some(Field(_, _, rule)) => check(violations, &location.child(name), value, *rule),
            None if name == "type" => {}
            None => violations.add(
                &location.path,
                &format!("invalid additional property: {name}"),
            ),
        }
    }
    (shape.extra_check)(violations, &location.path, value);
}

pub(super) fn check(violations: &mut Violations, location: &Location, value: &Value, rule: Rule) {
    match rule {
        Rule::Str(least, most) => check_length(violations, &location.path, value, least, most),
        Rule::OneOf(names) if value.as_str().is_some_and(|name| names.contains(&name)) => {}
        Rule::OneOf(_) => violations.add(&location.path, "must be a valid enum value"),
        Rule::Bool if value.is_boolean() => {}
        Rule::Bool => violations.add(&location.path, "must provide a boolean"),
        Rule::Int(least, most) => check_int(violations, &location.path, value, least, most),
        Rule::Pattern(form)
            if value
                .as_str()
                .is_some_and(|text| matches_pattern(text, form)) => {}
        Rule::Pattern(_) => violations.add(&location.path, "must match the required format"),
        Rule::Number
            if value
                .as_str()
                .is_some_and(|text| text.parse::<f64>().is_ok()) => {}
        Rule::Number => violations.add(&location.path, "must provide a number as a string"),
        Rule::PlainText(most) => {
            composition::check_text(violations, location, value, &["plain_text"], most);
        }
        Rule::Text(most) => {
            composition::check_text(violations, location, value, &["plain_text", "mrkdwn"], most);
        }
        Rule::Object(shape) => check_shape(violations, location, value, shape),
        Rule::Array(least, most, each) => {
            check_array(violations, location, value, least, most);
            for (n, item) in value.as_array().into_iter().flatten().enumerate() {
                check(violations, &location.child(n), item, *each);
            }
        }
        Rule::Element(types) => elements::check(violations, location, value, types),
        Rule::RichText => rich_text::check(violations, location, value),
        Rule::AnyObject if value.is_object() => {}
        Rule::AnyObject => violations.add(&location.path, "must provide an object"),
    }
}

fn check_length(violations: &mut Violations, path: &str, value: &Value, least: usize, most: usize) {
    let Some(text) = value.as_str() else {
        violations.add(path, "must provide a string");
        return;
    };
    let length = text.chars().count();
    if length < least {
        violations.add(path, &format!("must be more than {} characters", least - 1));
    }
    if length > most {
        violations.add(path, &format!("must be less than {} characters", most + 1));
    }
}

fn check_int(violations: &mut Violations, path: &str, value: &Value, least: i64, most: i64) {
    match value.as_i64() {
        None => violations.add(path, "must provide an integer"),
        Some(number) if number < least => {
            violations.add(path, &format!("must be greater than or equal to {least}"));
        }
        Some(number) if number > most => {
            violations.add(path, &format!("must be less than or equal to {most}"));
        }
        Some(_) => {}
    }
}

fn check_array(
    violations: &mut Violations,
    location: &Location,
    value: &Value,
    least: usize,
    most: usize,
) {
    let Some(items) = value.as_array() else {
        violations.add(&location.path, "must provide an array");
        return;
    };
    if items.len() < least {
        violations.add(
            &location.path,
            &format!("must provide at least {least} items"),
        );
    }
    if items.len() > most {
        violations.add(
            &location.path,
            &format!("no more than {most} items allowed"),
        );
    }
}

fn matches_pattern(text: &str, pattern: &str) -> bool {
    text.len() == pattern.len()
        && text
            .chars()
            .zip(pattern.chars())
            .all(|(c, expected)| match expected {
                'd' => c.is_ascii_digit(),
                _ => c == expected,
            })
}
