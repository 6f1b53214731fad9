//! Recipients as Datadog's handles: `@ann@example.com`, `@slack-ops`, `@webhook-status`.

use crate::SlackGroup;
use crate::notification::{MailAddress, Recipient};

/// The start of the handle of a Slack channel.
const SLACK: &str = "@slack-";

/// Returns the recipient of a handle. A handle of a kind that Muster does not know is that of a user group of Slack,
/// so that each notification reports that it can't be delivered.
///
/// # Errors
/// Returns a clause if the text is no handle.
pub fn parse_handle(handle: &str) -> Result<Recipient, String> {
    let handle = handle.trim();
    if let Some(channel) = handle.strip_prefix(SLACK)
        && let Ok(group) = format!("#{channel}").parse::<SlackGroup>()
    {
        return Ok(Recipient::Group(group));
    }
    let address = handle.strip_prefix('@').map(str::parse::<MailAddress>);
    if let Some(Ok(address)) = address {
        return Ok(Recipient::Address(address));
    }
    handle.parse()
}

/// Returns the handle of a recipient.
pub fn handle_of(recipient: &Recipient) -> String {
    match recipient {
        Recipient::Address(address) => format!("@{address}"),
        Recipient::Group(SlackGroup::ChannelName(name)) => format!("{SLACK}{name}"),
        Recipient::User(_)
        | Recipient::Commander
        | Recipient::Responders
        | Recipient::Role(_)
        | Recipient::Group(_)
        | Recipient::IncidentChannel
        | Recipient::Webhook(_)
        | Recipient::PagerDuty(_) => recipient.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_of_datadog_are_recipients() {
        for (handle, recipient) in [
            ("@ann@example.com", "ann@example.com"),
            ("@slack-ops", "#ops"),
            ("@webhook-status", "@webhook-status"),
            ("@pagerduty-payments", "@pagerduty-payments"),
            ("@incident-slack-channel", "@incident-slack-channel"),
            ("@opsgenie-payments", "@opsgenie-payments"),
            ("<@U0ALICE0001>", "<@U0ALICE0001>"),
            ("@role:Scribe", "@role:Scribe"),
        ] {
            let parsed = parse_handle(handle);
            assert_eq!(
                parsed.as_ref().map(ToString::to_string),
                Ok(recipient.to_owned())
            );
            let again = parsed.map(|it| handle_of(&it));
            assert_eq!(again, Ok(handle.to_owned()));
        }
        for text in ["", "ops", "@", "two words"] {
            assert!(parse_handle(text).is_err(), "{text}");
        }
        let address = parse_handle("ann@example.com");
        assert_eq!(
            address.map(|it| handle_of(&it)),
            Ok("@ann@example.com".to_owned())
        );
    }
}
