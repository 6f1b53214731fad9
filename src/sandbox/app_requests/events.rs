//! The Events API: queues the events that the manifest subscribes to and builds their envelopes.

use serde_json::{Value, json};

use crate::ids;
use crate::ids::{ChannelId, UserId};
use crate::workspace::Workspace;
use crate::workspace::channels::ChannelKind;
use crate::workspace::users::merge;

impl Workspace {
    /// Queues an event in a channel, if the bot is a member.
    pub(crate) fn push_event_in_channel(&mut self, channel: &ChannelId, name: &str, event: Value) {
        let bot = &self.app.bot_user;
        if self
            .channels
            .get(channel)
            .is_some_and(|channel| channel.has_member(bot))
        {
            self.push_event(name, event);
        }
    }

    /// Queues a channel event: `created`, `rename`, `archive`, `unarchive` or `deleted`.
    ///
    /// The bot receives it for all public channels, and for private channels of which it is a member.
    pub(crate) fn push_channel_event(
        &mut self,
        channel_id: &ChannelId,
        happening: &str,
        actor: &UserId,
    ) {
        let Some(channel) = self.channels.get(channel_id) else {
            return;
        };
        let family = match channel.kind {
            ChannelKind::Public => "channel",
            ChannelKind::Private if channel.has_member(&self.app.bot_user) => "group",
            ChannelKind::Private | ChannelKind::Im(_) => return,
        };
        let name = format!("{family}_{happening}");
        let about = json!({
            "id": channel.id, "name": channel.name, "name_normalized": channel.name,
            "created": channel.created, "creator": channel.creator,
            "is_channel": family == "channel", "is_mpim": false, "context_team_id": self.team.id,
        });
        let event = match happening {
            "created" | "rename" => json!({"type": name, "channel": about}),
            "archive" | "unarchive" => {
                json!({"type": name, "channel": channel_id, "user": actor, "is_moved": 0})
            }
            _ => json!({"type": name, "channel": channel_id, "actor_id": actor}),
        };
        self.push_event(&name, event);
    }

    /// Queues an event, if the app subscribed to it.
    pub(crate) fn push_event(&mut self, name: &str, mut event: Value) {
        if !self.app.is_subscribed(name) {
            return;
        }
        if event.get("event_ts").is_none() {
            event["event_ts"] = json!(self.next_ts());
        }
        let envelope = self.event_envelope(event);
        self.pending_events.push(envelope);
    }

    /// Takes all queued events.
    pub(crate) fn take_events(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.pending_events)
    }

    fn event_envelope(&mut self, event: Value) -> Value {
        let serial = self.next_serial();
        let mut envelope = json!({
            "token": "verification-token", "team_id": self.team.id,
            "context_team_id": self.team.id, "context_enterprise_id": null,
            "api_app_id": self.app.id, "type": "event_callback",
            "event_id": ids::from_serial('E', serial).replacen("E0", "Ev", 1),
            "event_time": self.now().timestamp(), "event": event,
            "is_ext_shared_channel": false,
        });
        let authorization = json!({
            "enterprise_id": null, "team_id": self.team.id, "user_id": self.app.bot_user,
            "is_bot": true, "is_enterprise_install": false,
        });
        let context = format!("4-{}", ids::secret(&format!("event {serial}"), 32));
        merge(
            &mut envelope,
            json!({"authorizations": [authorization], "event_context": context}),
        );
        envelope
    }
}
