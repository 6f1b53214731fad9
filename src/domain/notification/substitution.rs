//! The substitution of the variables of a template.
//!
//! Text of users is inserted after the template was split at its variables, so it cannot contain one; and it
//! is escaped where it enters Markdown, so that it cannot be a link, a heading or a mention.

use crate::notification::values::TemplateValue;
use crate::notification::{TemplateValues, variables};
use crate::text::markdown::{escape_line, format_url};
use crate::text::truncate;

/// The start of a variable.
const OPEN: &str = "{{";
/// The end of a variable.
const CLOSE: &str = "}}";

/// The text of a variable without a value inside a sentence.
const NO_VALUE: &str = "—";

/// The longest subject, in characters: the longest title and some words.
const LONGEST_FILLED_SUBJECT: usize = 400;

/// A part of a line of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Segment<'t> {
    /// Text between variables.
    Text(&'t str),
    /// The name of a variable.
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
        segments.push(Segment::Variable(name.trim()));
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

impl TemplateValues<'_> {
    /// Returns a subject with the values in place of its variables: one line of plain text.
    pub fn fill_in_subject(&self, subject: &str) -> String {
        let mut filled = String::new();
        for segment in segments(&single_line(subject)) {
            match segment {
                Segment::Text(text) | Segment::Unclosed(text) => filled.push_str(text),
                Segment::Variable(name) => filled.push_str(&as_plain_text(&self.value(name))),
            }
        }
        truncate(&single_line(&filled), LONGEST_FILLED_SUBJECT)
    }

    /// Returns a body with the values in place of its variables, as Markdown. A line that consists of a variable
    /// without a value is omitted.
    pub fn fill_in_body(&self, body: &str) -> String {
        let mut filled: Vec<String> = Vec::new();
        let mut is_after_omitted = false;
        for template_line in body.lines() {
            let is_blank = template_line.trim().is_empty();
            let is_redundant =
                is_after_omitted && is_blank && filled.last().is_none_or(String::is_empty);
            if is_redundant {
                continue;
            }
            is_after_omitted = false;
            match self.fill_in_line(template_line) {
                Some(text) => filled.push(text),
                None => is_after_omitted = true,
            }
        }
        filled.join("\n").trim_end().to_owned()
    }

    /// Returns a filled-in line of a body; `None` if it is omitted.
    fn fill_in_line(&self, template_line: &str) -> Option<String> {
        let segments = segments(template_line);
        if let Some(name) = only_variable(&segments) {
            let indent_end = template_line.len() - template_line.trim_start().len();
            return as_paragraph(&self.value(name), &template_line[..indent_end]);
        }
        let mut filled = String::new();
        for segment in segments {
            match segment {
                Segment::Text(text) | Segment::Unclosed(text) => filled.push_str(text),
                Segment::Variable(name) => {
                    let text = as_words(&self.value(name), &filled);
                    filled.push_str(&text);
                }
            }
        }
        Some(filled.trim_end().to_owned())
    }

    fn value(&self, name: &str) -> TemplateValue {
        match variables::find(name) {
            Some(variable) => (variable.value)(self),
            None => self.custom_field(name),
        }
    }
}

/// Returns the name of a variable that is alone in its line.
fn only_variable<'t>(segments: &[Segment<'t>]) -> Option<&'t str> {
    let is_blank =
        |segment: &&Segment<'t>| !matches!(segment, Segment::Text(text) if text.trim().is_empty());
    let mut visible = segments.iter().filter(is_blank);
    match (visible.next(), visible.next()) {
        (Some(Segment::Variable(name)), None) => Some(name),
        (Some(Segment::Text(_) | Segment::Unclosed(_) | Segment::Variable(_)) | None, _) => None,
    }
}

/// Returns a value in a subject.
fn as_plain_text(value: &TemplateValue) -> String {
    let text = match value {
        TemplateValue::Text(text) => single_line(text),
        TemplateValue::List(items) => join_lines(items),
        TemplateValue::Url(url) => url.clone(),
        TemplateValue::Link { text, .. } => single_line(text),
    };
    match text.is_empty() {
        true => NO_VALUE.to_owned(),
        false => text,
    }
}

/// Returns a value inside a sentence, as Markdown, after the beginning of the sentence.
fn as_words(value: &TemplateValue, before: &str) -> String {
    let words = match value {
        TemplateValue::Text(text) => escape(&single_line(text)),
        TemplateValue::List(items) => escape(&join_lines(items)),
        // Between brackets of the template, the address itself is what Markdown expects.
        TemplateValue::Url(url) if before.ends_with(['(', '<']) => encode_url(url),
        TemplateValue::Url(_) | TemplateValue::Link { .. } => as_link(value),
    };
    match words.is_empty() {
        true => NO_VALUE.to_owned(),
        false => words,
    }
}

/// Returns a value in a line of its own, as Markdown; `None` if it is empty.
fn as_paragraph(value: &TemplateValue, indent: &str) -> Option<String> {
    let rows: Vec<String> = match value {
        TemplateValue::Text(text) => lines(text).map(|it| escape(&it)).collect(),
        TemplateValue::List(items) => items
            .iter()
            .map(|item| format!("* {}", escape(&single_line(item))))
            .collect(),
        TemplateValue::Url(_) | TemplateValue::Link { .. } => vec![as_link(value)],
    };
    let line_break = match value {
        TemplateValue::Text(_) => "\\\n",
        TemplateValue::List(_) | TemplateValue::Url(_) | TemplateValue::Link { .. } => "\n",
    };
    let text = rows.join(&format!("{line_break}{indent}"));
    (!text.is_empty()).then(|| format!("{indent}{text}"))
}

/// Returns an address or a link as Markdown; empty if the address is.
fn as_link(value: &TemplateValue) -> String {
    match value {
        TemplateValue::Url(url) if !url.is_empty() => format_url(&encode_url(url)),
        TemplateValue::Link { text, url } if !url.is_empty() => {
            format!("[{}]({})", escape(&single_line(text)), encode_url(url))
        }
        TemplateValue::Text(_)
        | TemplateValue::List(_)
        | TemplateValue::Url(_)
        | TemplateValue::Link { .. } => String::new(),
    }
}

/// Escapes one line of text for Markdown, also where renderers make links and mentions of plain text.
fn escape(text: &str) -> String {
    escape_line(text)
        .replace("://", "\\://")
        .replace("www.", "www\\.")
        .replace("WWW.", "WWW\\.")
        .replace('@', "\\@")
        // A body that is edited is filled in again.
        .replace('{', "\\{")
}

/// Encodes the characters of an address that Markdown would read. The address stays equivalent.
fn encode_url(url: &str) -> String {
    let mut encoded = String::with_capacity(url.len());
    for sign in url.chars() {
        match sign {
            '<' | '>' | '(' | ')' | '[' | ']' | '\\' | '`' | '"' | '|' | ' ' => {
                encoded.push_str(&format!("%{:02X}", u32::from(sign)));
            }
            sign if sign.is_control() => {}
            sign => encoded.push(sign),
        }
    }
    encoded
}

fn join_lines(items: &[String]) -> String {
    let items: Vec<_> = items.iter().map(|item| single_line(item)).collect();
    items.join(", ")
}

/// Returns the lines that are not blank, without control characters.
fn lines(text: &str) -> impl Iterator<Item = String> {
    let lines = text.split([
        '\n', '\r', '\u{B}', '\u{C}', '\u{85}', '\u{2028}', '\u{2029}',
    ]);
    lines.map(single_line).filter(|it| !it.is_empty())
}

/// Returns a text in one line. Control characters become blanks; marks that reverse the direction of the rest of
/// the line are removed.
pub(super) fn single_line(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {}
            sign if sign.is_control() || sign.is_whitespace() => {
                if !joined.is_empty() && !joined.ends_with(' ') {
                    joined.push(' ');
                }
            }
            sign => joined.push(sign),
        }
    }
    joined.trim_end().to_owned()
}
