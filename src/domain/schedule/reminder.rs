//! Reminders in an incident's channel, or to the owner of its postmortem: how users snooze and stop them.

use chrono::Duration;
use serde::{Deserialize, Serialize};

use super::{ReminderOutcome, ScheduleChange, ScheduleEntry, ScheduleKind};
use crate::delivery::PostReminder;
use crate::{
    Actor, Change, Decision, DecisionContext, Delivery, Incident, Rejection, TimelineEntry,
    TimelineEvent,
};

/// A schedule entry that posts in the incident's channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reminder {
    /// The incident is active and had no status update for the configured time.
    Update,
    /// The severity is still unknown.
    Severity,
    /// The postmortem is not completed. It is sent in a direct message as well.
    Postmortem,
}

impl Reminder {
    /// All reminders.
    pub const ALL: [Self; 3] = [Self::Update, Self::Severity, Self::Postmortem];

    /// Returns the value that buttons and timeline entries use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Update => "update",
            Self::Severity => "severity",
            Self::Postmortem => "postmortem",
        }
    }

    /// Returns for how long **Snooze** postpones it.
    pub fn snooze_duration(self) -> Duration {
        match self {
            Self::Update | Self::Severity => Duration::minutes(30),
            Self::Postmortem => Duration::days(1),
        }
    }

    /// Returns the kind of its schedule entry.
    pub fn kind(self) -> ScheduleKind {
        match self {
            Self::Update => ScheduleKind::UpdateReminder,
            Self::Severity => ScheduleKind::SeverityReminder,
            Self::Postmortem => ScheduleKind::PostmortemReminder,
        }
    }
}

/// Returns the delivery that a due reminder enqueues.
pub(super) fn delivery(reminder: Reminder, entry: &ScheduleEntry) -> Delivery {
    PostReminder {
        reminder,
        since: entry.since,
    }
    .into()
}

impl Incident {
    /// Postpones a reminder at a user's request.
    pub fn snooze(&self, reminder: Reminder, actor: &Actor, ctx: &DecisionContext<'_>) -> Decision {
        let entry = self.scheduled_reminder(reminder, ctx)?;
        let mut change = Change::new(self.clone(), ctx.now);
        let until = ctx.now.plus(reminder.snooze_duration());
        let snoozed = entry.postponed(until);
        let user = actor.require_user()?.clone();
        change.close_reminder(reminder, &ReminderOutcome::Snoozed { user, until });
        change.schedule.push(ScheduleChange::Set(snoozed));
        Ok(change)
    }

    /// Stops the reminders of one kind. The posted one is rewritten, so there is no other post about it.
    pub fn stop_reminders(
        &self,
        reminder: Reminder,
        actor: &Actor,
        ctx: &DecisionContext<'_>,
    ) -> Decision {
        let stopped = self.scheduled_reminder(reminder, ctx)?.stopped();
        let mut incident = self.clone();
        incident.touch_responder(actor);
        let mut change = Change::new(incident, actor.at);
        let what = TimelineEvent::RemindersStopped { reminder };
        change.add_entry(TimelineEntry::by_actor(actor, what));
        let user = actor.require_user()?.clone();
        change.close_reminder(reminder, &ReminderOutcome::Stopped { user });
        change.schedule.push(ScheduleChange::Set(stopped));
        Ok(change)
    }

    /// Returns the entry of a reminder that will fire again, or of the last one about the postmortem.
    fn scheduled_reminder<'a>(
        &self,
        reminder: Reminder,
        ctx: &DecisionContext<'a>,
    ) -> Result<&'a ScheduleEntry, Rejection> {
        let entry = ctx.entry_of(self, reminder.kind());
        let is_last = |entry: &ScheduleEntry| {
            reminder == Reminder::Postmortem && !entry.is_stopped && reminder.kind().is_needed(self)
        };
        let is_current = |entry: &&ScheduleEntry| entry.due_at.is_some() || is_last(entry);
        entry.filter(is_current).ok_or_else(|| {
            Rejection(format!(
                "These reminders of {} have been stopped or are no longer needed.",
                self.id
            ))
        })
    }
}
