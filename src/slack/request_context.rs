//! The user of a request and where to reply, read from Slack's payload.

use muster_commands::modal::ViewSubmission;
use muster_commands::payload::button_click::ButtonClick;
use muster_commands::{ChannelId, IncidentId, UserId};
use serde_json::Value;

use crate::app::App;
use crate::domain::{Actor, Origin, Timestamp, Viewer};
use crate::slack::client::Message;
use crate::store::IdempotencyKey;

/// A slash command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlashCommand {
    /// The text after the command name.
    pub text: String,
    /// The user's ID.
    pub user: UserId,
    /// The channel's ID.
    pub channel: ChannelId,
    /// The trigger ID. It opens a modal within three seconds.
    pub trigger_id: String,
    /// The response URL, valid for 30 minutes.
    pub response_url: Option<String>,
    /// The incident selected in the incident picker, if the channel does not determine it.
    pub selected_incident: Option<SelectedIncident>,
}

/// The incident that a user selected in the incident picker for a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectedIncident {
    /// The incident's ID.
    pub incident: IncidentId,
    /// The picker's view ID, used as the idempotency key.
    pub view_id: String,
    /// The time of the command.
    pub requested_at: Timestamp,
}

/// A click on a button or a message action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockAction {
    /// The user's ID.
    pub user: UserId,
    /// The trigger ID. It opens a modal within three seconds and is the idempotency key of the click.
    pub trigger_id: String,
    /// The response URL, valid for 30 minutes; `None` in a modal.
    pub response_url: Option<String>,
}

impl SlashCommand {
    /// Reads a slash command. Missing fields become empty.
    pub fn from_fields(fields: &Value) -> Self {
        Self {
            text: text_at(fields, "/text"),
            user: UserId(text_at(fields, "/user_id")),
            channel: ChannelId(text_at(fields, "/channel_id")),
            trigger_id: text_at(fields, "/trigger_id"),
            response_url: Some(text_at(fields, "/response_url")).filter(|url| !url.is_empty()),
            selected_incident: None,
        }
    }

    /// Returns the user as a viewer, in the channel of the command.
    pub fn viewer(&self) -> Viewer {
        let user = self.user.clone();
        Viewer::User {
            user,
            channel: self.context_channel(),
        }
    }

    /// Returns the channel that determines the incident; `None` if it was selected in the picker.
    pub fn context_channel(&self) -> Option<ChannelId> {
        self.selected_incident
            .is_none()
            .then(|| self.channel.clone())
    }

    /// Returns where to reply to the user.
    pub fn origin(&self) -> Origin {
        Origin {
            channel: Some(self.channel.clone()).filter(|channel| !channel.as_str().is_empty()),
            response_url: self.response_url.clone(),
            thread_ts: None,
        }
    }

    /// Returns the idempotency key.
    pub fn idempotency_key(&self) -> IdempotencyKey {
        match &self.selected_incident {
            Some(choice) => IdempotencyKey::view(&choice.view_id),
            None => IdempotencyKey::action(&self.trigger_id),
        }
    }
}

impl SlashCommand {
    /// Returns the text after the word `incident`, to show the user how to type the command again.
    pub fn text_after_incident(&self) -> &str {
        let text = self.text.trim();
        text.split_once(char::is_whitespace)
            .map_or("", |(_, rest)| rest.trim())
    }
}

impl BlockAction {
    /// Reads a click. Missing fields become empty.
    pub fn from_payload(payload: &Value) -> Self {
        // Without a trigger ID no modal opens. The fallback is still a stable idempotency key.
        let trigger = Some(text_at(payload, "/trigger_id")).filter(|trigger| !trigger.is_empty());
        Self {
            user: UserId(text_at(payload, "/user/id")),
            trigger_id: trigger.unwrap_or_else(|| {
                let action = ["/action_ts", "/actions/0/action_ts"].map(|at| text_at(payload, at));
                format!("{}:{}", text_at(payload, "/user/id"), action.concat())
            }),
            response_url: Some(text_at(payload, "/response_url")).filter(|url| !url.is_empty()),
        }
    }

    /// Returns the user as a viewer, without a channel.
    pub fn viewer(&self) -> Viewer {
        Viewer::user(&self.user)
    }

    /// Returns the user as the actor, at the current time.
    pub fn actor(&self, app: &App) -> Actor {
        Actor::new(self.user.clone(), app.clock.now())
    }
}

/// Returns the user of a button click as a viewer, in the channel of the button.
pub fn click_viewer(pressed: &ButtonClick) -> Viewer {
    Viewer::User {
        user: pressed.user.clone(),
        channel: pressed.channel.clone(),
    }
}

/// Returns the user of a submission as a viewer, in the channel where the modal was opened. A member of a
/// private incident's channel has access even if Muster did not receive the event that they joined.
pub fn submission_viewer(form: &ViewSubmission) -> Viewer {
    Viewer::User {
        user: form.user.clone(),
        channel: form.private_metadata.channel.clone(),
    }
}

/// Sends an ephemeral reply in the background, so that the acknowledgement does not wait for a call. It
/// is not stored in the outbox: the user can repeat the request.
pub fn reply_ephemeral(app: &App, response_url: Option<String>, message: Message) {
    let Some(address) = response_url else {
        tracing::warn!("Cannot reply to the user: the request has no response URL");
        return;
    };
    let slack = app.slack.clone();
    app.tasks.spawn(async move {
        if let Err(trouble) = slack.post_to_response_url(&address, &message).await {
            tracing::warn!("Somebody could not be answered: {trouble}");
        }
    });
}

/// Replaces the ephemeral message whose button the user clicked, in the background. It is not stored in
/// the outbox: the user can click again.
pub fn replace_original(app: &App, response_url: Option<String>, message: Message) {
    let Some(address) = response_url else {
        tracing::warn!("Cannot reply to the user: the request has no response URL");
        return;
    };
    let slack = app.slack.clone();
    app.tasks.spawn(async move {
        if let Err(trouble) = slack.replace_original(&address, &message).await {
            tracing::warn!("Somebody could not be answered: {trouble}");
        }
    });
}

/// Sends a direct message in the background, for requests without a response URL, such as those from the
/// Home view. It is not stored in the outbox: the user can repeat the request.
pub fn send_direct_message(app: &App, user: UserId, message: Message) {
    let slack = app.slack.clone();
    app.tasks.spawn(async move {
        if let Err(trouble) = slack.post_dm(&user, &message).await {
            tracing::warn!("Cannot send a direct message: {trouble}");
        }
    });
}

/// Sends an ephemeral reply, or a direct message if there is no response URL.
pub fn notify_user(app: &App, response_url: Option<String>, user: UserId, message: Message) {
    match response_url {
        Some(_) => reply_ephemeral(app, response_url, message),
        None => send_direct_message(app, user, message),
    }
}

/// Returns where to reply to the user of a submission.
pub fn submission_origin(form: &ViewSubmission) -> Origin {
    Origin {
        channel: form.private_metadata.channel.clone(),
        response_url: form.private_metadata.response_url.clone(),
        thread_ts: None,
    }
}

fn text_at(payload: &Value, pointer: &str) -> String {
    payload
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}
