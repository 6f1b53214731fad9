//! The request to add a link.

use serde::{Deserialize, Serialize};

use crate::link::http_url::{with_lowercase_scheme, without_scheme};
use crate::text::truncate;

/// The longest name of a document, in characters. Slack: a bookmark's title has at most 256.
pub const LONGEST_NAME: usize = 200;

/// The kind of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// A document, such as a runbook or notebook.
    Document,
    /// The chat outside Slack.
    Chat,
    /// The video call.
    Call,
}

/// A request to add a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddLink {
    /// The kind.
    pub kind: LinkKind,
    /// The URL: `http` or `https`.
    pub url: String,
    /// The name of a document; empty for the other kinds.
    pub title: String,
}

impl LinkKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Document, Self::Chat, Self::Call];

    /// Returns the name of the kind within a sentence.
    pub fn label(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Chat => "chat",
            Self::Call => "video call",
        }
    }
}

impl AddLink {
    /// Creates a link. The name of a document defaults to its URL.
    pub fn new(kind: LinkKind, url: &str, title: &str) -> Self {
        let url = with_lowercase_scheme(url);
        let title = match kind {
            LinkKind::Document if title.is_empty() => title_from_url(&url),
            LinkKind::Document => title.to_owned(),
            LinkKind::Chat | LinkKind::Call => String::new(),
        };
        Self { kind, url, title }
    }
}

/// Returns the default name of a document: `wiki.example.com/runbook`.
fn title_from_url(url: &str) -> String {
    let rest = without_scheme(url).unwrap_or(url);
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    truncate(rest[..end].trim_end_matches('/'), 80)
}
