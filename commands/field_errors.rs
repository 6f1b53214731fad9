//! What to show a person under which field of a form.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Value, json};

/// The sentences to show under the fields of a form that cannot be taken as it is.
///
/// The form stays open and keeps all that was filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldErrors(BTreeMap<String, String>);

impl FieldErrors {
    /// Gives the errors of a form in which one field is wrong.
    pub fn one(field: &str, sentence: impl Into<String>) -> Self {
        let mut errors = Self::default();
        errors.add(field, sentence);
        errors
    }

    /// Adds a sentence under a field; the first that a field was given stays.
    pub fn add(&mut self, field: &str, sentence: impl Into<String>) {
        self.0
            .entry(field.to_owned())
            .or_insert_with(|| sentence.into());
    }

    /// Tells whether the form can be taken as it is.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Gives each field that is wrong with its sentence, in the order of the fields' names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(field, sentence)| (field.as_str(), sentence.as_str()))
    }

    /// Gives the answer to a `view_submission` that shows each sentence under its field.
    ///
    /// Slack: `errors` by `block_id`, docs.slack.dev/surfaces/modals.
    pub fn to_json(&self) -> Value {
        json!({ "response_action": "errors", "errors": self.0 })
    }

    /// Gives what was read, or the errors if there are any.
    pub fn or<T>(self, read: T) -> Result<T, Self> {
        if self.is_empty() { Ok(read) } else { Err(self) }
    }
}

impl fmt::Display for FieldErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, sentence) in self.0.values().enumerate() {
            if place > 0 {
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
    fn the_first_sentence_under_a_field_stays() {
        let mut errors = FieldErrors::one("title", "First.");
        errors.add("title", "Second.");
        errors.add("signals", "Third.");
        let expected = json!({
            "response_action": "errors",
            "errors": { "title": "First.", "signals": "Third." },
        });
        assert_eq!(errors.to_json(), expected);
        assert_eq!(
            errors.or(()).map_err(|errors| errors.is_empty()),
            Err(false)
        );
        assert_eq!(FieldErrors::default().or(7), Ok(7));
    }
}
