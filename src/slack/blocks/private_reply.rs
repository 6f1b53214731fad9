//! Replies to the user who declared an incident.

use crate::domain::text::{Span, activity_text, text};
use crate::domain::{Activity, DeliveryKind, Incident, TimelineEvent, UserNames};
use crate::slack::blocks::activity::message_with_retry_buttons;
use crate::slack::blocks::text_message;
use crate::slack::client::Message;

/// Returns the reply to the user who declared the incident, sent where they declared it.
pub fn private_reply(incident: &Incident, failure: Option<&Activity>) -> Message {
    let mut sentence = vec![text(format!("{} is declared: ", incident.id))];
    match (&incident.channel, failure) {
        (Some(channel), None) => sentence.extend([
            Span::Channel(channel.id.clone()),
            text(" is its channel, and you are in it."),
        ]),
        (_, Some(failure)) => {
            let is_activity = matches!(
                failure.event,
                TimelineEvent::DeliveryFailed {
                    delivery_kind: DeliveryKind::PostActivity,
                    ..
                }
            );
            let id = incident.id;
            sentence = vec![text(if is_activity {
                format!("What you did for {id} is stored, but its channel was not told. ")
            } else {
                format!("{id} is stored, but it has no channel. ")
            })];
            sentence.extend(activity_text(failure).into_iter().flatten());
        }
        (None, None) => sentence.push(text("its channel is on its way.")),
    }
    let failures: Vec<_> = failure.into_iter().cloned().collect();
    message_with_retry_buttons(&failures, vec![sentence], &UserNames::default())
}

/// Returns the reply in the thread of the message from which the incident was declared.
pub fn thread_reply(incident: &Incident) -> Message {
    let mut sentence = vec![text(format!(
        "{} is declared because of this: ",
        incident.id
    ))];
    match &incident.channel {
        Some(channel) => {
            sentence.extend([Span::Channel(channel.id.clone()), text(" is its channel.")]);
        }
        None => sentence.push(text("its channel is on its way.")),
    }
    text_message(sentence)
}
