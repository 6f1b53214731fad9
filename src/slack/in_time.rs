//! An answer in time: a disk that hangs must not leave a person with nothing.
//!
//! Slack: after 3 s it shows words of its own, docs.slack.dev/interactivity/handling-user-interaction.

use std::pin::Pin;
use std::time::Duration;

use muster_commands::form::FieldErrors;
use muster_commands::payload::Interaction;

use super::asked::{Clicked, tell_asker};
use super::cards;
use super::listener::{Reply, Request};
use super::words::plain;
use crate::bot::Bot;

/// How long the work on a request may take before the person is told that it takes longer. A store that
/// is locked has said so by then.
const PATIENCE: Duration = Duration::from_millis(2_500);

const TOLD: &str = "This takes longer than Slack waits: the disk of this bot is slow to answer. What you \
                    asked may be stored in a moment, or not at all.";

/// How to answer a request that takes too long.
pub enum Late {
    /// In words that only the person sees.
    Line,
    /// On the form, under this field; the form stays open with all that was typed.
    UnderField(String),
    /// At the person's own address, since Slack shows nothing of the answer.
    Aside(Option<String>),
    /// With no options to choose from.
    NoOptions,
    /// By letting Slack send it again.
    NotYet,
}

impl Late {
    /// Says how to answer a request that takes too long.
    pub fn to(request: &Request) -> Self {
        match request {
            Request::Command(_) => Self::Line,
            Request::Event(_) => Self::NotYet,
            Request::Interaction(Interaction::Submitted(form)) => {
                Self::UnderField(form.first_field.clone())
            }
            Request::Interaction(Interaction::Other(payload)) => {
                match payload["type"].as_str().unwrap_or_default() {
                    "block_suggestion" => Self::NoOptions,
                    _ => Self::Aside(Clicked::read(payload).response_url),
                }
            }
        }
    }

    fn reply(self, bot: &Bot) -> Reply {
        let line = |again| cards::line(vec![plain(format!("{TOLD} {again}"))]);
        match self {
            Self::Line => Reply::Ephemeral(line("Look before you type it again.")),
            Self::UnderField(field) => {
                let again = "Send the form again in a moment: it is done once.";
                let told = format!("{TOLD} {again}");
                Reply::Body(FieldErrors::one(&field, told).to_json())
            }
            Self::Aside(address) => {
                tell_asker(bot, address, line("Look before you click it again."));
                Reply::Nothing
            }
            Self::NoOptions => Reply::Body(serde_json::json!({ "options": [] })),
            Self::NotYet => Reply::NotYet,
        }
    }
}

/// Waits for the work on a request, but no longer than Slack does; then it goes on beside the answer.
pub async fn in_time(
    bot: &Bot,
    mut work: Pin<Box<impl Future<Output = Reply> + Send + 'static>>,
    late: Late,
) -> Reply {
    match tokio::time::timeout(PATIENCE, &mut work).await {
        Ok(reply) => reply,
        Err(_) => {
            tracing::warn!(
                "A request takes longer than {} s, so the person was told; it goes on beside that",
                PATIENCE.as_secs_f32()
            );
            // What it would have said comes too late: Slack takes one answer, and the person was told.
            bot.tasks.spawn(async move { drop(work.await) });
            late.reply(bot)
        }
    }
}
