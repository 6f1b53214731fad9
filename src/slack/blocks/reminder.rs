//! Reminders: with their buttons, and after they were answered.

use muster_commands::payload::button_click;
use slack_morphism::prelude::*;

use crate::domain::text::{RichText, format_duration, mention, text};
use crate::domain::{Incident, Reminder, ReminderOutcome, UserId, UserNames};
use crate::slack::blocks::{context_block, mrkdwn, postmortem, rich_text, text_message};
use crate::slack::client::Message;

/// Returns a reminder with its buttons. It mentions the commander, if there is one, unless it is about the postmortem.
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
        Reminder::Update => format!("no update for {long}. What's the latest?"),
        Reminder::Severity => format!("the severity has been UNKNOWN for {long}. How bad is it?"),
    };
    let sentence = addressed_to(incident.commander.as_ref(), question);
    let mut message = text_message(sentence);
    let buttons = button_click::reminder_buttons(incident.id, kind);
    message
        .blocks
        .push(SlackActionsBlock::new(buttons.map(Into::into).to_vec()).into());
    message
}

/// Returns a question to the commander, or to all in the channel if there is none.
fn addressed_to(commander: Option<&UserId>, mut question: String) -> RichText {
    match commander {
        Some(user) => vec![mention(user), text(format!(", {question}"))],
        None => {
            if let Some(first) = question.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            vec![text(question)]
        }
    }
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
