//! Pinned messages of a channel, at most 100.

use serde_json::json;

use crate::ids::{ChannelId, UserId};
use crate::workspace::Workspace;
use crate::workspace::message_json::Metadata;

/// A pinned message.
#[derive(Clone, Debug, PartialEq, Eq)]
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
        (channel, ts): (&ChannelId, &str),
        by: &UserId,
    ) -> Result<(), &'static str> {
        let at = self.now().timestamp();
        let pin = Pin {
            ts: ts.to_owned(),
            pinned_by: by.clone(),
            pinned_at: at,
        };
        self.with_channel(channel, |found| {
            let message = found.message(ts).ok_or("message_not_found")?;
            if message.subtype.is_some() {
                return Err("not_pinnable");
            }
            if found.pins.iter().any(|pin| pin.ts == ts) {
                return Err("already_pinned");
            }
            if found.pins.len() >= MAX_PINS {
                return Err("too_many_pins");
            }
            found.pins.push(pin);
            Ok(())
        })
        .ok_or("channel_not_found")??;
        self.push_pin_event("pin_added", (channel, ts), by);
        Ok(())
    }

    /// Unpins a message. The error is Slack's error code.
    pub(crate) fn unpin_message(
        &mut self,
        (channel, ts): (&ChannelId, &str),
        by: &UserId,
    ) -> Result<(), &'static str> {
        self.with_channel(channel, |found| {
            found.message(ts).ok_or("message_not_found")?;
            let place = found.pins.iter().position(|pin| pin.ts == ts);
            found.pins.remove(place.ok_or("no_pin")?);
            Ok::<(), &'static str>(())
        })
        .ok_or("channel_not_found")??;
        self.push_pin_event("pin_removed", (channel, ts), by);
        Ok(())
    }

    fn push_pin_event(&mut self, event: &str, (channel, ts): (&ChannelId, &str), by: &UserId) {
        let Some(found) = self.channels.get(channel) else {
            return;
        };
        let Some(message) = found.message(ts) else {
            return;
        };
        let told = json!({
            "type": event, "user": by, "channel_id": channel, "item_user": message.user,
            "item": {
                "type": "message", "channel": channel, "created": self.now().timestamp(),
                "created_by": by, "message": self.message_json(found, message, Metadata::Omitted),
            },
            "pin_count": found.pins.len(),
            "pinned_info": {"channel": channel, "pinned_by": by, "pinned_ts": self.now().timestamp()},
            "has_pins": !found.pins.is_empty(),
        });
        self.push_event_in_channel(channel, event, told);
    }
}
