//! Reminders: with their buttons, and after they were answered.

use muster_commands::payload::button_click;
use slack_morphism::prelude::*;

use crate::domain::text::format_duration;
use crate::domain::text::{Span, text};
use crate::domain::{Incident, Reminder, ReminderOutcome, UserNames};
use crate::slack::blocks::{context_block, mrkdwn, postmortem, rich_text, text_message};
use crate::slack::client::Message;

/// Returns a reminder with its buttons. It mentions the commander, unless it is about the postmortem.
pub(crate) fn reminder(
    incident: &Incident,
    kind: Reminder,
    since: chrono::Duration,
    names: &UserNames,
) -> Message {
    let long = format_duration(chrono::Duration::minutes(since.num_minutes()));
    let question = match kind {
        Reminder::Postmortem => {
            let lines = [postmortem::channel_reminder_text(incident, &long)];
            return Message {
                text: rich_text::fallback_text(&lines, names),
                blocks: vec![
                    rich_text::rich_text_block(&lines, names),
                    postmortem::reminder_buttons(incident),
                ],
            };
        }
        Reminder::Update => format!(", no update for {long}. What's the latest?"),
        Reminder::Severity => format!(", the severity has been UNKNOWN for {long}. How bad is it?"),
    };
    let sentence = vec![Span::Mention(incident.commander.clone()), text(question)];
    let mut message = text_message(sentence);
    let buttons = button_click::reminder_buttons(incident.id, kind);
    message
        .blocks
        .push(SlackActionsBlock::new(buttons.map(Into::into).to_vec()).into());
    message
}

/// Returns a reminder that was answered, postponed, stopped or repeated: one line without buttons.
pub(crate) fn closed_reminder(outcome: &ReminderOutcome, names: &UserNames) -> Message {
    let name = |user| mrkdwn::user_name(user, names);
    let text = match outcome {
        ReminderOutcome::Answered { user, at } => {
            format!("Answered by {}, {}.", name(user), mrkdwn::time(*at))
        }
        ReminderOutcome::Snoozed { user, until } => {
            format!("Snoozed by {} until {}.", name(user), mrkdwn::time(*until))
        }
        ReminderOutcome::Stopped { user } => format!("Reminders stopped by {}.", name(user)),
        ReminderOutcome::Repeated { at } => format!("Reminded again, {}.", mrkdwn::time(*at)),
        ReminderOutcome::Obsolete => "This reminder is no longer needed.".to_owned(),
    };
    Message {
        blocks: vec![context_block(&text)],
        text,
    }
}
