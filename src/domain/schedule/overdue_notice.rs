//! When a user is notified of an overdue task: once a day, during the user's daytime.

use chrono::{DateTime, Days, Duration, NaiveDate, NaiveTime, TimeZone, Timelike};
use chrono_tz::Tz;

use crate::Timestamp;

/// The hours of the day in which notices are sent, in the user's time zone.
const DAYTIME: std::ops::Range<u32> = 9..18;

/// Whether a due overdue notice is sent now or later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverdueNotice {
    /// Sent now; the next one not before this time.
    Now(Timestamp),
    /// Not sent before this time: it is night for the user, or a notice was sent today.
    Later(Timestamp),
}

impl OverdueNotice {
    /// Decides for a user in a time zone such as `Europe/Paris`, from the time of the last notice. An unknown
    /// zone counts as UTC.
    pub fn decide(now: Timestamp, told_at: Option<Timestamp>, zone: &str) -> Self {
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
