//! What is said of a payload that lacks what no request can do without.

use std::fmt;

use serde_json::Value;

/// A payload of Slack's that lacks what no request can do without.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// What the payload should have been, such as `view_submission`.
    pub kind: &'static str,
    /// Where the missing value should have stood, as a JSON pointer.
    pub missing: &'static str,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a {} without {}", self.kind, self.missing)
    }
}

impl std::error::Error for Unreadable {}

/// Gives the text at a JSON pointer; what is missing, empty or no text is `None`.
pub(crate) fn text_at<'a>(payload: &'a Value, pointer: &str) -> Option<&'a str> {
    payload
        .pointer(pointer)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
}

/// Gives the text at a JSON pointer that no payload of this kind can do without.
pub(crate) fn needed<'a>(
    payload: &'a Value,
    kind: &'static str,
    pointer: &'static str,
) -> Result<&'a str, Unreadable> {
    text_at(payload, pointer).ok_or(Unreadable {
        kind,
        missing: pointer,
    })
}
