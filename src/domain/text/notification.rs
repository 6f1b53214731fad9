//! Notifications as text: who was notified of what.

use super::{RichText, Span, rich};
use crate::notification::Recipient;
use crate::text::{TITLE_PREVIEW, truncate};
use crate::{ChannelId, SlackGroup};

/// The maximum number of recipients that a sentence lists.
const LISTED_RECIPIENTS: usize = 6;

/// Returns the predicate of a notification that a user sent, or the sentence of one that a rule sent.
pub(super) fn notification_sent_text(
    subject: Option<&String>,
    rule: Option<&String>,
    recipients: &[Recipient],
) -> RichText {
    let mut text = match rule {
        Some(rule) => rich![format!("The rule “{rule}” notified ")],
        None => rich![" notified "],
    };
    text.extend(recipients_text(recipients));
    match subject {
        Some(subject) => text.push(Span::from(format!(
            ": “{}”.",
            truncate(subject, TITLE_PREVIEW)
        ))),
        None => text.push(Span::from(".")),
    }
    text
}

/// Returns the recipients, separated by commas. The sentence does not mention users.
pub fn recipients_text(recipients: &[Recipient]) -> RichText {
    let mut text = RichText::new();
    for recipient in recipients.iter().take(LISTED_RECIPIENTS) {
        if !text.is_empty() {
            text.push(Span::from(", "));
        }
        text.push(recipient_span(recipient));
    }
    match recipients.len().saturating_sub(LISTED_RECIPIENTS) {
        0 => {}
        1 => text.push(Span::from(" and 1 more")),
        more => text.push(Span::from(format!(" and {more} more"))),
    }
    text
}

fn recipient_span(recipient: &Recipient) -> Span {
    match recipient {
        Recipient::User(user) => Span::User(user.clone()),
        Recipient::Commander => Span::from("the incident commander"),
        Recipient::Responders => Span::from("the responders"),
        Recipient::Role(role) => Span::from(role.clone()),
        Recipient::Group(SlackGroup::Channel(channel)) => Span::Channel(ChannelId::clone(channel)),
        Recipient::IncidentChannel => Span::from("the incident's channel"),
        Recipient::Webhook(name) => Span::from(format!("the webhook {name}")),
        Recipient::PagerDuty(name) => Span::from(format!("the PagerDuty service {name}")),
        Recipient::Address(_) | Recipient::Group(_) => Span::from(recipient.to_string()),
    }
}
