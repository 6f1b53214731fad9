//! Posts a reminder in the incident's channel.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, Failure, Needs, OrderingKey};
use crate::{
    Change, DecisionContext, Incident, Reminder, ReminderOutcome, ReminderPost, ScheduleEntry,
    Timestamp,
};

/// Posts a reminder in the incident's channel. It is cancelled when it becomes unnecessary. If it may have been
/// posted by then, it is looked up, so that it can lose its buttons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostReminder {
    /// The reminder.
    pub reminder: Reminder,
    /// The start of the condition that it reports.
    pub since: Timestamp,
}

impl PostReminder {
    /// Returns the ordering key of all deliveries of a reminder.
    pub(crate) fn ordering_key_of(reminder: Reminder) -> OrderingKey {
        OrderingKey::new(&format!("reminder {}", reminder.as_str()))
    }

    /// Returns whether the reminder became unnecessary since it was enqueued.
    pub fn is_obsolete(&self, incident: &Incident, schedule: &[ScheduleEntry]) -> bool {
        let mut entries = schedule.iter();
        let entry = entries.find(|entry| entry.kind == self.reminder.kind());
        self.outcome(incident, entry).is_some()
    }

    fn outcome(
        &self,
        incident: &Incident,
        entry: Option<&ScheduleEntry>,
    ) -> Option<ReminderOutcome> {
        self.reminder
            .outcome_while_posted(self.since, incident, entry)
    }
}

impl DeliverySpec for PostReminder {
    type Output = ReminderPost;
    const PRIORITY: u8 = 130;
    const COALESCE: Coalesce = Coalesce::Latest;

    fn ordering_key(&self) -> OrderingKey {
        Self::ordering_key_of(self.reminder)
    }

    fn needs(&self, incident: &Incident) -> Needs {
        let owner = incident.postmortem.iter().map(|it| &it.owner);
        Needs {
            schedule: true,
            ..Needs::names(incident, owner)
        }
    }

    /// Not posted in the channel: the reminder is sent again later.
    fn on_failed(
        &self,
        incident: &Incident,
        failure: &Failure,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        failure.record(self, incident, ctx).0
    }

    /// Closes the earlier reminders of the kind, and this one if it became unnecessary while it was posted.
    fn on_done(
        &self,
        incident: &Incident,
        posted: ReminderPost,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        let mut change = Change::new(incident.clone(), ctx.now);
        let at = ctx.now;
        change.close_reminder(self.reminder, &ReminderOutcome::Repeated { at });
        change.incident.reminder_posts.push(posted);
        let entry = ctx.entry_of(incident, self.reminder.kind());
        if let Some(outcome) = self.outcome(incident, entry) {
            change.close_reminder(self.reminder, &outcome);
        }
        change
    }
}
