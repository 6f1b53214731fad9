//! Trigger IDs: they allow the app to open one modal within three seconds of a user action.

use chrono::{DateTime, Duration, Utc};

use crate::ids;
use crate::ids::UserId;
use crate::workspace::Workspace;

/// The user action that a trigger ID belongs to.
#[derive(Clone, Debug)]
pub(crate) struct Trigger {
    pub(crate) user: UserId,
    /// The view that the user acted in, if any.
    pub(crate) from_view: Option<String>,
    created_at: DateTime<Utc>,
    is_used: bool,
}

impl Workspace {
    /// Creates a trigger ID for a user action.
    pub(crate) fn new_trigger(&mut self, user: &UserId, from_view: Option<&str>) -> String {
        let serial = self.next_serial();
        let secret = ids::secret(&format!("trigger {serial}"), 32);
        let id = format!(
            "{}.{}.{secret}",
            7_000_000_000_000 + serial,
            3_786_333_585_385_u64
        );
        let trigger = Trigger {
            user: user.clone(),
            from_view: from_view.map(str::to_owned),
            created_at: self.now(),
            is_used: false,
        };
        self.triggers.insert(id.clone(), trigger);
        id
    }

    /// Returns the trigger of an ID that is still valid. It expires with the ack timeout, 3 s
    /// (docs.slack.dev/interactivity/handling-user-interaction). The error is Slack's error code.
    pub(crate) fn check_trigger(&self, id: &str) -> Result<Trigger, &'static str> {
        let trigger = self.triggers.get(id).ok_or("invalid_trigger_id")?;
        if trigger.is_used {
            return Err("exchanged_trigger_id");
        }
        let life = Duration::from_std(self.ack_timeout).unwrap_or(Duration::MAX);
        if self.now() - trigger.created_at > life {
            return Err("expired_trigger_id");
        }
        Ok(trigger.clone())
    }

    /// Marks a trigger ID as used.
    pub(crate) fn consume_trigger(&mut self, id: &str) {
        if let Some(trigger) = self.triggers.get_mut(id) {
            trigger.is_used = true;
        }
    }
}
