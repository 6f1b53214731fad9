//! Reminders follow the settings of the team, also those of incidents that were there before the settings
//! changed.

use chrono::Duration;
use serde_json::json;

use super::{Incident, Moment, Reminder, Settings, Wait};

/// How long a channel is left at least that would have been archived already, had the settings been so before:
/// long enough for whoever changed them to think again, for we cannot bring a channel back.
const GRACE: Duration = Duration::days(1);

impl Settings {
    /// Gives all that reminders go by, as the store keeps it.
    pub fn reminders(&self) -> String {
        json!([
            self.reminder_minutes,
            self.reminder_minutes_unknown,
            self.archive_after_days
        ])
        .to_string()
    }
}

impl Reminder {
    /// Gives how it stands by the settings as they are at `now`; as it stood if it follows them already.
    ///
    /// What would have come already comes when it would come next, and no later than it was to come: so those of
    /// many incidents do not all come at once.
    pub fn following(
        self,
        stood: Wait,
        incident: &Incident,
        settings: &Settings,
        now: Moment,
    ) -> Wait {
        let Some(wait) = self.wait(incident, settings) else {
            return Wait::Idle;
        };
        let (since, from, was_due) = match stood {
            Wait::Stopped | Wait::Fired { .. } | Wait::Until { from: None, .. } => return stood,
            Wait::Until {
                since,
                from: Some(from),
                due,
            } => (since, from, Some(due)),
            Wait::Idle => {
                let since = self.begins(incident, now);
                (since, since, None)
            }
        };
        let due = Some(from.after(wait)).filter(|due| *due > now);
        let due = due.unwrap_or_else(|| {
            let next = self.next(from, wait, now);
            was_due.map_or(next, |was_due| was_due.min(next))
        });
        let from = Some(from);
        Wait::Until { since, from, due }
    }

    /// Gives since when it would have waited if the team had always wanted it: since somebody last did something
    /// for the incident.
    fn begins(self, incident: &Incident, now: Moment) -> Moment {
        match self {
            Self::Update | Self::Severity => {
                let acted = incident.responders.iter().filter_map(|it| it.acted_at);
                acted.fold(incident.declared_at, Moment::max).min(now)
            }
            Self::Archive => incident.resolved_at.unwrap_or(now),
        }
    }

    /// Gives when it comes the next time, if it should have come before.
    fn next(self, from: Moment, wait: Duration, now: Moment) -> Moment {
        let (step, not_before) = match self {
            Self::Update | Self::Severity => (wait, now),
            // At the time of the day at which the incident was resolved.
            Self::Archive => (Duration::days(1), now.after(GRACE)),
        };
        let passed = not_before.since(from).num_milliseconds();
        let steps = passed / step.num_milliseconds().max(1) + 1;
        from.after(Duration::milliseconds(steps * step.num_milliseconds()))
    }
}

#[cfg(test)]
mod tests {
    use muster_commands::{Severity, Status};

    use super::*;
    use crate::domain::sample::in_its_channel;

    const DAY: i64 = 24 * 60;

    fn incident() -> Incident {
        let mut incident = in_its_channel("Checkout");
        incident.severity = Severity::Sev1;
        incident
    }

    fn resolved() -> Incident {
        let mut incident = incident();
        incident.status = Status::Resolved;
        incident.resolved_at = Some(incident.declared_at);
        incident
    }

    /// Settings by which an update is due after some minutes, and a channel is archived after some days.
    fn every(minutes: u32, days: u32) -> Settings {
        Settings {
            reminder_minutes: [(Severity::Sev1, minutes)].into(),
            archive_after_days: days,
            ..Settings::default()
        }
    }

    /// Something that waits since the beginning, in minutes from then.
    fn until(incident: &Incident, from: Option<i64>, due: i64) -> Wait {
        let at = |minutes| incident.declared_at.after(Duration::minutes(minutes));
        Wait::Until {
            since: at(0),
            from: from.map(at),
            due: at(due),
        }
    }

    fn at(incident: &Incident, minutes: i64) -> Moment {
        incident.declared_at.after(Duration::minutes(minutes))
    }

    #[test]
    fn what_waits_is_due_by_the_time_of_today_from_where_it_began() {
        let it = incident();
        let follows = |stood, minutes, now| {
            let followed = Reminder::Update.following(stood, &it, &every(minutes, 0), at(&it, now));
            let settings = every(minutes, 0);
            let again = Reminder::Update.following(followed, &it, &settings, at(&it, now));
            assert_eq!(again, followed, "following twice is following once");
            followed
        };
        let thirty = until(&it, Some(0), 30);
        assert_eq!(follows(thirty, 30, 10), thirty);
        assert_eq!(follows(thirty, 60, 10), until(&it, Some(0), 60));
        assert_eq!(follows(thirty, 20, 10), until(&it, Some(0), 20));
        // After a reminder, from then on.
        assert_eq!(
            follows(until(&it, Some(30), 60), 45, 40),
            until(&it, Some(30), 75)
        );
        // What would have come already comes with the next, or as it was to come if that is sooner.
        let hour = until(&it, Some(0), 60);
        assert_eq!(follows(hour, 8, 50), until(&it, Some(0), 56));
        assert_eq!(follows(hour, 40, 50), hour);
        // What is late by either is late.
        assert_eq!(follows(thirty, 20, 50), thirty);
        assert_eq!(follows(thirty, 0, 10), Wait::Idle);
    }

    #[test]
    fn what_somebody_put_off_or_stopped_stays_as_they_were_told() {
        let it = incident();
        let put_off = until(&it, None, 50);
        for stood in [put_off, Wait::Stopped] {
            let follows =
                |minutes| Reminder::Update.following(stood, &it, &every(minutes, 0), at(&it, 40));
            assert_eq!(follows(5), stood);
            assert_eq!(follows(0), Wait::Idle);
        }
    }

    #[test]
    fn what_nobody_waited_for_counts_from_what_somebody_did_last() {
        let mut it = incident();
        let now = at(&it, 100);
        let follows =
            |it: &Incident| Reminder::Update.following(Wait::Idle, it, &every(30, 0), now);
        assert_eq!(follows(&it), until(&it, Some(0), 120));
        it.responders[0].acted_at = Some(at(&it, 95));
        let since = at(&it, 95);
        let (from, due) = (Some(since), at(&it, 125));
        assert_eq!(follows(&it), Wait::Until { since, from, due });
    }

    #[test]
    fn a_channel_that_would_be_archived_already_is_left_for_another_day() {
        let it = resolved();
        let follows = |stood, days, now| {
            Reminder::Archive.following(stood, &it, &every(30, days), at(&it, now))
        };
        let in_days = |days: i64| until(&it, Some(0), days * DAY);
        assert_eq!(follows(Wait::Idle, 7, 2 * DAY), in_days(7));
        assert_eq!(follows(Wait::Idle, 7, 100 * DAY + 60), in_days(102));
        assert_eq!(follows(in_days(30), 7, 2 * DAY), in_days(7));
        assert_eq!(follows(in_days(30), 7, 20 * DAY + 60), in_days(22));
        // Not later than it was to be.
        assert_eq!(follows(in_days(21), 7, 20 * DAY + 60), in_days(21));
        assert_eq!(follows(in_days(21), 0, 20 * DAY), Wait::Idle);
        assert_eq!(follows(in_days(7), 30, 2 * DAY), in_days(30));
    }
}
