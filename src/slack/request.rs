//! A request from Slack and its acknowledgement, the same over HTTP and Socket Mode.

use muster_commands::payload::interaction::Interaction;
use serde_json::Value;

use crate::slack::client::Message;

/// A request from Slack.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Request {
    /// A slash command, as its form fields.
    Command(Value),
    /// An interaction: block action, submission, message action, shortcut or options request.
    Interaction(Interaction),
    /// The body of an event.
    Event(Value),
}

/// The response to a request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Acknowledgement {
    /// An empty acknowledgement.
    Empty,
    /// An ephemeral message.
    Ephemeral(Message),
    /// A response body: errors of a modal, another view or options.
    Body(Value),
    /// A failure status, so that Slack redelivers the request.
    Unavailable,
    /// The challenge of a URL verification.
    Challenge(String),
}
