//! Errors, as people are told of them. Each is logged here, once.

use muster_commands::form::{FieldErrors, Submission};
use serde_json::Value;

use super::cards;
use super::client::Message;
use super::words::plain;
use crate::error::Error;

/// How many signs the reference to the log has.
const REFERENCE: usize = 4;

/// Gives what a person is told of an error, in a sentence or two.
pub fn sentence(error: &Error) -> String {
    match error {
        Error::Refused(sentence) => sentence.clone(),
        Error::Form(errors) => errors.to_string(),
        Error::NotFound(what) => format!("There is no such {what}."),
        Error::Unauthorized => "This request did not come from Slack.".to_owned(),
        Error::NotStored(reason) => {
            let reference = reference();
            tracing::error!(reference, "Nothing of a request was stored: {reason}");
            format!(
                "Nothing was stored, and nobody was told: the store did not take it. Try again in a \
                 moment; if it stays so, tell whoever runs this bot. (ref {reference})"
            )
        }
        Error::Internal(cause) => {
            let reference = reference();
            tracing::error!(reference, "A request broke: {cause}");
            format!("Something broke on our side and nothing was changed. (ref {reference})")
        }
    }
}

/// Gives an error as a line that only the person sees.
pub fn line(error: &Error) -> Message {
    cards::line(vec![plain(sentence(error))])
}

/// Gives an error as the answer to a form: under its fields, or under its first one.
pub fn on_form(error: &Error, form: &Submission) -> Value {
    if let Error::Form(errors) = error {
        return errors.to_json();
    }
    FieldErrors::one(&form.first_field, sentence(error)).to_json()
}

/// A word that stands both in the log and before the person, so that one finds the other.
fn reference() -> String {
    const SIGNS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    (0..REFERENCE)
        .map(|_| char::from(SIGNS[rand::random_range(0..SIGNS.len())]))
        .collect()
}
