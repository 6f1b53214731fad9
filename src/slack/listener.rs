//! What Slack asks, whichever door it came in by, and what it is answered.

use serde_json::Value;

use crate::bot::Bot;
use crate::slack::client::Message;

/// What Slack asks. HTTP and Socket Mode hand on the same.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// A slash command: the fields of its form.
    Command(Value),
    /// A click, a submitted form, a message action, a question for options: the payload.
    Interaction(Value),
    /// Something that happened: the body.
    Event(Value),
}

/// What Slack is answered.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// Nothing but that it arrived.
    Nothing,
    /// Words that only the person sees.
    Ephemeral(Message),
    /// The body of an answer: errors of a form, another form, options.
    Body(Value),
    /// The word that proves an address ours.
    Challenge(String),
}

/// Answers one request. Whatever happens, Slack gets an answer that it can show.
pub async fn answer(bot: &Bot, request: Request) -> Reply {
    let _ = (bot, request);
    Reply::Nothing
}
