//! The substitution of the variables of a template.
//!
//! Text of users is inserted after the template was split at its variables, so it cannot contain one; and it
//! is escaped where it enters Markdown, so that it cannot be a link, a heading or a mention.

use crate::notification::{TemplateValues, variables};
use crate::text::markdown::{is_code_fence, single_line};
use crate::text::{TemplateValue, truncate};

/// The start of a variable.
const OPEN: &str = "{{";
/// The end of a variable.
const CLOSE: &str = "}}";

/// The longest subject, in characters: the longest title and some words.
const LONGEST_FILLED_SUBJECT: usize = 400;

/// A part of a line of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Segment<'t> {
    /// Text between variables.
    Text(&'t str),
    /// The name of a variable, as it is written between the brackets.
    Variable(&'t str),
    /// The rest of a line with a variable that is not closed.
    Unclosed(&'t str),
}

/// Splits a line of a template at its variables.
pub(super) fn segments(template_line: &str) -> Vec<Segment<'_>> {
    let mut segments = Vec::new();
    let mut rest = template_line;
    while let Some((before, after)) = rest.split_once(OPEN) {
        if !before.is_empty() {
            segments.push(Segment::Text(before));
        }
        let name = after.split_once(CLOSE);
        let Some((name, after)) = name.filter(|(name, _)| !name.contains(OPEN)) else {
            segments.push(Segment::Unclosed(&rest[before.len()..]));
            return segments;
        };
        segments.push(Segment::Variable(name));
        rest = after;
    }
    if !rest.is_empty() {
        segments.push(Segment::Text(rest));
    }
    segments
}

/// Returns the position of the first variable of a text that is not closed.
pub fn unclosed_variable(text: &str) -> Option<usize> {
    let mut start = 0;
    for template_line in text.split_inclusive('\n') {
        if let Some(Segment::Unclosed(rest)) = segments(template_line).last() {
            return Some(start + template_line.len() - rest.len());
        }
        start += template_line.len();
    }
    None
}

/// The values of the variables of a text.
pub(crate) trait VariableValues {
    /// Returns the value of a variable; `None` if there is no such variable, which stays as it is written.
    fn value(&self, name: &str) -> Option<TemplateValue>;

    /// Returns whether variables in fenced code are replaced.
    fn fills_in_code(&self) -> bool;
}

impl VariableValues for TemplateValues<'_> {
    fn value(&self, name: &str) -> Option<TemplateValue> {
        let field_or_alias = || match self.has_custom_field(name) {
            true => None,
            false => variables::find_by_alias(name),
        };
        Some(match variables::find(name).or_else(field_or_alias) {
            Some(variable) => (variable.value)(self),
            None => self.custom_field(name),
        })
    }

    fn fills_in_code(&self) -> bool {
        true
    }
}

impl TemplateValues<'_> {
    /// Returns a subject with the values in place of its variables: one line of plain text.
    pub fn fill_in_subject(&self, subject: &str) -> String {
        let mut filled = String::new();
        for segment in segments(&single_line(subject)) {
            match segment {
                Segment::Text(text) | Segment::Unclosed(text) => filled.push_str(text),
                Segment::Variable(name) => {
                    let value = self.value(name.trim());
                    filled.push_str(&value.map_or_else(String::new, |it| it.as_plain_text()));
                }
            }
        }
        truncate(&single_line(&filled), LONGEST_FILLED_SUBJECT)
    }

    /// Returns a body with the values in place of its variables, as Markdown. A line that consists of a variable
    /// without a value is omitted.
    pub fn fill_in_body(&self, body: &str) -> String {
        fill_in(body, self)
    }
}

/// Returns a text with the values in place of its variables, as Markdown. A line that consists of a variable
/// without a value is omitted.
pub(crate) fn fill_in(body: &str, values: &impl VariableValues) -> String {
    let mut filled: Vec<String> = Vec::new();
    let mut previous = FilledLine::Text(String::new());
    let mut is_in_code = false;
    for template_line in body.lines() {
        is_in_code ^= is_code_fence(template_line);
        let is_blank = template_line.trim().is_empty();
        let is_omitted = matches!(previous, FilledLine::Omitted);
        if is_omitted && is_blank && filled.last().is_none_or(String::is_empty) {
            continue;
        }
        if matches!(previous, FilledLine::List(_)) && !is_blank {
            filled.push(String::new());
        }
        previous = match is_in_code && !values.fills_in_code() {
            true => FilledLine::Text(template_line.to_owned()),
            false => fill_in_line(template_line, values),
        };
        match &mut previous {
            FilledLine::Text(text) | FilledLine::List(text) => filled.push(std::mem::take(text)),
            FilledLine::Omitted => {}
        }
    }
    filled.join("\n").trim_end().to_owned()
}

/// A line of a text with the values of its variables.
enum FilledLine {
    /// Text.
    Text(String),
    /// A list in Markdown, which the next line must not continue.
    List(String),
    /// Nothing: it consists of a variable without a value.
    Omitted,
}

fn fill_in_line(template_line: &str, values: &impl VariableValues) -> FilledLine {
    let segments = segments(template_line);
    if let Some(value) = only_variable(&segments).and_then(|name| values.value(name)) {
        let indent_end = template_line.len() - template_line.trim_start().len();
        return match (value.as_paragraph(&template_line[..indent_end]), &value) {
            (None, _) => FilledLine::Omitted,
            (Some(text), TemplateValue::Items(_)) => FilledLine::List(text),
            (
                Some(text),
                TemplateValue::Text(_)
                | TemplateValue::List(_)
                | TemplateValue::Url(_)
                | TemplateValue::Link { .. },
            ) => FilledLine::Text(text),
        };
    }
    let mut filled = String::new();
    for segment in segments {
        match segment {
            Segment::Text(text) | Segment::Unclosed(text) => filled.push_str(text),
            Segment::Variable(name) => match values.value(name.trim()) {
                Some(value) => filled.push_str(&value.as_words(&filled)),
                None => filled.push_str(&format!("{OPEN}{name}{CLOSE}")),
            },
        }
    }
    FilledLine::Text(filled.trim_end().to_owned())
}

/// Returns the name of a variable that is alone in its line.
fn only_variable<'t>(segments: &[Segment<'t>]) -> Option<&'t str> {
    let is_blank =
        |segment: &&Segment<'t>| !matches!(segment, Segment::Text(text) if text.trim().is_empty());
    let mut visible = segments.iter().filter(is_blank);
    match (visible.next(), visible.next()) {
        (Some(Segment::Variable(name)), None) => Some(name.trim()),
        (Some(Segment::Text(_) | Segment::Unclosed(_) | Segment::Variable(_)) | None, _) => None,
    }
}
