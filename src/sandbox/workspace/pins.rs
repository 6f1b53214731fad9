//! Pinned messages of a channel, at most 100.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::ids::{ChannelId, UserId};
use crate::workspace::Workspace;
use crate::workspace::message_json::Metadata;

/// A pinned message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pin {
    pub(crate) ts: String,
    pub(crate) pinned_by: UserId,
    /// Epoch seconds.
    pub(crate) pinned_at: i64,
}

const MAX_PINS: usize = 100;

impl Workspace {
    /// Pins a message. The error is Slack's error code (docs.slack.dev/reference/methods/pins.add).
    pub(crate) fn pin_message(
        &mut self,
        channel: &ChannelId,
        ts: &str,
        actor: &UserId,
    ) -> Result<(), &'static str> {
        let at = self.now().timestamp();
        let pin = Pin {
            ts: ts.to_owned(),
            pinned_by: actor.clone(),
            pinned_at: at,
        };
        self.with_channel(channel, |channel| {
            let message = channel.message(ts).ok_or("message_not_found")?;
            if message.subtype.is_some() {
                return Err("not_pinnable");
            }
            if channel.pins.iter().any(|pin| pin.ts == ts) {
                return Err("already_pinned");
            }
            if channel.pins.len() >= MAX_PINS {
                return Err("too_many_pins");
            }
            channel.pins.push(pin);
            Ok(())
        })
        .ok_or("channel_not_found")??;
        self.push_pin_event("pin_added", channel, ts, actor);
        Ok(())
    }

    /// Unpins a message. The error is Slack's error code.
    pub(crate) fn unpin_message(
        &mut self,
        channel: &ChannelId,
        ts: &str,
        actor: &UserId,
    ) -> Result<(), &'static str> {
        self.with_channel(channel, |channel| {
            channel.message(ts).ok_or("message_not_found")?;
            let index = channel.pins.iter().position(|pin| pin.ts == ts);
            channel.pins.remove(index.ok_or("no_pin")?);
            Ok::<(), &'static str>(())
        })
        .ok_or("channel_not_found")??;
        self.push_pin_event("pin_removed", channel, ts, actor);
        Ok(())
    }

    fn push_pin_event(&mut self, event: &str, channel_id: &ChannelId, ts: &str, actor: &UserId) {
        let Some(channel) = self.channels.get(channel_id) else {
            return;
        };
        let Some(message) = channel.message(ts) else {
            return;
        };
        let json = json!({
            "type": event, "user": actor, "channel_id": channel_id, "item_user": message.user,
            "item": {
                "type": "message", "channel": channel_id, "created": self.now().timestamp(),
                "created_by": actor, "message": self.message_json(channel, message, Metadata::Omitted),
            },
            "pin_count": channel.pins.len(),
            "pinned_info": {"channel": channel_id, "pinned_by": actor, "pinned_ts": self.now().timestamp()},
            "has_pins": !channel.pins.is_empty(),
        });
        self.push_event_in_channel(channel_id, event, json);
    }
}
