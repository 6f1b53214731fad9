//! Converts errors into replies. Internal errors are logged here, in one place.

use muster_commands::modal::{FieldErrors, ViewSubmission};
use serde_json::Value;

use crate::domain::text::text;
use crate::error::{Error, new_reference};
use crate::slack::blocks::text_message;
use crate::slack::client::Message;

/// Returns the text for the user, in one or two sentences.
fn error_text(error: &Error) -> String {
    match error {
        Error::Rejected(sentence) => sentence.clone(),
        Error::InvalidForm(errors) => errors.to_string(),
        Error::IncidentRequired => error_text(&Error::NotFound("incident")),
        Error::NotFound(what) => format!("This {what} doesn't exist."),
        Error::Conflict => "Someone else changed this meanwhile. Open the form again.".to_owned(),
        Error::Unauthorized => "This request did not come from Slack.".to_owned(),
        Error::StoreUnavailable(reason) => {
            let reference = new_reference();
            tracing::error!(reference, "A request wasn't stored: {reason}");
            format!(
                "Nothing was saved: Muster couldn't write to its database. Try again in a moment. If it \
                 keeps failing, tell your Muster admin. (ref {reference})"
            )
        }
        Error::Internal(cause) => {
            let reference = new_reference();
            tracing::error!(reference, "A request failed: {cause}");
            format!(
                "Something went wrong in Muster, and nothing was changed. Tell your Muster admin. (ref \
                {reference})"
            )
        }
    }
}

/// Returns the error as an ephemeral message.
pub(crate) fn error_message(error: &Error) -> Message {
    text_message(vec![text(error_text(error))])
}

/// Returns the error as a response to a submission: under its fields, or under the first field.
pub(crate) fn error_view_response(error: &Error, form: &ViewSubmission) -> Value {
    if let Error::InvalidForm(errors) = error {
        return errors.to_json();
    }
    FieldErrors::one(&form.first_field, error_text(error)).to_json()
}
