//! The buttons on our messages: their names, what they carry, and reading that somebody pressed one.

use serde_json::Value;
use slack_morphism::prelude::*;

use crate::limits::{self, cut};
use crate::unreadable::{Unreadable, needed, text_at};
use crate::{ChannelId, IncidentId, MessageTs, PersonId};

/// The button that leads to an incident's channel. Slack reports it too; there is nothing to do.
pub const JOIN_CHANNEL: &str = "join_channel";

/// The button that has a delivery tried again which was given up; it carries the delivery's number.
pub const TRY_AGAIN: &str = "try_again";

/// The button that opens the form to declare an incident.
pub const DECLARE: &str = "declare_incident";

/// The button that has each change that is announced told to a person directly, or no longer; it carries
/// the incident's number.
pub const SUBSCRIBE: &str = "subscribe";

/// The button that ends this; it carries the incident's number.
pub const UNSUBSCRIBE: &str = "unsubscribe";

/// A button that somebody pressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pressed {
    /// Which button it is, such as [`TRY_AGAIN`].
    pub button: String,
    /// What it carries; empty if nothing.
    pub value: String,
    /// Who pressed it.
    pub person: PersonId,
    /// Where it stands; `None` on a form.
    pub channel: Option<ChannelId>,
    /// The message that it stands on; `None` on a form.
    pub message: Option<MessageTs>,
    /// Where the person can be answered for 30 minutes; `None` on a form.
    pub response_url: Option<String>,
    /// What opens a form within three seconds; `None` if Slack gave nothing.
    pub trigger: Option<String>,
}

/// Gives the button that leads to an incident's channel by its address.
pub fn join_channel(address: &str) -> SlackBlockButtonElement {
    button(JOIN_CHANNEL, "Join Channel").opt_url(address.parse().ok())
}

/// Gives the button that has a delivery tried again.
pub fn try_again(delivery: i64) -> SlackBlockButtonElement {
    button(TRY_AGAIN, "Try again").with_value(delivery.to_string())
}

/// Gives the button that opens the form to declare an incident.
pub fn declare() -> SlackBlockButtonElement {
    button(DECLARE, "Declare Incident").with_style(SlackBlockButtonStyle::Primary)
}

/// Gives the button that subscribes a person to an incident, or ends that.
pub fn subscribe(incident: IncidentId) -> SlackBlockButtonElement {
    button(SUBSCRIBE, "Subscribe").with_value(incident.number().to_string())
}

/// Gives the button that ends a person's subscription to an incident.
pub fn unsubscribe(incident: IncidentId) -> SlackBlockButtonElement {
    button(UNSUBSCRIBE, "Unsubscribe").with_value(incident.number().to_string())
}

/// Reads the payload of `block_actions`.
///
/// Fails only if the button's name or the person is missing.
pub fn read(payload: &Value) -> Result<Pressed, Unreadable> {
    let kind = "block_actions";
    let either = |one: &str, other: &str| {
        text_at(payload, one)
            .or(text_at(payload, other))
            .map(str::to_owned)
    };
    Ok(Pressed {
        button: needed(payload, kind, "/actions/0/action_id")?.to_owned(),
        value: either("/actions/0/value", "/actions/0/selected_option/value").unwrap_or_default(),
        person: needed(payload, kind, "/user/id")?.into(),
        channel: either("/channel/id", "/container/channel_id").map(ChannelId),
        message: either("/message/ts", "/container/message_ts").map(MessageTs),
        response_url: text_at(payload, "/response_url").map(str::to_owned),
        trigger: text_at(payload, "/trigger_id").map(str::to_owned),
    })
}

impl Pressed {
    /// Gives the number that the button carries, such as a delivery's; `None` if it is none.
    pub fn number(&self) -> Option<i64> {
        self.value.parse().ok()
    }
}

/// Gives a button by its name and the words on it, which carries something.
pub(crate) fn carrying(action: &str, text: &str, value: &str) -> SlackBlockButtonElement {
    button(action, text).with_value(value.to_owned())
}

/// Gives a button by its name and the words on it.
pub(crate) fn button(action: &str, text: &str) -> SlackBlockButtonElement {
    SlackBlockButtonElement::new(cut(text, limits::BUTTON_TEXT).into())
        .with_action_id(action.into())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use serde_json::json;

    use super::*;

    #[test]
    fn a_button_reads_back_what_it_carries() {
        let shown = serde_json::to_value(try_again(41)).unwrap();
        let payload = json!({
            "type": "block_actions",
            "user": { "id": "U0ALICE0001" },
            "team": null,
            "container": { "type": "message", "message_ts": "1.2", "channel_id": "C1", "is_ephemeral": true },
            "channel": { "id": "C1", "name": "incidents" },
            "response_url": "https://hooks.slack.com/actions/T/1/x",
            "trigger_id": "1.2.x",
            "actions": [{ "type": "button", "action_id": shown["action_id"], "value": shown["value"] }],
        });
        let pressed = read(&payload).unwrap();
        assert_eq!(
            (pressed.button.as_str(), pressed.number()),
            (TRY_AGAIN, Some(41))
        );
        assert_eq!(pressed.message, Some(MessageTs::from("1.2")));
        assert_eq!(pressed.channel, Some(ChannelId::from("C1")));
    }

    #[test]
    fn a_button_leads_to_the_channel() {
        let shown = serde_json::to_value(join_channel("https://slack.com/app_redirect?channel=C1"))
            .unwrap();
        let expected = json!({
            "action_id": "join_channel",
            "text": { "type": "plain_text", "text": "Join Channel" },
            "url": "https://slack.com/app_redirect?channel=C1",
        });
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_payload_without_a_button_is_refused() {
        let refused = read(&json!({ "user": { "id": "U1" }, "actions": [] })).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "a block_actions without /actions/0/action_id"
        );
    }
}
