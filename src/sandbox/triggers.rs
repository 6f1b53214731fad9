//! Trigger ids: they let the app open one form within three seconds of what a person did.

use chrono::{DateTime, Duration, Utc};

use super::ids;
use super::ids::PersonId;
use super::workspace::Workspace;

/// What a trigger id stands for.
#[derive(Clone, Debug)]
pub(super) struct Trigger {
    pub(super) person: PersonId,
    /// The view that the person acted in, if it was one.
    pub(super) from_view: Option<String>,
    made_at: DateTime<Utc>,
    is_used: bool,
}

impl Workspace {
    /// Gives a trigger id for what a person just did.
    pub(super) fn new_trigger(&mut self, person: &PersonId, from_view: Option<&str>) -> String {
        let serial = self.next_serial();
        let secret = ids::secret(&format!("trigger {serial}"), 32);
        let id = format!(
            "{}.{}.{secret}",
            7_000_000_000_000 + serial,
            3_786_333_585_385_u64
        );
        let trigger = Trigger {
            person: person.clone(),
            from_view: from_view.map(str::to_owned),
            made_at: self.now(),
            is_used: false,
        };
        self.triggers.insert(id.clone(), trigger);
        id
    }

    /// Gives what a trigger id stands for, if it is still good: it lives as long as Slack waits for an
    /// answer, 3 s (docs.slack.dev/interactivity/handling-user-interaction). An error is Slack's code.
    pub(super) fn check_trigger(&self, id: &str) -> Result<Trigger, &'static str> {
        let trigger = self.triggers.get(id).ok_or("invalid_trigger_id")?;
        if trigger.is_used {
            return Err("exchanged_trigger_id");
        }
        let life = Duration::from_std(self.patience).unwrap_or(Duration::MAX);
        if self.now() - trigger.made_at > life {
            return Err("expired_trigger_id");
        }
        Ok(trigger.clone())
    }

    /// Uses a trigger id up.
    pub(super) fn use_trigger(&mut self, id: &str) {
        if let Some(trigger) = self.triggers.get_mut(id) {
            trigger.is_used = true;
        }
    }
}
