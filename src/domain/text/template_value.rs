//! The value of a variable, as text and as Markdown. Text of users is escaped where it enters Markdown, so that it
//! cannot be a link, a heading or a mention.

use super::markdown::{encode_url, escape_text, format_url, single_line, text_lines};

/// The text of a variable without a value inside a sentence.
const NO_VALUE: &str = "—";

/// The value of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TemplateValue {
    /// A text, which may have several lines; empty if there is no value.
    Text(String),
    /// Several texts; empty if there is no value.
    List(Vec<String>),
    /// Items of a list, in Markdown; empty if there is no value.
    Items(Vec<String>),
    /// An address; empty if there is no value.
    Url(String),
    /// A link; empty if there is no value.
    Link {
        /// The text of the link.
        text: String,
        /// The address.
        url: String,
    },
}

impl From<&str> for TemplateValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for TemplateValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<String>> for TemplateValue {
    fn from(items: Vec<String>) -> Self {
        Self::List(items)
    }
}

impl TemplateValue {
    /// Creates the value of an address.
    pub(crate) fn url(url: Option<&str>) -> Self {
        Self::Url(url.unwrap_or_default().to_owned())
    }

    /// Returns the value in a subject.
    pub(crate) fn as_plain_text(&self) -> String {
        let text = match self {
            Self::Text(text) => single_line(text),
            Self::List(items) | Self::Items(items) => join_lines(items),
            Self::Url(url) => url.clone(),
            Self::Link { text, .. } => single_line(text),
        };
        match text.is_empty() {
            true => NO_VALUE.to_owned(),
            false => text,
        }
    }

    /// Returns a value inside a sentence, as Markdown, after the beginning of the sentence.
    pub(crate) fn as_words(&self, before: &str) -> String {
        let words = match self {
            Self::Text(text) => escape_text(&single_line(text)),
            Self::List(items) => escape_text(&join_lines(items)),
            Self::Items(items) => items.join("; ").replace("\\\n  ", " "),
            // Between brackets of the template, the address itself is what Markdown expects.
            Self::Url(url) if before.ends_with(['(', '<']) => encode_url(url),
            Self::Url(_) | Self::Link { .. } => self.as_link(),
        };
        match words.is_empty() {
            true => NO_VALUE.to_owned(),
            false => words,
        }
    }

    /// Returns a value in a line of its own, as Markdown; `None` if it is empty.
    pub(crate) fn as_paragraph(&self, indent: &str) -> Option<String> {
        let rows: Vec<String> = match self {
            Self::Text(text) => text_lines(text).map(|it| escape_text(&it)).collect(),
            Self::List(items) => items
                .iter()
                .map(|item| format!("* {}", escape_text(&single_line(item))))
                .collect(),
            Self::Items(items) => items.iter().map(|item| list_item(item, indent)).collect(),
            Self::Url(_) | Self::Link { .. } => vec![self.as_link()],
        };
        let line_break = match self {
            Self::Text(_) => "\\\n",
            Self::List(_) | Self::Items(_) | Self::Url(_) | Self::Link { .. } => "\n",
        };
        let text = rows.join(&format!("{line_break}{indent}"));
        (!text.is_empty()).then(|| format!("{indent}{text}"))
    }

    /// Returns an address or a link as Markdown; empty if the address is.
    fn as_link(&self) -> String {
        match self {
            Self::Url(url) if !url.is_empty() => format_url(&encode_url(url)),
            Self::Link { text, url } if !url.is_empty() => {
                format!("[{}]({})", escape_text(&single_line(text)), encode_url(url))
            }
            Self::Text(_) | Self::List(_) | Self::Items(_) | Self::Url(_) | Self::Link { .. } => {
                String::new()
            }
        }
    }
}

/// Returns an item of a list. Its further lines are indented already, by as much as the item's mark.
fn list_item(item: &str, indent: &str) -> String {
    format!("* {}", item.replace('\n', &format!("\n{indent}")))
}

fn join_lines(items: &[String]) -> String {
    let items: Vec<_> = items.iter().map(|item| single_line(item)).collect();
    items.join(", ")
}
