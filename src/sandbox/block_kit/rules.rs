//! Reads the tables: checks one JSON value against one rule, and notes what is wrong where.

use serde_json::Value;

use super::{Problem, Surface, composition, elements, rich_text};

/// Collects problems.
#[derive(Default)]
pub(super) struct Report {
    pub(super) problems: Vec<Problem>,
}

impl Report {
    /// Notes a problem.
    pub(super) fn add(&mut self, pointer: &str, text: &str) {
        self.problems.push(Problem {
            pointer: pointer.to_owned(),
            text: text.to_owned(),
        });
    }
}

/// What a JSON object may hold. Whatever it does not name is refused.
pub(super) struct Shape {
    pub(super) fields: &'static [Field],
    /// What concerns several fields at once.
    pub(super) also: fn(&mut Report, &str, &Value),
}

/// One field: its name, whether it must be there, and its rule.
pub(super) struct Field(pub(super) &'static str, pub(super) Need, pub(super) Rule);

/// Whether a field must be there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    Must,
    May,
}

/// What a value may be.
#[derive(Clone, Copy)]
pub(super) enum Rule {
    /// A string of so many characters, from and to.
    Words(usize, usize),
    /// One of these strings.
    OneOf(&'static [&'static str]),
    Bool,
    /// A whole number, from and to.
    Int(i64, i64),
    /// A string of this form, such as `dddd-dd-dd` (d: a digit).
    Digits(&'static str),
    /// A decimal number in a string.
    Number,
    /// A `plain_text` object of at most so many characters.
    Plain(usize),
    /// A `plain_text` or `mrkdwn` object of at most so many characters.
    Text(usize),
    /// An object of this shape.
    Object(&'static Shape),
    /// An array with so many items, from and to, each of this rule.
    Many(usize, usize, &'static Self),
    /// An interactive element (or text) of one of these types.
    Element(&'static [&'static str]),
    /// What stands in a `rich_text` block or field.
    RichText,
    /// Any JSON object.
    AnyObject,
}

/// Where a value stands and on what surface.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) surface: Surface,
    pub(super) pointer: String,
}

impl Place {
    /// Gives the place of a field or item within this one.
    pub(super) fn at(&self, step: impl std::fmt::Display) -> Self {
        Self {
            surface: self.surface,
            pointer: format!("{}/{step}", self.pointer),
        }
    }
}

/// Nothing more to check.
pub(super) fn nothing_more(_: &mut Report, _: &str, _: &Value) {}

/// Checks an object. `type` is known already and not looked at.
pub(super) fn check_shape(report: &mut Report, place: &Place, value: &Value, shape: &Shape) {
    let Some(object) = value.as_object() else {
        report.add(&place.pointer, "must provide an object");
        return;
    };
    for Field(name, need, _) in shape.fields {
        if *need == Need::Must && !object.contains_key(*name) {
            report.add(&place.pointer, &format!("missing required field: {name}"));
        }
    }
    for (name, value) in object {
        match shape.fields.iter().find(|field| field.0 == name) {
            Some(Field(_, _, rule)) => check(report, &place.at(name), value, *rule),
            None if name == "type" => {}
            None => report.add(
                &place.pointer,
                &format!("invalid additional property: {name}"),
            ),
        }
    }
    (shape.also)(report, &place.pointer, value);
}

/// Checks a value.
pub(super) fn check(report: &mut Report, place: &Place, value: &Value, rule: Rule) {
    match rule {
        Rule::Words(least, most) => check_length(report, &place.pointer, value, (least, most)),
        Rule::OneOf(words) => {
            if !value.as_str().is_some_and(|word| words.contains(&word)) {
                report.add(&place.pointer, "must be a valid enum value");
            }
        }
        Rule::Bool if value.is_boolean() => {}
        Rule::Bool => report.add(&place.pointer, "must provide a boolean"),
        Rule::Int(least, most) => check_int(report, &place.pointer, value, (least, most)),
        Rule::Digits(form) => {
            if !value.as_str().is_some_and(|text| has_form(text, form)) {
                report.add(&place.pointer, "must match the required format");
            }
        }
        Rule::Number => {
            let number = value.as_str().map(str::parse::<f64>);
            if !matches!(number, Some(Ok(_))) {
                report.add(&place.pointer, "must provide a number as a string");
            }
        }
        Rule::Plain(most) => composition::check_text(report, place, value, (&["plain_text"], most)),
        Rule::Text(most) => {
            composition::check_text(report, place, value, (&["plain_text", "mrkdwn"], most));
        }
        Rule::Object(shape) => check_shape(report, place, value, shape),
        Rule::Many(least, most, each) => check_many(report, place, value, (least, most, each)),
        Rule::Element(types) => elements::check(report, place, value, types),
        Rule::RichText => rich_text::check(report, place, value),
        Rule::AnyObject if value.is_object() => {}
        Rule::AnyObject => report.add(&place.pointer, "must provide an object"),
    }
}

fn check_length(report: &mut Report, pointer: &str, value: &Value, (least, most): (usize, usize)) {
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

fn check_int(report: &mut Report, pointer: &str, value: &Value, (least, most): (i64, i64)) {
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

fn check_many(
    report: &mut Report,
    place: &Place,
    value: &Value,
    (least, most, each): (usize, usize, &'static Rule),
) {
    let Some(items) = value.as_array() else {
        report.add(&place.pointer, "must provide an array");
        return;
    };
    if items.len() < least {
        report.add(
            &place.pointer,
            &format!("must provide at least {least} items"),
        );
    }
    if items.len() > most {
        report.add(
            &place.pointer,
            &format!("no more than {most} items allowed"),
        );
    }
    for (n, item) in items.iter().enumerate() {
        check(report, &place.at(n), item, *each);
    }
}

fn has_form(text: &str, form: &str) -> bool {
    text.len() == form.len()
        && text
            .chars()
            .zip(form.chars())
            .all(|(c, wanted)| match wanted {
                'd' => c.is_ascii_digit(),
                _ => c == wanted,
            })
}
