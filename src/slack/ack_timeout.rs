//! Acknowledges every request within Slack's deadline, even if the disk hangs.
//!
//! Slack shows its own error after 3 s, docs.slack.dev/interactivity/handling-user-interaction.

use std::pin::Pin;
use std::time::Duration;

use muster_commands::modal::FieldErrors;
use muster_commands::payload::interaction::Interaction;

use crate::app::App;
use crate::slack::blocks::announcement;
use crate::slack::dispatch::{Reply, Request};
use crate::slack::request_context::{BlockAction, reply_ephemeral};
use crate::slack::text::activity::text;

/// The time after which a request is answered with a timeout reply. A locked store has reported its error
/// by then.
const ACK_DEADLINE: Duration = Duration::from_millis(2_500);

const TIMEOUT_TEXT: &str = "This takes longer than Slack waits: the disk of this bot is slow to answer. What you \
                    asked may be stored in a moment, or not at all.";

/// The reply to a request that exceeds the deadline.
pub enum TimeoutReply {
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
    pub fn for_request(request: &Request) -> Self {
        match request {
            Request::Command(_) => Self::Ephemeral,
            Request::Event(_) => Self::Unavailable,
            Request::Interaction(Interaction::ViewSubmission(form)) => {
                Self::FieldError(form.first_field.clone())
            }
            Request::Interaction(Interaction::Other(payload)) => {
                match payload["type"].as_str().unwrap_or_default() {
                    "block_suggestion" => Self::EmptyOptions,
                    _ => Self::ResponseUrl(BlockAction::from_payload(payload).response_url),
                }
            }
        }
    }

    fn into_reply(self, app: &App) -> Reply {
        let line =
            |again| announcement::text_message(vec![text(format!("{TIMEOUT_TEXT} {again}"))]);
        match self {
            Self::Ephemeral => Reply::Ephemeral(line("Look before you type it again.")),
            Self::FieldError(field) => {
                let again = "Send the form again in a moment: it is done once.";
                let told = format!("{TIMEOUT_TEXT} {again}");
                Reply::Body(FieldErrors::one(&field, told).to_json())
            }
            Self::ResponseUrl(address) => {
                reply_ephemeral(app, address, line("Look before you click it again."));
                Reply::Nothing
            }
            Self::EmptyOptions => Reply::Body(serde_json::json!({ "options": [] })),
            Self::Unavailable => Reply::Unavailable,
        }
    }
}

/// Runs the work with the ack deadline. Work that exceeds it continues in the background.
pub async fn with_ack_deadline(
    app: &App,
    mut work: Pin<Box<impl Future<Output = Reply> + Send + 'static>>,
    late: TimeoutReply,
) -> Reply {
    match tokio::time::timeout(ACK_DEADLINE, &mut work).await {
        Ok(reply) => reply,
        Err(_) => {
            tracing::warn!(
                "A request takes longer than {} s, so the person was told; it goes on beside that",
                ACK_DEADLINE.as_secs_f32()
            );
            // Its reply is dropped: Slack accepts one response per request, and the timeout reply was
            // sent.
            app.tasks.spawn(async move { drop(work.await) });
            late.into_reply(app)
        }
    }
}
