//! The error for a payload that lacks a required value.

use std::fmt;

use serde_json::Value;

/// The error for a payload that lacks a required value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayloadError {
    /// The type of the payload, such as `view_submission`.
    pub kind: &'static str,
    /// The JSON pointer of the missing value.
    pub missing: &'static str,
}

impl fmt::Display for PayloadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {} payload has no {}", self.kind, self.missing)
    }
}

impl std::error::Error for PayloadError {}

/// Returns the text at a JSON pointer; `None` if it is missing, empty or not a text.
pub(crate) fn text_at<'a>(payload: &'a Value, path: &str) -> Option<&'a str> {
    payload
        .pointer(path)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
}

/// Returns the text at a JSON pointer, or a `PayloadError` if it is missing.
pub(crate) fn required_text<'a>(
    payload: &'a Value,
    kind: &'static str,
    path: &'static str,
) -> Result<&'a str, PayloadError> {
    text_at(payload, path).ok_or(PayloadError {
        kind,
        missing: path,
    })
}
