//! A schedule entry and its changes.

use chrono::Duration;

use super::{ScheduleKind, TriggeredBy};
use crate::{Incident, Timestamp};

/// Something that is due later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleEntry {
    /// The kind.
    pub kind: ScheduleKind,
    /// Identifies the entry within its kind: `7` for IR-7, `7/2/U0BOB` for task 2 and a user,
    /// `7/Executives` for a notification rule.
    pub key: String,
    /// The start of the condition that a reminder reports.
    pub since: Timestamp,
    /// The start of the interval: `since`, or when the entry last fired. `None` if a user chose the due time;
    /// then the settings do not apply.
    pub base_at: Option<Timestamp>,
    /// When it is due; `None` while it is stopped or disabled by the settings, and after its last firing.
    pub due_at: Option<Timestamp>,
    /// Whether a user stopped it.
    pub is_stopped: bool,
}

/// A change of the schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScheduleChange {
    /// Adds or replaces an entry.
    Set(ScheduleEntry),
    /// Removes the entry with this kind and key.
    Remove(ScheduleKind, String),
}

impl ScheduleChange {
    /// Returns the kind of the entry.
    pub fn kind(&self) -> ScheduleKind {
        match self {
            Self::Set(entry) => entry.kind,
            Self::Remove(kind, _) => *kind,
        }
    }

    /// Returns whether it changes this entry.
    pub(crate) fn is_of(&self, entry: &ScheduleEntry) -> bool {
        match self {
            Self::Set(it) => it.kind == entry.kind && it.key == entry.key,
            Self::Remove(kind, key) => *kind == entry.kind && *key == entry.key,
        }
    }

    /// Returns the entry after the change; `None` if it is removed.
    pub fn entry(&self) -> Option<&ScheduleEntry> {
        match self {
            Self::Set(entry) => Some(entry),
            Self::Remove(..) => None,
        }
    }
}

impl ScheduleEntry {
    /// Returns the key of the only entry of a kind that an incident has.
    pub fn key_of(incident: &Incident) -> String {
        incident.id.number().to_string()
    }

    /// Returns the entry with another due time, to which the settings do not apply.
    pub(crate) fn postponed(&self, due_at: Timestamp) -> Self {
        Self {
            base_at: None,
            due_at: Some(due_at),
            ..self.clone()
        }
    }

    /// Returns the entry after a user stopped it.
    pub(crate) fn stopped(&self) -> Self {
        Self {
            due_at: None,
            is_stopped: true,
            ..self.clone()
        }
    }

    /// Returns whether a queued delivery of the entry becomes unnecessary with a change, which leaves the entry
    /// as `after`: there is a new status update, a user cares for the severity, or the channel must not be
    /// archived yet.
    pub(crate) fn is_delivery_obsolete(&self, after: Option<&Self>, actor: TriggeredBy) -> bool {
        match self.kind {
            ScheduleKind::UpdateReminder | ScheduleKind::PostmortemReminder => {
                after.is_none_or(|after| after.is_stopped || after.since != self.since)
            }
            ScheduleKind::SeverityReminder => actor == TriggeredBy::User || after.is_none(),
            ScheduleKind::ChannelArchiving => after.is_none_or(|after| after.since != self.since),
            ScheduleKind::OverdueNotice
            | ScheduleKind::RuleNotification
            | ScheduleKind::AlertGroup
            | ScheduleKind::HomeRefresh => false,
        }
    }

    /// Returns the change that removes the entry.
    pub(crate) fn remove(&self) -> ScheduleChange {
        ScheduleChange::Remove(self.kind, self.key.clone())
    }

    /// Returns whether it is due when the latest status update promised the next one, at a time that a user
    /// chose. Then the settings do not apply. `promised_at` is the promised time.
    pub fn is_promised(&self, promised_at: Option<Timestamp>) -> bool {
        self.kind == ScheduleKind::UpdateReminder
            && self.base_at.is_none()
            && self.due_at.is_some()
            && self.due_at == promised_at
    }

    /// Returns whether it fired and is not repeated.
    pub(super) fn has_ended(&self) -> bool {
        self.base_at.is_none() && self.due_at.is_none() && !self.is_stopped
    }

    /// Records that the entry fired. It fires again after the interval, or not again.
    pub(super) fn fired(&mut self, interval: Option<Duration>, now: Timestamp) {
        self.base_at = interval.map(|_| now);
        self.due_at = interval.map(|interval| now.plus(interval));
    }

    /// Returns the entry under another interval at `now`; unchanged if it already follows it. `None` disables
    /// it, which also ends its snooze or stop.
    ///
    /// An overdue entry moves to its next regular slot, and never past its old due time, so that a settings
    /// change does not fire those of many incidents at once.
    pub fn rescheduled(&self, interval: Option<Duration>, now: Timestamp) -> Self {
        let mut entry = self.clone();
        let Some(interval) = interval else {
            entry.base_at = self.base_at.or(Some(self.since));
            entry.due_at = None;
            entry.is_stopped = false;
            return entry;
        };
        let Some(base_at) = self.base_at.filter(|_| !self.is_stopped) else {
            return entry;
        };
        let due_at = base_at.plus(interval);
        entry.due_at = if due_at > now {
            Some(due_at)
        } else {
            let next = self.kind.next_slot(base_at, interval, now);
            self.due_at.into_iter().chain(next).min()
        };
        if entry.due_at.is_none() {
            // It has ended.
            entry.base_at = None;
        }
        entry
    }
}
