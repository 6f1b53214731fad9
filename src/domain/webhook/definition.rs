//! Webhooks as admins define them, without their secrets.

use std::str::FromStr;

use crate::notification::{Destination, Recipient};
use crate::string_enum::{ParseEnumError, impl_string_enum, parse_enum};
use crate::{Rejection, Timestamp};

/// The longest name, in characters.
pub const LONGEST_WEBHOOK_NAME: usize = 60;

/// The maximum number of webhooks and PagerDuty services together.
pub const MAX_WEBHOOKS: usize = 50;

/// An outgoing webhook, or a PagerDuty service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Its ID in the store.
    pub id: i64,
    /// Its name, by which recipients address it.
    pub name: String,
    /// Its kind.
    pub kind: WebhookKind,
    /// The URL that receives events; empty for a PagerDuty service. It may contain a password.
    pub url: String,
    /// When it was added.
    pub created_at: Timestamp,
    /// Until when the secret before the rotation signs too; `None` if it was not rotated.
    pub previous_secret_until: Option<Timestamp>,
    /// Why and when it was switched off; `None` while it is on.
    pub switched_off: Option<SwitchedOff>,
}

/// Why and when a webhook was switched off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SwitchedOff {
    /// When.
    pub at: Timestamp,
    /// Why, as a sentence.
    pub reason: String,
}

/// The kind of a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WebhookKind {
    /// It receives Standard Webhooks.
    Webhook,
    /// It is a service of PagerDuty, with Events API v2.
    PagerDuty,
}

impl WebhookKind {
    /// All kinds.
    pub const ALL: [Self; 2] = [Self::Webhook, Self::PagerDuty];

    /// Returns the name in the store and in addresses of pages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::PagerDuty => "pagerduty",
        }
    }

    /// Returns the displayed name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Webhook => "Webhook",
            Self::PagerDuty => "PagerDuty service",
        }
    }

    /// Returns the destination of a notification to the webhook with this name.
    pub fn destination(self, name: &str) -> Destination {
        match self {
            Self::Webhook => Destination::Webhook(name.to_owned()),
            Self::PagerDuty => Destination::PagerDuty(name.to_owned()),
        }
    }
}

impl_string_enum!(WebhookKind);

impl FromStr for WebhookKind {
    type Err = ParseEnumError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse_enum("kind of webhook", text, &Self::ALL, Self::as_str, |kind| {
            kind.as_str() == text
        })
    }
}

impl Webhook {
    /// Returns the recipient that addresses it, such as `@webhook-deploys`.
    pub fn recipient(&self) -> Recipient {
        match self.kind {
            WebhookKind::Webhook => Recipient::Webhook(self.name.clone()),
            WebhookKind::PagerDuty => Recipient::PagerDuty(self.name.clone()),
        }
    }

    /// Returns the URL without a user name, a password and a query.
    pub fn displayed_url(&self) -> String {
        let url = self.url.split(['?', '#']).next().unwrap_or_default();
        let Some((scheme, rest)) = url.split_once("://") else {
            return String::new();
        };
        let (authority, path) = match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        let host = authority.rsplit('@').next().unwrap_or_default();
        format!("{scheme}://{host}{path}")
    }
}

/// Returns a sentence for each recipient that names a webhook or PagerDuty service that does not exist.
pub fn unknown_webhooks(recipients: &[Recipient], webhooks: &[Webhook]) -> Vec<String> {
    let exists = |kind: WebhookKind, name: &str| {
        let mut same_kind = webhooks.iter().filter(|webhook| webhook.kind == kind);
        same_kind.any(|webhook| webhook.name.eq_ignore_ascii_case(name))
    };
    let problems = recipients.iter().filter_map(|recipient| match recipient {
        Recipient::Webhook(name) if !exists(WebhookKind::Webhook, name) => {
            Some(format!("There's no webhook named {name}."))
        }
        Recipient::PagerDuty(name) if !exists(WebhookKind::PagerDuty, name) => {
            Some(format!("There's no PagerDuty service named {name}."))
        }
        Recipient::Webhook(_)
        | Recipient::PagerDuty(_)
        | Recipient::User(_)
        | Recipient::Address(_)
        | Recipient::Commander
        | Recipient::Responders
        | Recipient::Role(_)
        | Recipient::Group(_)
        | Recipient::IncidentChannel => None,
    });
    problems.collect()
}

/// Returns a valid name, or why it is rejected. A name needs no quotes among recipients.
pub fn checked_webhook_name(name: &str) -> Result<String, Rejection> {
    let name = name.trim();
    let length = name.chars().count();
    let is_allowed = |sign: char| sign.is_ascii_alphanumeric() || sign == '-' || sign == '_';
    if length == 0 {
        return Err(Rejection("Enter a name.".to_owned()));
    }
    if length > LONGEST_WEBHOOK_NAME {
        return Err(Rejection(format!(
            "The name has {length} characters, and {LONGEST_WEBHOOK_NAME} is the maximum."
        )));
    }
    if !name.chars().all(is_allowed) {
        return Err(Rejection(
            "A name consists of letters, digits, - and _, such as deploy-bot.".to_owned(),
        ));
    }
    Ok(name.to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn displayed_url_has_no_password_and_no_query() {
        let webhook = |url: &str| Webhook {
            id: 1,
            name: "deploys".to_owned(),
            kind: WebhookKind::Webhook,
            url: url.to_owned(),
            created_at: Timestamp::from_epoch_seconds(0),
            previous_secret_until: None,
            switched_off: None,
        };
        for (url, displayed) in [
            ("https://a.example/x?token=1#y", "https://a.example/x"),
            ("http://me:pw@a.example:8080", "http://a.example:8080"),
            ("https://a.example/u@b", "https://a.example/u@b"),
            ("", ""),
        ] {
            assert_eq!(webhook(url).displayed_url(), displayed);
        }
    }

    #[test]
    fn names_are_words() {
        assert_eq!(checked_webhook_name(" deploy-bot ").unwrap(), "deploy-bot");
        for name in ["", " ", "a b", "ü", "a/b", "a.b", &"a".repeat(61)] {
            assert!(checked_webhook_name(name).is_err(), "{name}");
        }
    }
}
