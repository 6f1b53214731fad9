//! Replies to the user who declared an incident.

use crate::domain::text::{Span, activity_text, text};
use crate::domain::{Activity, DeliveryKind, Incident, TimelineEvent, UserNames};
use crate::slack::blocks::activity::message_with_retry_buttons;
use crate::slack::blocks::text_message;
use crate::slack::client::Message;

/// Returns the reply to the user who declared the incident, sent where they declared it.
pub fn private_reply(incident: &Incident, failure: Option<&Activity>) -> Message {
    let mut sentence = vec![text(format!("Declared {}. ", incident.id))];
    match (&incident.channel, failure) {
        (Some(channel), None) => sentence.extend([
            text("Head to "),
            Span::Channel(channel.id.clone()),
            text("."),
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
                format!("Your change to {id} is saved, but isn't posted in its channel. ")
            } else {
                format!("{id} is saved, but has no channel. ")
            })];
            sentence.extend(activity_text(failure).into_iter().flatten());
        }
        (None, None) => sentence.push(text("Its channel is being created.")),
    }
    let failures: Vec<_> = failure.into_iter().cloned().collect();
    message_with_retry_buttons(&failures, vec![sentence], &UserNames::default())
}

/// Returns the reply in the thread of the message from which the incident was declared.
pub fn thread_reply(incident: &Incident) -> Message {
    let mut sentence = vec![text(format!(
        "Declared {} from this message. ",
        incident.id
    ))];
    match &incident.channel {
        Some(channel) => {
            sentence.extend([
                text("Head to "),
                Span::Channel(channel.id.clone()),
                text("."),
            ]);
        }
        None => sentence.push(text("Its channel is being created.")),
    }
    text_message(sentence)
}
