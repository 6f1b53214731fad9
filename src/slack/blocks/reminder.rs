//! Reminders, with their buttons.

use muster_commands::payload::button_click;
use slack_morphism::prelude::*;

use crate::domain::text::format_duration;
use crate::domain::text::{Span, text};
use crate::domain::{Incident, Reminder};
use crate::slack::blocks::text_message;
use crate::slack::client::Message;

/// Returns a reminder with its buttons. It mentions the commander.
pub(crate) fn reminder(incident: &Incident, kind: Reminder, since: chrono::Duration) -> Message {
    let long = format_duration(chrono::Duration::minutes(since.num_minutes()));
    let sentence = match kind {
        Reminder::Update => format!(", no update for {long}. What's the latest?"),
        Reminder::Severity => format!(", the severity has been UNKNOWN for {long}. How bad is it?"),
    };
    let sentence = vec![Span::Mention(incident.commander.clone()), text(sentence)];
    let mut message = text_message(sentence);
    let buttons = button_click::reminder_buttons(incident.id, kind);
    message
        .blocks
        .push(SlackActionsBlock::new(buttons.map(Into::into).to_vec()).into());
    message
}
