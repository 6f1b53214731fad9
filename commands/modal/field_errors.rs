//! The error messages below the fields of a modal.

use std::collections::BTreeMap;
use std::fmt;

use muster_domain::title_error;
use serde_json::{Value, json};

/// The error messages of a rejected submission by field.
///
/// The modal stays open and keeps its values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldErrors(BTreeMap<String, String>);

impl FieldErrors {
    /// Returns the errors of a modal with one invalid field.
    pub fn one(field: &str, sentence: impl Into<String>) -> Self {
        let mut errors = Self::default();
        errors.add(field, sentence);
        errors
    }

    /// Adds an error to a field. The first error of a field is not replaced.
    pub fn add(&mut self, field: &str, sentence: impl Into<String>) {
        self.0
            .entry(field.to_owned())
            .or_insert_with(|| sentence.into());
    }

    /// Returns the title of an incident as entered, and adds an error to its field if it is invalid.
    pub(crate) fn check_title(&mut self, field: &str, input: &str) -> String {
        if let Some(trouble) = title_error(input) {
            self.add(field, trouble);
        }
        input.to_owned()
    }

    /// Adds the errors of other fields.
    pub fn merge(&mut self, other: Self) {
        for (field, sentence) in other.0 {
            self.add(&field, sentence);
        }
    }

    /// Returns whether there are no errors.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns each invalid field with its error, ordered by field name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(field, sentence)| (field.as_str(), sentence.as_str()))
    }

    /// Returns the response to a `view_submission` that shows the errors.
    ///
    /// Slack: `errors` by `block_id`, docs.slack.dev/surfaces/modals.
    pub fn to_json(&self) -> Value {
        json!({ "response_action": "errors", "errors": self.0 })
    }

    /// Returns the value, or the errors if there are any.
    ///
    /// # Errors
    /// Returns itself if there are errors.
    pub fn into_result<T>(self, read: T) -> Result<T, Self> {
        if self.is_empty() { Ok(read) } else { Err(self) }
    }
}

impl fmt::Display for FieldErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, sentence) in self.0.values().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            f.write_str(sentence)?;
        }
        Ok(())
    }
}

impl std::error::Error for FieldErrors {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_error_of_a_field_is_not_replaced() {
        let mut errors = FieldErrors::one("title", "First.");
        errors.add("title", "Second.");
        errors.add("signals", "Third.");
        let expected = json!({
            "response_action": "errors",
            "errors": { "title": "First.", "signals": "Third." },
        });
        assert_eq!(errors.to_json(), expected);
        assert_eq!(
            errors.into_result(()).map_err(|errors| errors.is_empty()),
            Err(false)
        );
        assert_eq!(FieldErrors::default().into_result(7), Ok(7));
    }
}
