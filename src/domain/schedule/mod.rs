//! The schedule: everything that is due later. Each kind is one file here.

mod channel_archiving;
mod entry;
mod home_refresh;
mod overdue_notice;
mod postmortem_reminder;
mod reminder;
mod reminder_post;
mod severity_reminder;
mod update_reminder;

use std::str::FromStr;

use chrono::Duration;

pub use channel_archiving::ARCHIVE_QUIET_PERIOD;
pub use entry::{ScheduleChange, ScheduleEntry};
pub use overdue_notice::SNOOZED_TASK;
pub(crate) use overdue_notice::update_notices;
pub use reminder::Reminder;
pub use reminder_post::{ReminderOutcome, ReminderPost};

use crate::delivery::{ArchiveChannel, DeliverySpec, OrderingKey, PostReminder};
use crate::notification::fire_pending;
use crate::string_enum::{ParseEnumError, parse_enum};
use crate::{
    Change, ChannelState, DecisionContext, Delivery, Incident, Settings, Severity, Timestamp,
};

/// The kind of a schedule entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ScheduleKind {
    /// The incident is active and had no status update for the configured time, or the promised one is due.
    UpdateReminder,
    /// The severity is still unknown.
    SeverityReminder,
    /// The incident was resolved some days ago, and its channel can be archived.
    ChannelArchiving,
    /// A task of a user is overdue.
    OverdueNotice,
    /// The incident was resolved some days ago, and its postmortem is not completed.
    PostmortemReminder,
    /// A notification of a rule is held back.
    RuleNotification,
    /// The rule of a group of alerts acts, or an alert of it no longer flaps or becomes stale.
    AlertGroup,
    /// The Home view of a user may be outdated.
    HomeRefresh,
}

impl ScheduleKind {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::UpdateReminder,
        Self::SeverityReminder,
        Self::ChannelArchiving,
        Self::OverdueNotice,
        Self::PostmortemReminder,
        Self::RuleNotification,
        Self::AlertGroup,
        Self::HomeRefresh,
    ];

    /// The kinds whose interval is a team setting. An incident has at most one entry of each.
    pub const WITH_INTERVAL: [Self; 4] = [
        Self::UpdateReminder,
        Self::SeverityReminder,
        Self::ChannelArchiving,
        Self::PostmortemReminder,
    ];

    /// Returns the value that the store uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UpdateReminder => "update_reminder",
            Self::SeverityReminder => "severity_reminder",
            Self::ChannelArchiving => "channel_archiving",
            Self::OverdueNotice => "overdue_notice",
            Self::PostmortemReminder => "postmortem_reminder",
            Self::RuleNotification => "rule_notification",
            Self::AlertGroup => "alert_group",
            Self::HomeRefresh => "home_refresh",
        }
    }

    /// Returns the key of the setting that contains the interval.
    pub fn setting(self) -> Option<&'static str> {
        match self {
            Self::UpdateReminder => Some("reminder_minutes"),
            Self::SeverityReminder => Some("reminder_minutes_unknown"),
            Self::ChannelArchiving => Some("archive_after_days"),
            Self::PostmortemReminder => Some("postmortem_reminder_days"),
            Self::OverdueNotice | Self::RuleNotification | Self::AlertGroup | Self::HomeRefresh => {
                None
            }
        }
    }

    /// Returns the configured interval; `None` if the settings disable the kind.
    pub fn interval(self, severity: Severity, settings: &Settings) -> Option<Duration> {
        let interval = match self {
            Self::UpdateReminder => update_reminder::interval(severity, settings),
            Self::SeverityReminder => severity_reminder::interval(settings),
            Self::ChannelArchiving => channel_archiving::interval(settings),
            Self::PostmortemReminder => postmortem_reminder::interval(severity, settings),
            Self::OverdueNotice | Self::RuleNotification | Self::AlertGroup | Self::HomeRefresh => {
                Duration::zero()
            }
        };
        (!interval.is_zero()).then_some(interval)
    }

    /// Returns whether the incident has an entry of this kind, which may be disabled by the settings.
    pub fn is_needed(self, incident: &Incident) -> bool {
        let is_needed = match self {
            Self::UpdateReminder => update_reminder::is_needed(incident),
            Self::SeverityReminder => severity_reminder::is_needed(incident),
            Self::ChannelArchiving => channel_archiving::is_needed(incident),
            // It also goes to its recipient.
            Self::PostmortemReminder => return postmortem_reminder::is_needed(incident),
            Self::OverdueNotice | Self::RuleNotification | Self::AlertGroup | Self::HomeRefresh => {
                false
            }
        };
        is_needed
            && match incident.channel_state {
                ChannelState::Pending | ChannelState::Open => true,
                ChannelState::Failed | ChannelState::Archived | ChannelState::Deleted => false,
            }
    }

    /// Returns whether the stored entry of an incident is scheduled, disabled, stopped or missing as its state
    /// and the settings require.
    pub fn is_consistent(
        self,
        stored: Option<&ScheduleEntry>,
        incident: &Incident,
        settings: &Settings,
    ) -> bool {
        if self == Self::PostmortemReminder && stored.is_none() {
            // Incidents of an older version have none until their next change.
            return true;
        }
        let Some(stored) = stored.filter(|_| self.is_needed(incident)) else {
            return stored.is_none() && !self.is_needed(incident);
        };
        if stored.is_promised(incident.promised_update_at()) {
            return true;
        }
        let interval = self.interval(incident.severity, settings);
        let required = stored.rescheduled(interval, stored.since);
        required.due_at.is_some() == stored.due_at.is_some()
            && required.is_stopped == stored.is_stopped
    }

    /// Returns the ordering key of the deliveries that become unnecessary with the entry.
    pub fn ordering_key(self) -> Option<OrderingKey> {
        match self {
            Self::UpdateReminder => Some(PostReminder::ordering_key_of(Reminder::Update)),
            Self::SeverityReminder => Some(PostReminder::ordering_key_of(Reminder::Severity)),
            Self::ChannelArchiving => Some(ArchiveChannel.ordering_key()),
            Self::PostmortemReminder => Some(PostReminder::ordering_key_of(Reminder::Postmortem)),
            Self::OverdueNotice | Self::RuleNotification | Self::AlertGroup | Self::HomeRefresh => {
                None
            }
        }
    }

    /// Returns whether the entry fires again, one interval after it fired.
    fn is_repeated(self, incident: &Incident) -> bool {
        match self {
            Self::UpdateReminder => update_reminder::is_repeated(incident),
            Self::SeverityReminder => true,
            Self::ChannelArchiving
            | Self::OverdueNotice
            | Self::PostmortemReminder
            | Self::RuleNotification
            | Self::AlertGroup
            | Self::HomeRefresh => false,
        }
    }

    /// Returns the start of a condition that exists at `now`.
    fn starts_at(self, incident: &Incident, now: Timestamp) -> Timestamp {
        let after_resolution = [Self::ChannelArchiving, Self::PostmortemReminder];
        let resolved_at = incident.resolved_at;
        resolved_at
            .filter(|_| after_resolution.contains(&self))
            .unwrap_or(now)
    }

    /// Returns the next regular due time after `now` of an entry that is overdue; `None` if there is none any more.
    fn next_slot(
        self,
        base_at: Timestamp,
        interval: Duration,
        now: Timestamp,
    ) -> Option<Timestamp> {
        match self {
            Self::ChannelArchiving => Some(channel_archiving::next_slot(base_at, now)),
            Self::PostmortemReminder => postmortem_reminder::next_slot(base_at, interval, now),
            Self::UpdateReminder
            | Self::SeverityReminder
            | Self::OverdueNotice
            | Self::RuleNotification
            | Self::AlertGroup
            | Self::HomeRefresh => Some(slot_after(base_at, interval, now)),
        }
    }
}

/// Returns the first time after `now` that is a multiple of `step` after `base_at`.
fn slot_after(base_at: Timestamp, step: Duration, now: Timestamp) -> Timestamp {
    let passed = now.duration_since(base_at).num_milliseconds();
    let steps = passed / step.num_milliseconds().max(1) + 1;
    base_at.plus(Duration::milliseconds(steps * step.num_milliseconds()))
}

impl FromStr for ScheduleKind {
    type Err = ParseEnumError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse_enum("schedule kind", text, &Self::ALL, Self::as_str, |_| false)
    }
}

impl Incident {
    /// Fires a schedule entry that is due. It enqueues nothing if the incident or the current settings do not
    /// call for it any more. This is the only place that decides that.
    pub fn claim_scheduled(&self, entry: &ScheduleEntry, ctx: &DecisionContext<'_>) -> Change {
        let mut change = Change::new(self.clone(), ctx.now);
        match entry.kind {
            ScheduleKind::UpdateReminder => {
                change.fire(entry, ctx, reminder::delivery(Reminder::Update, entry));
            }
            ScheduleKind::SeverityReminder => {
                change.fire(entry, ctx, reminder::delivery(Reminder::Severity, entry));
            }
            ScheduleKind::ChannelArchiving => change.fire(entry, ctx, ArchiveChannel.into()),
            ScheduleKind::OverdueNotice => change.fire_overdue_notice(entry, ctx),
            ScheduleKind::PostmortemReminder => change.fire_postmortem_reminder(entry, ctx),
            ScheduleKind::RuleNotification => fire_pending(&mut change, entry, ctx),
            // They belong to no incident: the worker publishes a Home view, and the store updates a group.
            ScheduleKind::AlertGroup | ScheduleKind::HomeRefresh => {}
        }
        change
    }
}

impl Change {
    fn fire(&mut self, entry: &ScheduleEntry, ctx: &DecisionContext<'_>, delivery: Delivery) {
        let kind = entry.kind;
        if !kind.is_needed(&self.incident) {
            self.schedule.push(entry.remove());
            return;
        }
        let mut entry = entry.clone();
        let interval = kind.interval(self.incident.severity, ctx.settings);
        if interval.is_some() || entry.is_promised(self.incident.promised_update_at()) {
            self.enqueue(delivery);
            let again = interval.filter(|_| kind.is_repeated(&self.incident));
            entry.fired(again, ctx.now);
        } else {
            entry = entry.rescheduled(None, ctx.now);
        }
        self.schedule.push(ScheduleChange::Set(entry));
    }

    /// Updates the entries of the incident after a change. A status update sets the update reminder itself.
    pub(crate) fn update_schedule(&mut self, ctx: &DecisionContext<'_>) {
        for kind in ScheduleKind::WITH_INTERVAL {
            if self.schedule.iter().any(|it| it.kind() == kind) {
                continue;
            }
            let before = ctx.entry_of(&self.incident, kind);
            let after = self.next_entry(kind, before, ctx);
            if after.as_ref() != before {
                let removed = before.map(ScheduleEntry::remove);
                self.schedule
                    .extend(after.map(ScheduleChange::Set).or(removed));
            }
        }
    }

    /// Returns a new entry of a kind whose interval began at `since`.
    fn started_entry(
        &self,
        kind: ScheduleKind,
        since: Timestamp,
        interval: Option<Duration>,
    ) -> ScheduleEntry {
        let started = ScheduleEntry {
            kind,
            key: ScheduleEntry::key_of(&self.incident),
            since,
            base_at: Some(since),
            due_at: interval.map(|interval| since.plus(interval).max(self.at)),
            is_stopped: false,
        };
        match kind {
            // An incident of an older version may have been resolved long ago.
            ScheduleKind::PostmortemReminder => ScheduleEntry {
                due_at: None,
                ..started
            }
            .rescheduled(interval, self.at),
            ScheduleKind::UpdateReminder
            | ScheduleKind::SeverityReminder
            | ScheduleKind::ChannelArchiving
            | ScheduleKind::OverdueNotice
            | ScheduleKind::RuleNotification
            | ScheduleKind::AlertGroup
            | ScheduleKind::HomeRefresh => started,
        }
    }

    /// Returns the entry of a kind after the change; `None` if there is none.
    fn next_entry(
        &self,
        kind: ScheduleKind,
        before: Option<&ScheduleEntry>,
        ctx: &DecisionContext<'_>,
    ) -> Option<ScheduleEntry> {
        let (incident, at) = (&self.incident, self.at);
        if !kind.is_needed(incident) {
            return None;
        }
        let interval = kind.interval(incident.severity, ctx.settings);
        let since = kind.starts_at(incident, at);
        let started = self.started_entry(kind, since, interval);
        let Some(before) = before else {
            return Some(started);
        };
        let is_restarted = match kind {
            // It fired for the last time while the incident was stable.
            ScheduleKind::UpdateReminder => kind.is_repeated(incident) && before.has_ended(),
            ScheduleKind::ChannelArchiving | ScheduleKind::PostmortemReminder => {
                before.since != since
            }
            ScheduleKind::SeverityReminder
            | ScheduleKind::OverdueNotice
            | ScheduleKind::RuleNotification
            | ScheduleKind::AlertGroup
            | ScheduleKind::HomeRefresh => false,
        };
        // A stopped reminder stays stopped until it is not needed any more or disabled.
        if is_restarted && !(before.is_stopped && interval.is_some()) {
            return Some(started);
        }
        if before.is_promised(incident.promised_update_at()) {
            return Some(before.clone());
        }
        Some(before.rescheduled(interval, at))
    }
}

/// Who made a change of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TriggeredBy {
    /// A user.
    User,
    /// Muster itself.
    Muster,
}

#[cfg(test)]
mod tests;
