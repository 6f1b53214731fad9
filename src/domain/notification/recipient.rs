//! Recipients of notifications, as users and rules name them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::notification::MailAddress;
use crate::{SlackGroup, UserId};

/// The longest name of a role, webhook or PagerDuty service.
const LONGEST_NAME: usize = 80;

/// A recipient of a notification. It is stored and entered as text: see [`Recipient::from_str`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Recipient {
    /// A Slack user: by mail if the address is known, otherwise by direct message.
    User(UserId),
    /// A mail address.
    Address(MailAddress),
    /// The incident commander.
    Commander,
    /// All responders.
    Responders,
    /// The users with this role.
    Role(String),
    /// The members of a user group, or a Slack channel.
    Group(SlackGroup),
    /// The incident's channel.
    IncidentChannel,
    /// The outgoing webhook with this name.
    Webhook(String),
    /// The PagerDuty service with this name.
    PagerDuty(String),
}

impl Recipient {
    /// Returns the user, if the recipient is one.
    pub fn user(&self) -> Option<&UserId> {
        match self {
            Self::User(user) => Some(user),
            Self::Address(_)
            | Self::Commander
            | Self::Responders
            | Self::Role(_)
            | Self::Group(_)
            | Self::IncidentChannel
            | Self::Webhook(_)
            | Self::PagerDuty(_) => None,
        }
    }
}

impl Recipient {
    /// Returns the recipient as words, without the name of a user.
    pub fn description(&self) -> String {
        match self {
            Self::User(_) => "a user".to_owned(),
            Self::Commander => "the incident commander".to_owned(),
            Self::Responders => "the responders".to_owned(),
            Self::Role(role) => role.clone(),
            Self::IncidentChannel => "the incident's channel".to_owned(),
            Self::Webhook(name) => format!("the webhook {name}"),
            Self::PagerDuty(name) => format!("the PagerDuty service {name}"),
            Self::Address(_) | Self::Group(_) => self.to_string(),
        }
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(user) => write!(f, "<@{user}>"),
            Self::Address(address) => address.fmt(f),
            Self::Commander => f.write_str("@commander"),
            Self::Responders => f.write_str("@responders"),
            Self::Role(role) => write!(f, "@role:{role}"),
            Self::Group(group) => group.fmt(f),
            Self::IncidentChannel => f.write_str("@incident-slack-channel"),
            Self::Webhook(name) => write!(f, "@webhook-{name}"),
            Self::PagerDuty(name) => write!(f, "@pagerduty-{name}"),
        }
    }
}

impl From<Recipient> for String {
    fn from(recipient: Recipient) -> Self {
        recipient.to_string()
    }
}

impl TryFrom<String> for Recipient {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl FromStr for Recipient {
    type Err = String;

    /// Parses `<@U0ALICE0001>`, a mail address, `@commander`, `@responders`, `@role:Scribe`,
    /// `@incident-slack-channel`, `@webhook-name`, `@pagerduty-name`, `#channel`, `@user-group`, or the ID of
    /// a user, channel or user group. The handles are Datadog's where it has one.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if let Some(user) = user_id(text) {
            return Ok(Self::User(user));
        }
        if let Some(role) = text.strip_prefix("@role:") {
            return named(role).map(Self::Role);
        }
        match text.to_lowercase().as_str() {
            "@commander" => return Ok(Self::Commander),
            "@responders" => return Ok(Self::Responders),
            "@incident-slack-channel" => return Ok(Self::IncidentChannel),
            _ => {}
        }
        if let Some(name) = text.strip_prefix("@webhook-") {
            return named(name).map(Self::Webhook);
        }
        if let Some(name) = text.strip_prefix("@pagerduty-") {
            return named(name).map(Self::PagerDuty);
        }
        let is_address = text.find('@').is_some_and(|position| position > 0);
        if is_address {
            return text.parse().map(Self::Address);
        }
        text.parse().map(Self::Group).map_err(|_| {
            format!(
                "“{}” isn't a recipient: enter a person, a mail address, a channel such as #exec, or a user \
                 group such as @sre",
                text.escape_debug()
            )
        })
    }
}

/// Returns the user of `<@U0ALICE0001>` or of a bare ID.
fn user_id(text: &str) -> Option<UserId> {
    let mention = text.strip_prefix("<@").and_then(|it| it.strip_suffix('>'));
    let id = mention.map_or(text, |it| it.split('|').next().unwrap_or_default());
    let is_user = id.starts_with(['U', 'W'])
        && id.len() >= 8
        && id
            .bytes()
            .all(|sign| sign.is_ascii_uppercase() || sign.is_ascii_digit());
    is_user.then(|| UserId::from(id))
}

fn named(name: &str) -> Result<String, String> {
    let name = name.trim();
    match name.is_empty() || name.chars().count() > LONGEST_NAME || name.contains(char::is_control)
    {
        true => Err(format!("“{}” isn't a name", name.escape_debug())),
        false => Ok(name.to_owned()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn recipients_are_read_as_they_are_displayed() {
        for text in [
            "<@U0ALICE0001>",
            "alice@example.com",
            "@commander",
            "@responders",
            "@role:Comms Lead",
            "@sre",
            "#exec",
            "S0PAYMENTS1",
            "C0EXECUTIVE",
            "@incident-slack-channel",
            "@webhook-status",
            "@pagerduty-payments",
        ] {
            let recipient: Recipient = text.parse().unwrap();
            assert_eq!(recipient.to_string(), text);
            let json = serde_json::to_string(&recipient).unwrap();
            assert_eq!(serde_json::from_str::<Recipient>(&json).unwrap(), recipient);
        }
        let parsed = |text: &str| text.parse::<Recipient>().unwrap().to_string();
        assert_eq!(parsed(" U0ALICE0001 "), "<@U0ALICE0001>");
        assert_eq!(parsed("<@U0ALICE0001|alice>"), "<@U0ALICE0001>");
        assert_eq!(parsed("@Commander"), "@commander");
        for wrong in ["", "alice", "alice@", "@role:", "@webhook-", "# exec"] {
            assert!(wrong.parse::<Recipient>().is_err(), "{wrong}");
        }
    }
}
