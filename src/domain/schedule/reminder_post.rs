//! Posted reminders: an answered one is rewritten, so that the channel shows who did what about it.

use serde::{Deserialize, Serialize};

use super::{Reminder, ScheduleEntry};
use crate::delivery::EditReminder;
use crate::{Change, ChannelId, Incident, MessageTs, Timestamp, UserId};

/// A reminder in the incident's channel that still has its buttons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReminderPost {
    /// The reminder.
    pub reminder: Reminder,
    /// The channel.
    pub channel: ChannelId,
    /// The message's timestamp.
    pub ts: MessageTs,
}

/// The outcome of a posted reminder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum ReminderOutcome {
    /// A user posted a status update, set the severity, or changed the status.
    Answered {
        /// The user.
        user: UserId,
        /// When.
        at: Timestamp,
    },
    /// A user postponed it.
    Snoozed {
        /// The user.
        user: UserId,
        /// When the next one is due.
        until: Timestamp,
    },
    /// A user stopped the reminders of its kind.
    Stopped {
        /// The user.
        user: UserId,
    },
    /// The next one was posted.
    Repeated {
        /// When.
        at: Timestamp,
    },
    /// It became unnecessary without a user.
    Obsolete,
}

impl ReminderOutcome {
    /// Returns the user who answered, postponed or stopped the reminder.
    pub fn user(&self) -> Option<&UserId> {
        match self {
            Self::Answered { user, .. } | Self::Snoozed { user, .. } | Self::Stopped { user } => {
                Some(user)
            }
            Self::Repeated { .. } | Self::Obsolete => None,
        }
    }
}

impl Change {
    /// Enqueues the edits of the posts of a reminder, which lose their buttons.
    pub(crate) fn close_reminder(&mut self, reminder: Reminder, outcome: &ReminderOutcome) {
        for post in std::mem::take(&mut self.incident.reminder_posts) {
            if post.reminder == reminder {
                let outcome = outcome.clone();
                self.enqueue(EditReminder { post, outcome });
            } else {
                self.incident.reminder_posts.push(post);
            }
        }
    }

    /// Closes the reminders that the change answers. `before` is the incident before the change.
    pub(crate) fn close_answered_reminders(&mut self, before: &Incident) {
        if self.incident.reminder_posts.is_empty() {
            return;
        }
        for reminder in Reminder::ALL {
            if let Some(outcome) = self.answer_of(reminder, before) {
                self.close_reminder(reminder, &outcome);
            }
        }
    }

    /// Returns how the change answers a reminder; `None` if it does not.
    fn answer_of(&self, reminder: Reminder, before: &Incident) -> Option<ReminderOutcome> {
        let since = before.last_update.as_ref().map(|update| update.at);
        let update = reminder.update_after(since, &self.incident);
        let is_postmortem_changed =
            reminder == Reminder::Postmortem && before.postmortem != self.incident.postmortem;
        let is_needed = reminder.kind().is_needed(&self.incident) && !is_postmortem_changed;
        if update.is_some() || is_needed {
            return update;
        }
        let user = self.entries.iter().find_map(|it| it.recorded_by.clone());
        Some(match user {
            Some(user) => ReminderOutcome::Answered { user, at: self.at },
            None => ReminderOutcome::Obsolete,
        })
    }
}

impl Reminder {
    /// Returns the outcome of an update reminder if a status update was posted after `since`.
    fn update_after(
        self,
        since: Option<Timestamp>,
        incident: &Incident,
    ) -> Option<ReminderOutcome> {
        let update = match self {
            Self::Update => incident.last_update.as_ref(),
            Self::Severity | Self::Postmortem => None,
        };
        let update = update.filter(|update| since.is_none_or(|since| update.at > since));
        update.map(|update| match update.author.clone() {
            Some(user) => ReminderOutcome::Answered {
                user,
                at: update.at,
            },
            None => ReminderOutcome::Obsolete,
        })
    }

    /// Returns what a reminder led to while it was being posted; `None` if it is still needed. `since` is the
    /// start of the condition that it reports.
    pub(crate) fn outcome_while_posted(
        self,
        since: Timestamp,
        incident: &Incident,
        entry: Option<&ScheduleEntry>,
    ) -> Option<ReminderOutcome> {
        let is_needed = entry.is_some_and(|entry| !entry.is_stopped && entry.since == since);
        let outcome = self.update_after(Some(since), incident);
        outcome.or((!is_needed).then_some(ReminderOutcome::Obsolete))
    }
}
