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
    pub(super) fn add(&mut self, pointer: &str, text: &str) {
        self.list.push(Violation {
            path: pointer.to_owned(),
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
pub(super) fn check_shape(report: &mut Violations, place: &Location, value: &Value, shape: &Shape) {
    let Some(object) = value.as_object() else {
        report.add(&place.path, "must provide an object");
        return;
    };
    for Field(name, need, _) in shape.fields {
        if *need == Presence::Required && !object.contains_key(*name) {
            report.add(&place.path, &format!("missing required field: {name}"));
        }
    }
    for (name, value) in object {
        match shape.fields.iter().find(|field| field.0 == name) {
            Some(Field(_, _, rule)) => check(report, &place.child(name), value, *rule),
            None if name == "type" => {}
            None => report.add(&place.path, &format!("invalid additional property: {name}")),
        }
    }
    (shape.extra_check)(report, &place.path, value);
}

pub(super) fn check(report: &mut Violations, place: &Location, value: &Value, rule: Rule) {
    match rule {
        Rule::Str(least, most) => check_length(report, &place.path, value, (least, most)),
        Rule::OneOf(words) => {
            if !value.as_str().is_some_and(|word| words.contains(&word)) {
                report.add(&place.path, "must be a valid enum value");
            }
        }
        Rule::Bool if value.is_boolean() => {}
        Rule::Bool => report.add(&place.path, "must provide a boolean"),
        Rule::Int(least, most) => check_int(report, &place.path, value, (least, most)),
        Rule::Pattern(form) => {
            if !value
                .as_str()
                .is_some_and(|text| matches_pattern(text, form))
            {
                report.add(&place.path, "must match the required format");
            }
        }
        Rule::Number => {
            let number = value.as_str().map(str::parse::<f64>);
            if !matches!(number, Some(Ok(_))) {
                report.add(&place.path, "must provide a number as a string");
            }
        }
        Rule::PlainText(most) => {
            composition::check_text(report, place, value, (&["plain_text"], most))
        }
        Rule::Text(most) => {
            composition::check_text(report, place, value, (&["plain_text", "mrkdwn"], most));
        }
        Rule::Object(shape) => check_shape(report, place, value, shape),
        Rule::Array(least, most, each) => check_array(report, place, value, (least, most, each)),
        Rule::Element(types) => elements::check(report, place, value, types),
        Rule::RichText => rich_text::check(report, place, value),
        Rule::AnyObject if value.is_object() => {}
        Rule::AnyObject => report.add(&place.path, "must provide an object"),
    }
}

fn check_length(
    report: &mut Violations,
    pointer: &str,
    value: &Value,
    (least, most): (usize, usize),
) {
    let Some(text) = value.as_str() else {
        report.add(pointer, "must provide a string");
        return;
    };
    let length = text.chars().count();
    if length < least {
        report.add(
            pointer,
            &format!("must be more than {} characters", least - 1),
        );
    }
    if length > most {
        report.add(
            pointer,
            &format!("must be less than {} characters", most + 1),
        );
    }
}

fn check_int(report: &mut Violations, pointer: &str, value: &Value, (least, most): (i64, i64)) {
    match value.as_i64() {
        None => report.add(pointer, "must provide an integer"),
        Some(number) if number < least => {
            report.add(
                pointer,
                &format!("must be greater than or equal to {least}"),
            );
        }
        Some(number) if number > most => {
            report.add(pointer, &format!("must be less than or equal to {most}"));
        }
        Some(_) => {}
    }
}

fn check_array(
    report: &mut Violations,
    place: &Location,
    value: &Value,
    (least, most, each): (usize, usize, &'static Rule),
) {
    let Some(items) = value.as_array() else {
        report.add(&place.path, "must provide an array");
        return;
    };
    if items.len() < least {
        report.add(&place.path, &format!("must provide at least {least} items"));
    }
    if items.len() > most {
        report.add(&place.path, &format!("no more than {most} items allowed"));
    }
    for (n, item) in items.iter().enumerate() {
        check(report, &place.child(n), item, *each);
    }
}

fn matches_pattern(text: &str, form: &str) -> bool {
    text.len() == form.len()
        && text
            .chars()
            .zip(form.chars())
            .all(|(c, wanted)| match wanted {
                'd' => c.is_ascii_digit(),
                _ => c == wanted,
            })
}
