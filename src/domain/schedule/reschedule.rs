//! Reschedules reminders when the team's settings change, including those of existing incidents.

use chrono::Duration;
use serde_json::json;

use crate::{Incident, Reminder, ReminderState, Settings, Timestamp};

/// The minimum time until a channel is archived whose new archiving time is already in the past. It lets the
/// user revert the setting, because an app cannot unarchive a channel.
const ARCHIVE_GRACE_PERIOD: Duration = Duration::days(1);

impl Settings {
    /// Returns the settings that affect reminders, as the store compares them.
    pub fn reminder_fingerprint(&self) -> String {
        json!([
            self.reminder_minutes,
            self.reminder_minutes_unknown,
            self.archive_after_days
        ])
        .to_string()
    }
}

impl Reminder {
    /// Returns the state under the settings at `now`; unchanged if it already follows them.
    ///
    /// An overdue reminder moves to its next regular slot, and never past its old due time, so that a
    /// settings change does not fire the reminders of many incidents at once.
    pub fn rescheduled(
        self,
        stood: ReminderState,
        incident: &Incident,
        settings: &Settings,
        now: Timestamp,
    ) -> ReminderState {
        let Some(wait) = self.interval(incident, settings) else {
            return ReminderState::Idle;
        };
        let (since, from, was_due) = match stood {
            ReminderState::Stopped
            | ReminderState::Fired { .. }
            | ReminderState::Scheduled { base_at: None, .. } => return stood,
            ReminderState::Scheduled {
                since,
                base_at: Some(from),
                due_at: due,
            } => (since, from, Some(due)),
            ReminderState::Idle => {
                let since = self.initial_base_at(incident, now);
                (since, since, None)
            }
        };
        let due = Some(from.plus(wait)).filter(|due| *due > now);
        let due = due.unwrap_or_else(|| {
            let next = self.next_due_at(from, wait, now);
            was_due.map_or(next, |was_due| was_due.min(next))
        });
        let from = Some(from);
        ReminderState::Scheduled {
            since,
            base_at: from,
            due_at: due,
        }
    }

    /// Returns the time from which an idle reminder counts: the last activity of a responder, or the
    /// resolution.
    fn initial_base_at(self, incident: &Incident, now: Timestamp) -> Timestamp {
        match self {
            Self::Update | Self::Severity => {
                let acted = incident
                    .responders
                    .iter()
                    .filter_map(|it| it.last_active_at);
                acted.fold(incident.declared_at, Timestamp::max).min(now)
            }
            Self::Archive => incident.resolved_at.unwrap_or(now),
        }
    }

    /// Returns the next due time of a reminder whose due time has passed.
    fn next_due_at(self, from: Timestamp, wait: Duration, now: Timestamp) -> Timestamp {
        let (step, not_before) = match self {
            Self::Update | Self::Severity => (wait, now),
            // At the time of day at which the incident was resolved.
            Self::Archive => (Duration::days(1), now.plus(ARCHIVE_GRACE_PERIOD)),
        };
        let passed = not_before.duration_since(from).num_milliseconds();
        let steps = passed / step.num_milliseconds().max(1) + 1;
        from.plus(Duration::milliseconds(steps * step.num_milliseconds()))
    }
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::testing::incident_with_channel;
    use crate::{Severity, Status};

    const DAY: i64 = 24 * 60;

    fn incident() -> Incident {
        let mut incident = incident_with_channel("Checkout");
        incident.severity = Severity::Sev1;
        incident
    }

    fn resolved_incident() -> Incident {
        let mut incident = incident();
        incident.status = Status::Resolved;
        incident.resolved_at = Some(incident.declared_at);
        incident
    }

    /// Returns settings with an update interval in minutes and an archiving delay in days.
    fn settings_with(minutes: u32, days: u32) -> Settings {
        Settings {
            reminder_minutes: [(Severity::Sev1, minutes)].into(),
            archive_after_days: days,
            ..Settings::default()
        }
    }

    /// Returns the state of a reminder that was scheduled at declaration; times in minutes from then.
    fn scheduled(incident: &Incident, from: Option<i64>, due: i64) -> ReminderState {
        let at = |minutes| incident.declared_at.plus(Duration::minutes(minutes));
        ReminderState::Scheduled {
            since: at(0),
            base_at: from.map(at),
            due_at: at(due),
        }
    }

    fn minutes_after(incident: &Incident, minutes: i64) -> Timestamp {
        incident.declared_at.plus(Duration::minutes(minutes))
    }

    #[test]
    fn scheduled_reminder_follows_the_new_interval_from_its_base_time() {
        let it = incident();
        let follows = |stood, minutes, now| {
            let followed = Reminder::Update.rescheduled(
                stood,
                &it,
                &settings_with(minutes, 0),
                minutes_after(&it, now),
            );
            let settings = settings_with(minutes, 0);
            let again =
                Reminder::Update.rescheduled(followed, &it, &settings, minutes_after(&it, now));
            assert_eq!(again, followed, "rescheduling is idempotent");
            followed
        };
        let thirty = scheduled(&it, Some(0), 30);
        assert_eq!(follows(thirty, 30, 10), thirty);
        assert_eq!(follows(thirty, 60, 10), scheduled(&it, Some(0), 60));
        assert_eq!(follows(thirty, 20, 10), scheduled(&it, Some(0), 20));
        // After a reminder, the interval counts from that reminder.
        assert_eq!(
            follows(scheduled(&it, Some(30), 60), 45, 40),
            scheduled(&it, Some(30), 75)
        );
        // An overdue reminder moves to the next slot, or keeps its due time if that is sooner.
        let hour = scheduled(&it, Some(0), 60);
        assert_eq!(follows(hour, 8, 50), scheduled(&it, Some(0), 56));
        assert_eq!(follows(hour, 40, 50), hour);
        // A reminder that is overdue under both intervals keeps its due time.
        assert_eq!(follows(thirty, 20, 50), thirty);
        assert_eq!(follows(thirty, 0, 10), ReminderState::Idle);
    }

    #[test]
    fn postponed_and_stopped_reminders_ignore_new_settings() {
        let it = incident();
        let put_off = scheduled(&it, None, 50);
        for stood in [put_off, ReminderState::Stopped] {
            let follows = |minutes| {
                Reminder::Update.rescheduled(
                    stood,
                    &it,
                    &settings_with(minutes, 0),
                    minutes_after(&it, 40),
                )
            };
            assert_eq!(follows(5), stood);
            assert_eq!(follows(0), ReminderState::Idle);
        }
    }

    #[test]
    fn idle_reminder_starts_at_the_last_responder_activity() {
        let mut it = incident();
        let now = minutes_after(&it, 100);
        let follows = |it: &Incident| {
            Reminder::Update.rescheduled(ReminderState::Idle, it, &settings_with(30, 0), now)
        };
        assert_eq!(follows(&it), scheduled(&it, Some(0), 120));
        it.responders[0].last_active_at = Some(minutes_after(&it, 95));
        let since = minutes_after(&it, 95);
        let (base_at, due_at) = (Some(since), minutes_after(&it, 125));
        assert_eq!(
            follows(&it),
            ReminderState::Scheduled {
                since,
                base_at,
                due_at
            }
        );
    }

    #[test]
    fn overdue_archiving_waits_for_the_grace_period() {
        let it = resolved_incident();
        let follows = |stood, days, now| {
            Reminder::Archive.rescheduled(
                stood,
                &it,
                &settings_with(30, days),
                minutes_after(&it, now),
            )
        };
        let in_days = |days: i64| scheduled(&it, Some(0), days * DAY);
        assert_eq!(follows(ReminderState::Idle, 7, 2 * DAY), in_days(7));
        assert_eq!(
            follows(ReminderState::Idle, 7, 100 * DAY + 60),
            in_days(102)
        );
        assert_eq!(follows(in_days(30), 7, 2 * DAY), in_days(7));
        assert_eq!(follows(in_days(30), 7, 20 * DAY + 60), in_days(22));
        // Never later than the previous due time.
        assert_eq!(follows(in_days(21), 7, 20 * DAY + 60), in_days(21));
        assert_eq!(follows(in_days(21), 0, 20 * DAY), ReminderState::Idle);
        assert_eq!(follows(in_days(7), 30, 2 * DAY), in_days(30));
    }
}
