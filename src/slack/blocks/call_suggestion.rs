//! The prompt to use a posted URL as the video call of an incident.

use muster_commands::suggest_call;
use slack_morphism::prelude::*;

use crate::domain::text::{link, text, truncate};
use crate::slack::blocks::{HEADER_LIMIT, text_message};
use crate::slack::client::Message;

/// Returns the prompt to use a posted URL as the incident's call.
pub fn call_suggestion(url: &str) -> Message {
    let question = vec![
        text("Use as this incident's call? "),
        link(truncate(url, HEADER_LIMIT), url),
    ];
    let mut message = text_message(question);
    let button = suggest_call::suggest_call_button(url).into();
    message
        .blocks
        .push(SlackActionsBlock::new(vec![button]).into());
    message
}
