//! Global shortcuts and message shortcuts.

use serde_json::{Value, json};

use crate::Sandbox;
use crate::app_requests::response_effects::ActionResult;
use crate::app_requests::{Request, RequestKind};
use crate::ids::UserId;
use crate::manifest::ShortcutKind;
use crate::user_actions::RequestResult;
use crate::workspace::Workspace;
use crate::workspace::channels::{Channel, ChannelKind};
use crate::workspace::message_json::Metadata;
use crate::workspace::users::merge;

impl Sandbox {
    /// Runs a global shortcut.
    pub async fn runs_shortcut(&self, who: &str, callback_id: &str) -> ActionResult {
        self.send_action(who, |workspace, who| {
            workspace.check_shortcut(callback_id, ShortcutKind::Global)?;
            let mut payload = workspace.interaction_payload("shortcut", who);
            let more = json!({
                "action_ts": workspace.next_ts(), "callback_id": callback_id,
                "trigger_id": workspace.new_trigger(who, None),
            });
            merge(&mut payload, more);
            Ok(interaction_request(payload, who))
        })
        .await
    }

    /// Runs a message shortcut.
    pub async fn runs_message_action(
        &self,
        who: &str,
        channel: &str,
        ts: &str,
        callback_id: &str,
    ) -> ActionResult {
        self.send_action(who, |workspace, who| {
            workspace.message_action_request(who, channel, ts, callback_id)
        })
        .await
    }
}

/// Creates the request of an interaction.
pub(crate) fn interaction_request(payload: Value, who: &UserId) -> Request {
    Request {
        kind: RequestKind::Interaction,
        payload,
        who: Some(who.clone()),
    }
}

/// Returns the `channel` of an interaction payload.
pub(crate) fn interaction_channel(channel: &Channel) -> Value {
    let name = match channel.kind {
        ChannelKind::Public => channel.name.as_str(),
        ChannelKind::Private => "privategroup",
        ChannelKind::Im(_) => "directmessage",
    };
    json!({"id": channel.id, "name": name})
}

impl Workspace {
    /// Returns the fields that all interaction payloads have.
    pub(crate) fn interaction_payload(&self, kind: &str, who: &UserId) -> Value {
        json!({
            "type": kind, "user": self.user_of_interaction(who), "api_app_id": self.app.id,
            "token": "verification-token", "enterprise": null, "is_enterprise_install": false,
            "team": {"id": self.team.id, "domain": self.team.domain},
        })
    }

    fn message_action_request(
        &mut self,
        who: &UserId,
        channel: &str,
        ts: &str,
        callback_id: &str,
    ) -> RequestResult {
        self.check_shortcut(callback_id, ShortcutKind::Message)?;
        let channel = self.visible_channel(who, channel)?;
        let message = channel.message(ts).ok_or("The message was deleted.")?;
        let message_json = self.message_json(channel, message, Metadata::Included);
        let (id, named) = (channel.id.clone(), interaction_channel(channel));
        let mut payload = self.interaction_payload("message_action", who);
        let more = json!({
            "action_ts": self.next_ts(), "callback_id": callback_id,
            "trigger_id": self.new_trigger(who, None), "message_ts": ts, "channel": named,
            "response_url": self.new_response_url("app", who, &id, Some(ts)), "message": message_json,
        });
        merge(&mut payload, more);
        Ok(interaction_request(payload, who))
    }

    fn check_shortcut(&self, callback_id: &str, kind: ShortcutKind) -> Result<(), String> {
        let mut shortcuts = self.app.shortcuts.iter();
        if shortcuts.any(|shortcut| shortcut.callback_id == callback_id && shortcut.kind == kind) {
            return Ok(());
        }
        Err(format!(
            "There is no {} shortcut {callback_id}.",
            kind.as_str()
        ))
    }
}
