//! Reminders in an incident's channel, and the archiving of that channel.

use chrono::Duration;
use serde::{Deserialize, Serialize};

use crate::delivery::{ArchiveChannel, PostActivity, PostReminder, UpsertAnnouncement};
use crate::{
    Activity, Actor, Change, ChannelState, DecisionContext, Delivery, Incident, Settings, Severity,
    Status, TimelineEntry, TimelineEvent, Timestamp,
};

/// How long **Snooze 30 min** postpones a reminder.
pub const SNOOZE: Duration = Duration::minutes(30);

/// How long no user must have written in a channel before it is archived.
pub const ARCHIVE_QUIET_PERIOD: Duration = Duration::days(1);

/// Something that becomes due a configured time after another event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reminder {
    /// The incident is active and had no status update for the configured time.
    Update,
    /// The severity is still unknown.
    Severity,
    /// The incident was resolved some days ago, and its channel can be archived.
    Archive,
}

/// The state of a reminder of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReminderState {
    /// The incident needs no reminder.
    Idle,
    /// The reminder becomes due later.
    Scheduled {
        /// The start of the wait.
        since: Timestamp,
        /// The time from which the configured interval is counted: the last reminder, or `since`. `None` if
        /// the reminder was postponed; then the settings do not apply.
        base_at: Option<Timestamp>,
        /// When the reminder is due.
        due_at: Timestamp,
    },
    /// The reminder was due, and its delivery is enqueued.
    Fired {
        /// The start of the wait.
        since: Timestamp,
    },
    /// A user stopped it.
    Stopped,
}

/// A change of a reminder by a user or by Muster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReminderAdjustment {
    /// Not due before this time.
    Postpone(Timestamp),
    /// Not due again until the incident needs no reminder of this kind.
    Stop,
}

impl ReminderState {
    /// Returns when the reminder is due, if it is scheduled.
    pub fn due_at(self) -> Option<Timestamp> {
        match self {
            Self::Scheduled { due_at, .. } => Some(due_at),
            Self::Idle | Self::Fired { .. } | Self::Stopped => None,
        }
    }

    /// Returns the state after a reminder was postponed. Idle and stopped reminders cannot be postponed.
    fn postponed(self, due_at: Timestamp) -> Self {
        match self {
            Self::Idle | Self::Stopped => self,
            Self::Scheduled { since, .. } | Self::Fired { since } => Self::Scheduled {
                since,
                base_at: None,
                due_at,
            },
        }
    }
}

impl Reminder {
    /// All reminders.
    pub const ALL: [Self; 3] = [Self::Update, Self::Severity, Self::Archive];

    /// Returns the value that the store uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Update => "update",
            Self::Severity => "severity",
            Self::Archive => "archive",
        }
    }

    /// Returns the delivery that a due reminder enqueues.
    fn delivery(self, since: Timestamp) -> Delivery {
        match self {
            Self::Update | Self::Severity => PostReminder {
                reminder: self,
                since,
            }
            .into(),
            Self::Archive => ArchiveChannel.into(),
        }
    }

    /// Returns the state of a reminder that fired at `now`.
    fn state_after_firing(
        self,
        since: Timestamp,
        next_due_at: Timestamp,
        now: Timestamp,
    ) -> ReminderState {
        match self {
            Self::Update | Self::Severity => ReminderState::Scheduled {
                since,
                base_at: Some(now),
                due_at: next_due_at,
            },
            Self::Archive => ReminderState::Fired { since },
        }
    }

    /// Returns the ordering key of the deliveries.
    pub fn ordering_key(self) -> String {
        format!("reminder {}", self.as_str())
    }

    /// Returns the configured interval for the current state of the incident; `None` if no reminder is
    /// needed.
    pub fn interval(self, incident: &Incident, settings: &Settings) -> Option<Duration> {
        let can_be_written_to = match incident.channel_state {
            ChannelState::Pending | ChannelState::Open => true,
            ChannelState::Failed | ChannelState::Archived | ChannelState::Deleted => false,
        };
        let minutes = |minutes: u32| (minutes > 0).then(|| Duration::minutes(minutes.into()));
        let is_active = incident.status == Status::Active;
        match self {
            _ if !can_be_written_to => None,
            Self::Update if is_active => {
                let configured = settings.reminder_minutes.get(&incident.severity);
                minutes(configured.copied().unwrap_or(0))
            }
            Self::Severity if is_active && incident.severity == Severity::Unknown => {
                minutes(settings.reminder_minutes_unknown)
            }
            Self::Archive if !incident.status.is_open() => {
                let days = settings.archive_after_days;
                (days > 0).then(|| Duration::days(days.into()))
            }
            Self::Update | Self::Severity | Self::Archive => None,
        }
    }

    /// Returns whether a state is consistent with the incident: a needed reminder is scheduled, fired or
    /// stopped; any other is idle.
    pub fn is_consistent(
        self,
        stands: ReminderState,
        incident: &Incident,
        settings: &Settings,
    ) -> bool {
        let is_called_for = self.interval(incident, settings).is_some();
        is_called_for == (stands != ReminderState::Idle)
    }

    /// Returns the state after a change of the incident. An update reminder restarts if a user made the
    /// change, because that counts as a status update.
    pub fn next_state(
        self,
        before: ReminderState,
        change: &ReminderContext<'_>,
        adjustment: Option<ReminderAdjustment>,
    ) -> ReminderState {
        let ReminderContext {
            incident,
            settings,
            triggered_by,
            at,
        } = *change;
        let Some(interval) = self.interval(incident, settings) else {
            return ReminderState::Idle;
        };
        let since = match self {
            Self::Update | Self::Severity => at,
            Self::Archive => incident.resolved_at.unwrap_or(at),
        };
        let started = ReminderState::Scheduled {
            since,
            base_at: Some(since),
            due_at: since.plus(interval).max(at),
        };
        match (adjustment, before) {
            (Some(ReminderAdjustment::Stop), _) | (None, ReminderState::Stopped) => {
                ReminderState::Stopped
            }
            (Some(ReminderAdjustment::Postpone(due_at)), _) => before.postponed(due_at),
            (None, ReminderState::Idle) => started,
            (
                None,
                ReminderState::Scheduled { since: known, .. }
                | ReminderState::Fired { since: known },
            ) => match self {
                Self::Update if triggered_by == TriggeredBy::User => started,
                Self::Archive if known != since => started,
                Self::Update | Self::Severity | Self::Archive => before,
            },
        }
    }
}

/// The inputs that decide the next state of a reminder.
#[derive(Clone, Copy, Debug)]
pub struct ReminderContext<'a> {
    /// The incident after the change.
    pub incident: &'a Incident,
    /// The team's settings.
    pub settings: &'a Settings,
    /// Who made the change.
    pub triggered_by: TriggeredBy,
    /// When the change was made.
    pub at: Timestamp,
}

/// Who made a change of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TriggeredBy {
    /// A user. The change counts as a status update.
    User,
    /// Muster itself.
    Muster,
}

impl Incident {
    /// Handles a reminder whose due time has passed. It fires only if the current settings still call for
    /// it.
    pub fn claim_reminder(&self, reminder: Reminder, ctx: &DecisionContext<'_>) -> Change {
        let now = ctx.now;
        let mut change = Change::new(self.clone(), now);
        let stored = ctx.reminder_state(reminder);
        let mut state = reminder.rescheduled(stored, self, ctx.settings, now);
        if let ReminderState::Scheduled { since, due_at, .. } = state
            && let Some(interval) = reminder.interval(self, ctx.settings)
            && due_at <= now
        {
            change.enqueue(reminder.delivery(since));
            state = reminder.state_after_firing(since, now.plus(interval), now);
        }
        change.reminders.push((reminder, state));
        if reminder == Reminder::Update {
            change.enqueue_header_refresh();
        }
        change
    }

    /// Adapts the reminders to changed settings.
    pub fn reschedule_reminders(&self, ctx: &DecisionContext<'_>) -> Change {
        let mut change = Change::new(self.clone(), ctx.now);
        for reminder in Reminder::ALL {
            let before = ctx.reminder_state(reminder);
            let after = reminder.rescheduled(before, self, ctx.settings, ctx.now);
            if after == before {
                continue;
            }
            change.reminders.push((reminder, after));
            if reminder == Reminder::Update && after.due_at() != before.due_at() {
                change.enqueue_header_refresh();
            }
        }
        change
    }

    /// Postpones a reminder by `SNOOZE` at a user's request.
    pub fn snooze(&self, reminder: Reminder, now: Timestamp) -> Change {
        let mut change = Change::new(self.clone(), now);
        change
            .reminder_adjustments
            .push((reminder, ReminderAdjustment::Postpone(now.plus(SNOOZE))));
        change
    }

    /// Stops the reminders of one kind, and posts this in the channel.
    pub fn stop_reminders(&self, reminder: Reminder, actor: &Actor) -> Change {
        let mut incident = self.clone();
        incident.touch_responder(actor);
        let mut change = Change::new(incident, actor.at);
        let what = TimelineEvent::RemindersStopped { reminder };
        change.add_entry(TimelineEntry::by_actor(actor, what.clone()));
        if self.channel_state == ChannelState::Open {
            change.enqueue(PostActivity {
                activity: Activity::by_actor(actor, what),
            });
        }
        change
            .reminder_adjustments
            .push((reminder, ReminderAdjustment::Stop));
        change
    }

    /// Postpones archiving because a user wrote in the channel recently.
    pub fn postpone_archiving(&self, last: Timestamp, now: Timestamp) -> Change {
        let mut change = Change::new(self.clone(), now);
        let quiet = ReminderAdjustment::Postpone(
            last.plus(ARCHIVE_QUIET_PERIOD)
                .max(now.plus(Duration::minutes(1))),
        );
        change.reminder_adjustments.push((Reminder::Archive, quiet));
        change
    }

    /// Records that Muster archived the channel some days after resolution.
    pub fn channel_auto_archived(&self, now: Timestamp) -> Change {
        if self.channel_state != ChannelState::Open {
            return Change::new(self.clone(), now);
        }
        let mut incident = self.clone();
        incident.channel_state = ChannelState::Archived;
        let days = self
            .resolved_at
            .map_or(0, |resolved| now.duration_since(resolved).num_days());
        let mut change = Change::new(incident, now);
        change.add_entry(TimelineEntry::automatic(
            TimelineEvent::ChannelAutoArchived { days },
            now,
        ));
        change.enqueue(UpsertAnnouncement);
        change
    }
}

#[cfg(test)]
mod tests;
