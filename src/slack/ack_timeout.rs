//! Acknowledges every request within Slack's deadline, even if the disk hangs.
//!
//! Slack shows its own error after 3 s, docs.slack.dev/interactivity/handling-user-interaction.

use std::pin::Pin;
use std::time::Duration;

use muster_commands::modal::FieldErrors;
use muster_commands::payload::interaction::Interaction;

use crate::app::App;
use crate::domain::text::text;
use crate::slack::blocks::text_message;
use crate::slack::notify::{Placement, send_response};
use crate::slack::request::{Acknowledgement, Request};
use crate::slack::request_context::response_url;

/// The time after which a request is answered with a timeout reply. A locked store has reported its error
/// by then.
const ACK_DEADLINE: Duration = Duration::from_millis(2_500);

const TIMEOUT_TEXT: &str = "This is taking too long: Muster's disk is slow to respond. Your request may or \
    may not be saved.";

/// The reply to a request that exceeds the deadline.
pub(crate) enum TimeoutReply {
    /// An ephemeral message.
    Ephemeral,
    /// An error on this field of the modal, which stays open with its input.
    FieldError(String),
    /// A message to the response URL, because Slack ignores the response body of a click.
    ResponseUrl(Option<String>),
    /// An empty list of options.
    EmptyOptions,
    /// A failure status, so that Slack redelivers the request.
    Unavailable,
}

impl TimeoutReply {
    /// Returns the timeout reply for a request.
    pub(crate) fn for_request(request: &Request) -> Self {
        match request {
            Request::Command(_) => Self::Ephemeral,
            Request::Event(_) => Self::Unavailable,
            Request::Interaction(Interaction::ViewSubmission(form)) => {
                Self::FieldError(form.first_field.clone())
            }
            Request::Interaction(Interaction::Other(payload)) => {
                match payload["type"].as_str().unwrap_or_default() {
                    "block_suggestion" => Self::EmptyOptions,
                    _ => Self::ResponseUrl(response_url(payload)),
                }
            }
        }
    }

    fn into_acknowledgement(self, app: &App) -> Acknowledgement {
        let message = |advice| text_message(vec![text(format!("{TIMEOUT_TEXT} {advice}"))]);
        match self {
            Self::Ephemeral => {
                Acknowledgement::Ephemeral(message("Check before you type it again."))
            }
            Self::FieldError(field) => {
                let advice = "Submit the form again in a moment: it's applied only once.";
                let error = FieldErrors::one(&field, format!("{TIMEOUT_TEXT} {advice}"));
                Acknowledgement::Body(error.to_json())
            }
            Self::ResponseUrl(url) => {
                let message = message("Check before you click it again.");
                send_response(app, url, message, Placement::New);
                Acknowledgement::Empty
            }
            Self::EmptyOptions => Acknowledgement::Body(serde_json::json!({ "options": [] })),
            Self::Unavailable => Acknowledgement::Unavailable,
        }
    }
}

/// Runs the work with the ack deadline. Work that exceeds it continues in the background.
pub(crate) async fn with_ack_deadline(
    app: &App,
    mut work: Pin<Box<impl Future<Output = Acknowledgement> + Send + 'static>>,
    timeout_reply: TimeoutReply,
) -> Acknowledgement {
    match tokio::time::timeout(ACK_DEADLINE, &mut work).await {
        Ok(acknowledgement) => acknowledgement,
        Err(_) => {
            tracing::warn!(
                "A request takes longer than {} s; the user was informed and it continues in the background",
                ACK_DEADLINE.as_secs_f32()
            );
            // Its reply is dropped: Slack accepts one response per request, and the timeout reply was
            // sent.
            app.tasks.spawn(async move { drop(work.await) });
            timeout_reply.into_acknowledgement(app)
        }
    }
}
