//! The buttons of messages, and reading a button click from a `block_actions` payload.

use muster_domain::text::truncate;
use muster_domain::{ChannelId, IncidentId, MessageTs, Reminder, UserId};
use serde_json::Value;
use slack_morphism::prelude::*;

use crate::modal::{PrivateMetadata, block_kit_limits};
use crate::payload::payload_error::{PayloadError, required_text, text_at};
use crate::postmortem::GENERATE_POSTMORTEM;

/// Opens the incident channel. Slack reports the click of a URL button as well; it needs no action.
pub const JOIN_CHANNEL: &str = "join_channel";

/// Opens the channel of an incident in a list, like [`JOIN_CHANNEL`].
pub const OPEN_CHANNEL: &str = "open_channel";

/// Adds the user to an incident and its channel. The value is the incident's number.
pub const JOIN_INCIDENT: &str = "join_incident";

/// Opens the declare modal for a message from which an incident was declared before. The value is
/// the message's channel and `ts`.
pub const DECLARE_ANOTHER: &str = "declare_another";

/// Retries a failed delivery. The value is the delivery's ID.
pub const RETRY_DELIVERY: &str = "retry_delivery";

/// Opens the modal of a status update, or the modal of what another reminder asks for. The value is the incident
/// and the reminder.
pub const POST_UPDATE: &str = "post_update";

/// Snoozes a reminder. The value is the incident and the reminder.
pub const SNOOZE: &str = "snooze_reminder";

/// Stops reminders. The value is the incident and the reminder.
pub const STOP_REMINDERS: &str = "stop_reminders";

/// Makes the user the commander of an incident that has none. The value is the incident's number.
pub const TAKE_COMMAND: &str = "take_command";

/// Opens the declare modal.
pub const DECLARE: &str = "declare_incident";

/// Subscribes the user to direct messages about each announced change, or unsubscribes. The value
/// is the incident's number.
pub const SUBSCRIBE: &str = "subscribe";

/// Unsubscribes the user. The value is the incident's number.
pub const UNSUBSCRIBE: &str = "unsubscribe";

/// Opens a page by its URL, like [`JOIN_CHANNEL`].
pub const OPEN_PAGE: &str = "open_page";

/// Opens the modal with a link that signs the user in.
pub const SIGN_IN: &str = "sign_in";

/// A click on a button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ButtonClick {
    /// The `action_id`, such as `RETRY_DELIVERY`.
    pub action_id: String,
    /// The value of the button; empty if it has none.
    pub value: String,
    /// The user who clicked.
    pub user: UserId,
    /// The channel of the message; `None` in a view.
    pub channel: Option<ChannelId>,
    /// The message with the button; `None` in a view.
    pub message_ts: Option<MessageTs>,
    /// The URL that accepts replies to the user for 30 minutes; `None` in a view.
    pub response_url: Option<String>,
    /// The trigger ID, which opens a modal within three seconds; `None` if Slack sent none.
    pub trigger_id: Option<String>,
    /// The modal with the button; `None` in a message or in the Home view.
    pub modal: Option<OpenModal>,
}

/// An open modal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenModal {
    /// The ID of the view.
    pub id: String,
    /// The version of the view, with which `views.update` detects a change in the meantime.
    pub hash: String,
    /// The hidden data.
    pub private_metadata: PrivateMetadata,
}

/// Returns the button that opens an incident channel by its URL.
pub fn join_channel_button(address: &str) -> SlackBlockButtonElement {
    button(JOIN_CHANNEL, "Join Channel").opt_url(address.parse().ok())
}

/// Returns the button that opens the channel of an incident in a list.
pub fn open_channel_button(address: &str) -> SlackBlockButtonElement {
    button(OPEN_CHANNEL, "Open").opt_url(address.parse().ok())
}

/// Returns the button that opens the channel of an incident that may be the one to be declared.
pub fn open_it_button(address: &str) -> SlackBlockButtonElement {
    button(OPEN_CHANNEL, "Open it").opt_url(address.parse().ok())
}

/// Returns the button that adds the user to an incident and its channel.
pub fn join_incident_button(incident: IncidentId) -> SlackBlockButtonElement {
    button(JOIN_INCIDENT, "Join").with_value(incident.number().to_string())
}

/// Returns the button that opens the declare modal for a message again.
pub fn declare_another_button(channel: &ChannelId, ts: &MessageTs) -> SlackBlockButtonElement {
    button(DECLARE_ANOTHER, "Declare another").with_value(format!("{channel} {ts}"))
}

/// Returns the button that retries a delivery.
pub fn retry_button(delivery: i64) -> SlackBlockButtonElement {
    button(RETRY_DELIVERY, "Try again").with_value(delivery.to_string())
}

/// Returns the buttons below a reminder of an incident: what it asks for, snooze and stop. The value of
/// each is the incident's number and the name of the reminder.
pub fn reminder_buttons(incident: IncidentId, reminder: Reminder) -> [SlackBlockButtonElement; 3] {
    let asks_for = match reminder {
        Reminder::Update => "Post update",
        Reminder::Severity => "Set severity",
        Reminder::Postmortem => GENERATE_POSTMORTEM,
    };
    labelled_reminder_buttons(incident, reminder, asks_for)
}

/// Returns the buttons below a reminder, the first one with this label.
pub fn labelled_reminder_buttons(
    incident: IncidentId,
    reminder: Reminder,
    asks_for: &str,
) -> [SlackBlockButtonElement; 3] {
    let value = format!("{} {}", incident.number(), reminder.as_str());
    let snooze = match reminder {
        Reminder::Update | Reminder::Severity => "Snooze 30 min",
        Reminder::Postmortem => "Snooze 1 day",
    };
    [
        (POST_UPDATE, asks_for),
        (SNOOZE, snooze),
        (STOP_REMINDERS, "Stop"),
    ]
    .map(|(action, text)| button(action, text).with_value(value.clone()))
}

/// Returns the button that opens the modal of a status update.
pub(crate) fn post_update_button(incident: IncidentId, label: &str) -> SlackBlockButtonElement {
    let value = format!("{} {}", incident.number(), Reminder::Update.as_str());
    button(POST_UPDATE, label).with_value(value)
}

/// Returns the button that opens the declare modal.
pub fn declare_button() -> SlackBlockButtonElement {
    button(DECLARE, "Declare Incident").with_style(SlackBlockButtonStyle::Primary)
}

/// Returns the button that makes a user the commander of an incident that has none.
pub fn take_command_button(incident: IncidentId) -> SlackBlockButtonElement {
    button(TAKE_COMMAND, "Take Command")
        .with_value(incident.number().to_string())
        .with_style(SlackBlockButtonStyle::Primary)
}

/// Returns the button that subscribes a user to an incident, or unsubscribes.
pub fn subscribe_button(incident: IncidentId) -> SlackBlockButtonElement {
    button(SUBSCRIBE, "Subscribe").with_value(incident.number().to_string())
}

/// Returns the button that unsubscribes a user from an incident.
pub fn unsubscribe_button(incident: IncidentId) -> SlackBlockButtonElement {
    button(UNSUBSCRIBE, "Unsubscribe").with_value(incident.number().to_string())
}

/// Reads the payload of `block_actions`.
///
/// # Errors
/// Returns a `PayloadError` if the action ID or the user is missing.
pub fn read(payload: &Value) -> Result<ButtonClick, PayloadError> {
    let kind = "block_actions";
    let either = |one: &str, other: &str| {
        text_at(payload, one)
            .or(text_at(payload, other))
            .map(str::to_owned)
    };
    Ok(ButtonClick {
        action_id: required_text(payload, kind, "/actions/0/action_id")?.to_owned(),
        value: either("/actions/0/value", "/actions/0/selected_option/value").unwrap_or_default(),
        user: required_text(payload, kind, "/user/id")?.into(),
        channel: either("/channel/id", "/container/channel_id").map(ChannelId),
        message_ts: either("/message/ts", "/container/message_ts").map(MessageTs),
        response_url: text_at(payload, "/response_url").map(str::to_owned),
        trigger_id: text_at(payload, "/trigger_id").map(str::to_owned),
        modal: read_modal(payload),
    })
}

/// Returns the modal with the button.
fn read_modal(payload: &Value) -> Option<OpenModal> {
    let text = |path: &str| text_at(payload, path).map(str::to_owned);
    text("/view/type").filter(|kind| kind == "modal")?;
    Some(OpenModal {
        id: text("/view/id")?,
        hash: text("/view/hash")?,
        private_metadata: PrivateMetadata::parse(text_at(payload, "/view/private_metadata")?),
    })
}

impl ButtonClick {
    /// Returns the value as a number, such as a delivery's ID; `None` if it is not a number.
    pub fn number(&self) -> Option<i64> {
        self.value.parse().ok()
    }
}

impl ButtonClick {
    /// Returns the channel and the `ts` of the message that the button refers to; `None` if it refers to
    /// none.
    pub fn message_ref(&self) -> Option<(ChannelId, MessageTs)> {
        let (channel, ts) = self.value.split_once(' ')?;
        Some((channel.into(), ts.into()))
    }

    /// Returns the incident and the name of the reminder; `None` if the button does not belong to a
    /// reminder.
    pub fn reminder(&self) -> Option<(IncidentId, &str)> {
        let (incident, reminder) = self.value.split_once(' ')?;
        Some((IncidentId(incident.parse().ok()?), reminder))
    }
}

/// Returns a button with an action ID, a label and a value.
pub(crate) fn button_with_value(action: &str, text: &str, value: &str) -> SlackBlockButtonElement {
    button(action, text).with_value(value.to_owned())
}

/// Returns a button that Slack asks to confirm before it reports the click.
pub(crate) fn confirmed(
    button: SlackBlockButtonElement,
    question: &str,
    consequence: &str,
) -> SlackBlockButtonElement {
    let text: SlackBlockText = SlackBlockPlainText::new(consequence.to_owned()).into();
    button.with_confirm(SlackBlockConfirmItem::new(
        question.into(),
        text,
        "Remove".into(),
        "Cancel".into(),
    ))
}

/// Returns a button with an action ID and a label.
pub(crate) fn button(action: &str, text: &str) -> SlackBlockButtonElement {
    SlackBlockButtonElement::new(truncate(text, block_kit_limits::BUTTON_TEXT).into())
        .with_action_id(action.into())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use serde_json::json;

    use super::*;

    #[test]
    fn button_click_contains_the_value_of_its_button() {
        let element = serde_json::to_value(retry_button(41)).unwrap();
        let payload = json!({
            "type": "block_actions",
            "user": { "id": "U0ALICE0001" },
            "team": null,
            "container": { "type": "message", "message_ts": "1.2", "channel_id": "C1", "is_ephemeral": true },
            "channel": { "id": "C1", "name": "incidents" },
            "response_url": "https://hooks.slack.com/actions/T/1/x",
            "trigger_id": "1.2.x",
            "actions": [{ "type": "button", "action_id": element["action_id"], "value": element["value"] }],
        });
        let click = read(&payload).unwrap();
        assert_eq!(
            (click.action_id.as_str(), click.number()),
            (RETRY_DELIVERY, Some(41))
        );
        assert_eq!(click.message_ts, Some(MessageTs::from("1.2")));
        assert_eq!(click.channel, Some(ChannelId::from("C1")));
    }

    #[test]
    fn join_button_links_to_the_channel() {
        let element = serde_json::to_value(join_channel_button(
            "https://slack.com/app_redirect?channel=C1",
        ))
        .unwrap();
        let expected = json!({
            "action_id": "join_channel",
            "text": { "type": "plain_text", "text": "Join Channel" },
            "url": "https://slack.com/app_redirect?channel=C1",
        });
        assert_eq!(element, expected);
    }

    #[test]
    fn reminder_button_value_round_trips() {
        for element in reminder_buttons(IncidentId(7), Reminder::Update) {
            let element = serde_json::to_value(element).unwrap();
            let payload = json!({
                "user": { "id": "U0ALICE0001" },
                "actions": [{ "action_id": element["action_id"], "value": element["value"] }],
            });
            let click = read(&payload).unwrap();
            assert_eq!(click.reminder(), Some((IncidentId(7), "update")));
        }
    }

    #[test]
    fn payload_without_a_button_is_rejected() {
        let error = read(&json!({ "user": { "id": "U1" }, "actions": [] })).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the block_actions payload has no /actions/0/action_id"
        );
    }
}
