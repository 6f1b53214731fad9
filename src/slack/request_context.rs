//! The context of a request: its user, what they may see, and where to reply. `dispatch` builds it once
//! from Slack's payload.

use muster_commands::modal::{PrivateMetadata, ViewSubmission, with_metadata};
use muster_commands::{action_menu, incident_picker};
use serde_json::Value;
use slack_morphism::prelude::SlackModalView;

use crate::app::App;
use crate::domain::{
    Actor, Change, ChannelId, ChannelState, Decision, DecisionContext, Incident, IncidentId,
    Origin, Timestamp, UserId, Viewer,
};
use crate::error::{Error, Result};
use crate::slack::channel_membership::{Membership, unknown_membership_error};
use crate::slack::client::Message;
use crate::slack::notify::{self, Placement};
use crate::slack::reply::Reply;
use crate::store::{Applied, ChangeTarget, IdempotencyKey, Store};

/// The context of a request from Slack.
#[derive(Clone)]
pub(crate) struct RequestContext {
    pub(crate) app: App,
    /// The user who makes the request.
    pub(super) user: UserId,
    /// The same user, and when the request is handled.
    pub(crate) actor: Actor,
    /// The user. If access depends on it, with the channel that Slack confirmed that they are a member of.
    pub(crate) viewer: Viewer,
    /// The channel that determines the incident; `None` if the user selected the incident in a picker. It
    /// grants no access.
    pub(super) channel: Option<ChannelId>,
    /// Whether the user is a member of that channel, as far as access depends on it.
    pub(crate) membership: Membership,
    /// Where to reply to the user.
    pub(crate) origin: Origin,
    pub(crate) key: IdempotencyKey,
    /// The trigger ID, which opens a modal within three seconds; `None` for a submission.
    pub(crate) trigger_id: Option<String>,
    /// The text after the command name; `None` if the request is neither a command nor runs one.
    pub(crate) command_text: Option<String>,
    /// When the user sent the request. Earlier than `actor.at` if they selected the incident since.
    pub(crate) sent_at: Timestamp,
    /// The incident that was selected in the incident picker or named in the command, or that the submitted
    /// modal is about.
    pub(crate) incident_id: Option<IncidentId>,
}

impl RequestContext {
    /// Reads a slash command. Missing fields become empty.
    pub(crate) fn from_command(app: &App, fields: &Value) -> Self {
        let trigger_id = text_at(fields, "/trigger_id").unwrap_or_default();
        let origin = Origin {
            channel: text_at(fields, "/channel_id").map(ChannelId),
            response_url: text_at(fields, "/response_url"),
            thread_ts: None,
        };
        let key = IdempotencyKey::action(&trigger_id);
        Self {
            trigger_id: Some(trigger_id),
            command_text: Some(text_at(fields, "/text").unwrap_or_default()),
            ..Self::new(app, user_at(fields, "/user_id"), origin, key)
        }
    }

    /// Reads a submission.
    pub(crate) fn from_submission(app: &App, form: &ViewSubmission) -> Self {
        let metadata = &form.private_metadata;
        let origin = Origin {
            channel: metadata.channel.clone(),
            response_url: metadata.response_url.clone(),
            thread_ts: None,
        };
        let key = IdempotencyKey::view(&form.view_id);
        let ctx = Self {
            incident_id: metadata.incident,
            ..Self::new(app, form.user.clone(), origin, key)
        };
        let pickers = [
            incident_picker::CALLBACK_ID,
            incident_picker::ADD_CALLBACK_ID,
        ];
        if !pickers.contains(&form.callback_id.as_str()) {
            return ctx;
        }
        // The selection determines the incident, not the channel.
        Self {
            channel: None,
            incident_id: incident_picker::read(&form.view_state).ok(),
            command_text: metadata.command.clone(),
            sent_at: metadata
                .command_sent_at
                .map_or(ctx.sent_at, Timestamp::from_epoch_millis),
            ..ctx
        }
    }

    /// Reads a click, a message action, a shortcut or an options request. Missing fields become empty. A
    /// button or menu option of the action menu or the header runs a command.
    pub(crate) fn from_interaction(app: &App, payload: &Value) -> Self {
        let user = user_at(payload, "/user/id");
        let origin = Origin {
            channel: text_at(payload, "/channel/id")
                .or_else(|| text_at(payload, "/container/channel_id"))
                .map(ChannelId)
                .or_else(|| modal_channel(payload)),
            response_url: response_url(payload),
            thread_ts: None,
        };
        let trigger_id = text_at(payload, "/trigger_id");
        // Without a trigger ID no modal opens. The fallback is still a stable idempotency key.
        let key = trigger_id.clone().unwrap_or_else(|| {
            let action_ts = ["/action_ts", "/actions/0/action_ts"]
                .map(|path| text_at(payload, path).unwrap_or_default());
            format!("{user}:{}", action_ts.concat())
        });
        let button = text_at(payload, "/actions/0/action_id").unwrap_or_default();
        let value = text_at(payload, "/actions/0/value")
            .or_else(|| text_at(payload, "/actions/0/selected_option/value"))
            .unwrap_or_default();
        Self {
            trigger_id,
            command_text: action_menu::button_command(&button, &value).map(str::to_owned),
            ..Self::new(app, user, origin, IdempotencyKey::action(&key))
        }
    }

    fn new(app: &App, user: UserId, origin: Origin, key: IdempotencyKey) -> Self {
        let now = app.clock.now();
        Self {
            app: app.clone(),
            viewer: Viewer::user(&user),
            channel: origin.channel.clone(),
            membership: Membership::Irrelevant,
            actor: Actor::new(user.clone(), now),
            user,
            origin,
            key,
            trigger_id: None,
            command_text: None,
            sent_at: now,
            incident_id: None,
        }
    }

    pub(crate) fn store(&self) -> &Store {
        &self.app.store
    }

    /// Returns the ID of the user.
    pub(crate) fn user(&self) -> &UserId {
        &self.user
    }

    /// Returns the channel that determines the incident, if there is one.
    pub(crate) fn channel(&self) -> Option<&ChannelId> {
        self.channel.as_ref()
    }

    /// Returns the name of the slash command, such as `/datadog`.
    pub(crate) fn slash_command(&self) -> &str {
        &self.app.config.command
    }

    /// Returns the text after the command name; empty without a command.
    pub(crate) fn command_text(&self) -> &str {
        self.command_text.as_deref().unwrap_or_default()
    }

    /// Returns the sentence that asks the user to repeat a command.
    pub(crate) fn retry_hint(&self, text: &str) -> String {
        let incident = self.incident_id.map(|id| format!(" {id}"));
        let incident = incident.unwrap_or_default();
        format!("Type it again: {} {text}{incident}", self.slash_command())
    }

    /// Returns the context for an incident that a command names. An incident that the user may not see is
    /// rejected like one that does not exist.
    pub(crate) async fn for_incident(&self, id: IncidentId) -> Result<Self> {
        match self.store().incident(self.viewer.clone(), id).await {
            Ok(_) => Ok(Self {
                incident_id: Some(id),
                ..self.clone()
            }),
            Err(Error::NotFound(_)) => Err(Error::Rejected(format!(
                "I can't find {id}. Check the number; a private incident is visible to its responders only."
            ))),
            Err(error) => Err(error),
        }
    }

    /// Returns the incident of the request: the one named in the command, selected in the incident picker or
    /// edited by the modal, or that of the channel.
    ///
    /// Without one, returns [`Error::IncidentRequired`], upon which `dispatch` opens the incident picker.
    pub(crate) async fn incident(&self) -> Result<Incident> {
        match self.incident_id {
            Some(id) => self.store().incident(self.viewer.clone(), id).await,
            None => self
                .channel_incident()
                .await?
                .ok_or(Error::IncidentRequired),
        }
    }

    /// Returns whether the user made the request in the open channel of an incident, where they see its posts.
    pub(crate) fn is_in_channel_of(&self, incident: &Incident) -> bool {
        let channel = incident.channel.as_ref().map(|channel| &channel.id);
        incident.channel_state == ChannelState::Open && self.origin.channel.as_ref() == channel
    }

    /// Returns the incident of the channel.
    pub(crate) async fn channel_incident(&self) -> Result<Option<Incident>> {
        match self.channel() {
            Some(channel) => {
                let viewer = self.viewer.clone();
                let store = self.store();
                let incident = store.incident_of_channel(viewer, channel.clone()).await?;
                match (incident, self.membership) {
                    (None, Membership::Unknown) => Err(unknown_membership_error()),
                    (incident, _) => Ok(incident),
                }
            }
            None => Ok(None),
        }
    }

    /// Returns the ID of the incident that the submitted modal is about.
    pub(crate) fn incident_id(&self) -> Result<IncidentId> {
        self.incident_id.ok_or(Error::NotFound("incident"))
    }

    /// Changes an incident on behalf of the user, once per request.
    pub(crate) async fn change(
        &self,
        id: IncidentId,
        decide: impl FnOnce(&Incident, &Actor) -> Decision + Send + 'static,
    ) -> Result<Incident> {
        let actor = self.actor.clone();
        let decide = move |incident: &Incident| decide(incident, &actor);
        self.store()
            .change(self.viewer.clone(), id, self.key.clone(), decide)
            .await
    }

    /// Returns the request to change an incident.
    pub(crate) fn target(&self, id: IncidentId) -> ChangeTarget {
        ChangeTarget {
            viewer: self.viewer.clone(),
            id,
            key: self.key.clone(),
            now: self.actor.at,
        }
    }

    /// Changes an incident like [`RequestContext::change`]. The decision depends on more than the incident.
    pub(crate) async fn change_with_context(
        &self,
        id: IncidentId,
        decide: impl FnOnce(&Incident, &Actor, &DecisionContext<'_>) -> Result<Change> + Send + 'static,
    ) -> Result<Applied> {
        let target = self.target(id);
        let actor = self.actor.clone();
        let decide = move |incident: &Incident, context: &DecisionContext<'_>| {
            decide(incident, &actor, context)
        };
        self.store().change_with_context(target, decide).await
    }

    /// Returns the private metadata of a modal about an incident: its ID and the channel.
    pub(crate) fn metadata(&self, incident: IncidentId) -> PrivateMetadata {
        PrivateMetadata {
            channel: self.channel().cloned(),
            ..PrivateMetadata::for_incident(incident)
        }
    }

    /// Returns a modal about an incident, with its private metadata.
    pub(crate) fn incident_modal(&self, view: SlackModalView, id: IncidentId) -> SlackModalView {
        with_metadata(view, &self.metadata(id))
    }

    /// Returns the context of a click in a modal, with the response URL of the message from which the modal was
    /// opened.
    pub(crate) fn in_modal(&self, metadata: &PrivateMetadata) -> Self {
        let mut ctx = self.clone();
        ctx.origin.response_url.clone_from(&metadata.response_url);
        ctx
    }

    /// Returns the reply to a submission: the updated list from which the modal was opened, if there is one. It
    /// cannot be updated while Slack is unreachable.
    pub(crate) fn saved_in_list(&self, list: Option<Message>, saved: Reply) -> Reply {
        match list {
            Some(list) if !self.app.state.is_slack_down() => Reply::Replacement(list),
            Some(_) | None => saved,
        }
    }

    /// Replaces the ephemeral message from which the modal was opened.
    pub(crate) fn replace_original(&self, message: Message) {
        self.send_response(message, Placement::ReplaceOriginal);
    }

    /// Sends an ephemeral message to the response URL.
    pub(crate) fn reply_ephemeral(&self, message: Message) {
        self.send_response(message, Placement::New);
    }

    /// Sends a message to the response URL.
    pub(crate) fn send_response(&self, message: Message, placement: Placement) {
        notify::send_response(
            &self.app,
            self.origin.response_url.clone(),
            message,
            placement,
        );
    }

    /// Sends an ephemeral message, or a direct message if the request has no response URL.
    pub(crate) fn notify_user(&self, message: Message) {
        let response_url = self.origin.response_url.clone();
        notify::notify_user(&self.app, response_url, self.user().clone(), message);
    }
}

/// Returns the channel in which the open modal of an interaction was opened.
fn modal_channel(payload: &Value) -> Option<ChannelId> {
    PrivateMetadata::parse(&text_at(payload, "/view/private_metadata")?).channel
}

/// Returns the response URL of an interaction.
pub(crate) fn response_url(payload: &Value) -> Option<String> {
    text_at(payload, "/response_url")
}

fn user_at(payload: &Value, path: &str) -> UserId {
    UserId(text_at(payload, path).unwrap_or_default())
}

/// Returns the text at a JSON pointer; `None` if it is missing or empty.
fn text_at(payload: &Value, path: &str) -> Option<String> {
    let text = payload.pointer(path)?.as_str()?;
    (!text.is_empty()).then(|| text.to_owned())
}
