//! When a user is notified of an overdue task: once a day, during the user's daytime.

use chrono::{DateTime, Days, Duration, NaiveDate, NaiveTime, TimeZone, Timelike};
use chrono_tz::Tz;

use crate::UserId;

use super::{ScheduleChange, ScheduleEntry, ScheduleKind};
use crate::delivery::SendDirectMessage;
use crate::text::task_label;
use crate::{
    Actor, Change, Decision, DecisionContext, DirectMessage, Incident, Rejection, Timestamp, User,
};

/// The hours of the day in which notices are sent, in the user's time zone.
const DAYTIME: std::ops::Range<u32> = 9..18;

/// How long **Snooze 1 day** postpones the overdue notice of a task.
pub const SNOOZED_TASK: Duration = Duration::days(1);

/// Whether a due overdue notice is sent now or later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OverdueNotice {
    /// Sent now; the next one not before this time.
    Now(Timestamp),
    /// Not sent before this time: it is night for the user, or a notice was sent today.
    Later(Timestamp),
}

impl OverdueNotice {
    /// Decides for a user in a time zone such as `Europe/Paris`, from the time of the last notice. An unknown
    /// zone counts as UTC.
    pub(super) fn decide(now: Timestamp, told_at: Option<Timestamp>, zone: &str) -> Self {
        let zone: Tz = zone.parse().unwrap_or(Tz::UTC);
        let here = now.to_datetime().with_timezone(&zone);
        let tomorrow = here.date_naive().checked_add_days(Days::new(1));
        let next = tomorrow.map_or(now, |day| start_of_daytime(day, zone, now));
        let is_told = told_at.is_some_and(|told_at| {
            told_at.to_datetime().with_timezone(&zone).date_naive() == here.date_naive()
        });
        if is_told || here.hour() >= DAYTIME.end {
            Self::Later(next)
        } else if here.hour() < DAYTIME.start {
            Self::Later(start_of_daytime(here.date_naive(), zone, now))
        } else {
            Self::Now(next)
        }
    }
}

/// Schedules the overdue notices of the tasks that a change adds or edits. An assignee whose notice was already
/// sent keeps an entry, so that there is no second one on that day.
pub(crate) fn update_notices(
    before: Option<&Incident>,
    change: &mut Change,
    ctx: &DecisionContext<'_>,
) {
    let incident = &change.incident;
    let is_removed = |entry: &&ScheduleEntry| {
        entry.kind == ScheduleKind::OverdueNotice
            && parse_key(&entry.key).is_some_and(|(number, _)| incident.task(number).is_none())
    };
    let removed = ctx.schedule.iter().filter(is_removed);
    change.schedule.extend(removed.map(ScheduleEntry::remove));
    for task in &incident.tasks {
        let known = before.and_then(|before| before.task(task.number));
        if known == Some(task) {
            continue;
        }
        let unassigned = known.into_iter().flat_map(|known| &known.assignees);
        let unassigned = unassigned.filter(|user| !task.assignees.contains(user));
        for user in task.assignees.iter().chain(unassigned) {
            let is_open = task.done_at.is_none() && task.assignees.contains(user);
            let due_at = task.due_at.filter(|_| is_open);
            let key = key_of(incident, task.number, user);
            let stored = ctx.entry(ScheduleKind::OverdueNotice, &key);
            let last_sent_at = stored.and_then(|stored| stored.base_at);
            if due_at.is_none() && last_sent_at.is_none() {
                change.schedule.extend(stored.map(ScheduleEntry::remove));
                continue;
            }
            change.schedule.push(ScheduleChange::Set(ScheduleEntry {
                kind: ScheduleKind::OverdueNotice,
                key,
                since: task.due_at.unwrap_or(change.at),
                base_at: last_sent_at,
                due_at,
                is_stopped: false,
            }));
        }
    }
}

impl Incident {
    /// Postpones the overdue notice of a task by `SNOOZED_TASK` for the user, at least until the task is due.
    pub fn snooze_task(&self, number: i64, actor: &Actor, ctx: &DecisionContext<'_>) -> Decision {
        let task = self.task(number).ok_or(self.no_such_task(number))?;
        let label = task_label(&task.task_ref());
        if task.done_at.is_some() {
            return Err(Rejection(format!(
                "In {}, {label} is done already.",
                self.id
            )));
        }
        let user = actor.require_user()?;
        if !task.assignees.contains(user) {
            let id = self.id;
            return Err(Rejection(format!(
                "You’re no longer assigned to {label} of {id}."
            )));
        }
        let Some(due_at) = task.due_at else {
            let id = self.id;
            return Err(Rejection(format!(
                "In {id}, {label} has no due date any more."
            )));
        };
        let key = key_of(self, number, user);
        let stored = ctx.entry(ScheduleKind::OverdueNotice, &key);
        let mut change = Change::new(self.clone(), ctx.now);
        change.schedule.push(ScheduleChange::Set(ScheduleEntry {
            kind: ScheduleKind::OverdueNotice,
            since: due_at,
            base_at: stored.and_then(|stored| stored.base_at),
            due_at: Some(ctx.now.plus(SNOOZED_TASK).max(due_at)),
            is_stopped: false,
            key,
        }));
        Ok(change)
    }
}

impl Change {
    /// Sends the notice if it is daytime for the assignee and the task is still overdue, and schedules the next
    /// one.
    pub(super) fn fire_overdue_notice(&mut self, entry: &ScheduleEntry, ctx: &DecisionContext<'_>) {
        let mut entry = entry.clone();
        entry.due_at = None;
        if let Some((user, message)) = self.overdue_message(&entry.key)
            && let known = ctx.user(&user)
            // A deactivated account cannot read messages.
            && known.as_ref().is_none_or(User::is_active)
        {
            let zone = known.map(|user| user.time_zone).unwrap_or_default();
            match OverdueNotice::decide(ctx.now, entry.base_at, &zone) {
                OverdueNotice::Later(next) => entry.due_at = Some(next),
                OverdueNotice::Now(next) => {
                    self.enqueue(SendDirectMessage { user, message });
                    entry.base_at = Some(ctx.now);
                    entry.due_at = Some(next);
                }
            }
        }
        self.schedule.push(ScheduleChange::Set(entry));
    }

    /// Returns the assignee and the notice with a key; `None` if the task is not overdue for them.
    fn overdue_message(&self, key: &str) -> Option<(UserId, DirectMessage)> {
        let (number, user) = parse_key(key)?;
        let task = self.incident.task(number)?;
        let due_at = task.due_at?;
        task.is_overdue_for(&user, self.at).then(|| {
            let task = task.task_ref();
            (user, DirectMessage::TaskOverdue { task, due_at })
        })
    }
}

/// Returns the key of a notice: `7/2/U0BOB` for task 2 of IR-7.
fn key_of(incident: &Incident, number: i64, user: &UserId) -> String {
    format!("{}/{number}/{user}", incident.id.number())
}

/// Returns the task and the user of a key.
fn parse_key(key: &str) -> Option<(i64, UserId)> {
    let (_, task) = key.split_once('/')?;
    let (number, user) = task.split_once('/')?;
    Some((number.parse().ok()?, UserId::from(user)))
}

/// Returns the start of a day's daytime, or one hour later if the clocks are set forward past it.
fn start_of_daytime(day: NaiveDate, zone: Tz, now: Timestamp) -> Timestamp {
    let wall = day.and_time(NaiveTime::MIN) + Duration::hours(i64::from(DAYTIME.start));
    let begins: Option<DateTime<Tz>> = [wall, wall + Duration::hours(1)]
        .iter()
        .find_map(|wall| zone.from_local_datetime(wall).earliest());
    match begins {
        Some(begins) => Timestamp::new(begins.to_utc()).max(now.plus(Duration::minutes(1))),
        None => now.plus(Duration::days(1)),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    fn timestamp(text: &str) -> Timestamp {
        Timestamp::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn overdue_notice_waits_for_daytime() {
        let paris = "Europe/Paris";
        let told = |now: &str, last: Option<&str>| {
            OverdueNotice::decide(timestamp(now), last.map(timestamp), paris)
        };
        // Paris is UTC+1.
        let noon = "2026-11-24T11:00:00.000Z";
        assert_eq!(
            told(noon, None),
            OverdueNotice::Now(timestamp("2026-11-25T08:00:00.000Z"))
        );
        let night = "2026-11-24T03:00:00.000Z";
        assert_eq!(
            told(night, None),
            OverdueNotice::Later(timestamp("2026-11-24T08:00:00.000Z"))
        );
        let evening = "2026-11-24T17:00:00.000Z";
        assert_eq!(
            told(evening, None),
            OverdueNotice::Later(timestamp("2026-11-25T08:00:00.000Z"))
        );
        let today = Some("2026-11-24T08:00:00.000Z");
        assert_eq!(
            told(noon, today),
            OverdueNotice::Later(timestamp("2026-11-25T08:00:00.000Z"))
        );
        let yesterday = Some("2026-11-23T16:59:00.000Z");
        assert_eq!(
            told(noon, yesterday),
            OverdueNotice::Now(timestamp("2026-11-25T08:00:00.000Z"))
        );
    }

    #[test]
    fn unknown_time_zone_counts_as_utc() {
        for zone in ["", "Mars/Olympus"] {
            let told = OverdueNotice::decide(timestamp("2026-11-24T09:00:00.000Z"), None, zone);
            assert_eq!(
                told,
                OverdueNotice::Now(timestamp("2026-11-25T09:00:00.000Z"))
            );
        }
    }

    proptest! {
        #[test]
        fn overdue_notice_is_sent_daily_and_only_in_daytime(
            start in 1_750_000_000_i64..1_850_000_000,
            zone in select(&["Europe/Paris", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "UTC"][..]),
        ) {
            let tz: Tz = zone.parse().unwrap();
            let (mut now, mut told_at) = (Timestamp::from_epoch_seconds(start), None);
            let mut days = Vec::new();
            for _ in 0..12 {
                let next = match OverdueNotice::decide(now, told_at, zone) {
                    OverdueNotice::Now(next) => {
                        let here = now.to_datetime().with_timezone(&tz);
                        prop_assert!(DAYTIME.contains(&here.hour()));
                        days.push(here.date_naive());
                        told_at = Some(now);
                        next
                    }
                    OverdueNotice::Later(next) => next,
                };
                prop_assert!(next > now && next.duration_since(now) <= Duration::hours(40), "{} {}", now, next);
                now = next;
            }
            let told = days.len();
            days.dedup();
            prop_assert_eq!(days.len(), told);
            prop_assert!(told >= 10);
        }
    }
}
