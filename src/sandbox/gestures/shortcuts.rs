//! Shortcuts: global ones, and those in the menu of a message.

use serde_json::{Value, json};

use super::super::Sandbox;
use super::super::answers::Seen;
use super::super::channels::{Channel, ChannelKind};
use super::super::ids::PersonId;
use super::super::manifest::ShortcutPlace;
use super::super::message_json::Metadata;
use super::super::people::merge;
use super::super::requests::{Request, RequestKind};
use super::super::workspace::Workspace;
use super::Made;

impl Sandbox {
    /// Starts a global shortcut.
    pub async fn shortcut(&self, who: &str, callback_id: &str) -> Seen {
        self.sends(who, |workspace, who| {
            workspace.check_shortcut(callback_id, ShortcutPlace::Global)?;
            let mut payload = workspace.interaction("shortcut", who);
            let more = json!({
                "action_ts": workspace.next_ts(), "callback_id": callback_id,
                "trigger_id": workspace.new_trigger(who, None),
            });
            merge(&mut payload, more);
            Ok(interaction(payload, who))
        })
        .await
    }

    /// Chooses a shortcut in the menu of a message.
    pub async fn message_action(
        &self,
        who: &str,
        channel: &str,
        ts: &str,
        callback_id: &str,
    ) -> Seen {
        self.sends(who, |workspace, who| {
            workspace.act_on_message(who, (channel, ts), callback_id)
        })
        .await
    }
}

/// Makes the request of an interaction.
pub(super) fn interaction(payload: Value, who: &PersonId) -> Request {
    Request {
        kind: RequestKind::Interaction,
        payload,
        who: Some(who.clone()),
    }
}

/// Gives a channel as interactions name it.
pub(super) fn channel_of_interaction(channel: &Channel) -> Value {
    let name = match channel.kind {
        ChannelKind::Public => channel.name.as_str(),
        ChannelKind::Private => "privategroup",
        ChannelKind::Im(_) => "directmessage",
    };
    json!({"id": channel.id, "name": name})
}

impl Workspace {
    /// Gives the fields that every interaction has.
    pub(super) fn interaction(&self, kind: &str, who: &PersonId) -> Value {
        json!({
            "type": kind, "user": self.user_of_interaction(who), "api_app_id": self.app.id,
            "token": "verification-token", "enterprise": null, "is_enterprise_install": false,
            "team": {"id": self.team.id, "domain": self.team.domain},
        })
    }

    fn act_on_message(
        &mut self,
        who: &PersonId,
        (channel, ts): (&str, &str),
        callback_id: &str,
    ) -> Made {
        self.check_shortcut(callback_id, ShortcutPlace::Message)?;
        let found = self.seen_channel(who, channel)?;
        let message = found.message(ts).ok_or("The message was deleted.")?;
        let told = self.message_json(found, message, Metadata::Shown);
        let (id, named) = (found.id.clone(), channel_of_interaction(found));
        let mut payload = self.interaction("message_action", who);
        let more = json!({
            "action_ts": self.next_ts(), "callback_id": callback_id,
            "trigger_id": self.new_trigger(who, None), "message_ts": ts, "channel": named,
            "response_url": self.new_response_url("app", who, (&id, Some(ts))), "message": told,
        });
        merge(&mut payload, more);
        Ok(interaction(payload, who))
    }

    fn check_shortcut(&self, callback_id: &str, place: ShortcutPlace) -> Result<(), String> {
        let mut shortcuts = self.app.shortcuts.iter();
        if shortcuts.any(|shortcut| shortcut.callback_id == callback_id && shortcut.place == place)
        {
            return Ok(());
        }
        Err(format!(
            "There is no {} shortcut {callback_id}.",
            place.as_str()
        ))
    }
}
