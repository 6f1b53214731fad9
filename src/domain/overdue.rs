//! When somebody is told that a task of theirs is overdue: once a day, in their daytime.

use chrono::{DateTime, Days, Duration, NaiveDate, NaiveTime, TimeZone, Timelike};
use chrono_tz::Tz;

use super::Moment;

/// The hours of a day in which people are told, in their own zone.
const DAYTIME: std::ops::Range<u32> = 9..18;

/// What becomes of the word that a task is overdue, when its time has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overdue {
    /// They are told now; the next time not before this.
    Now(Moment),
    /// It is night where they are, or they were told today.
    Later(Moment),
}

impl Overdue {
    /// Says whether somebody in a zone such as `Europe/Paris` is told now, who was told last at
    /// `told_at`; a zone that nobody knows counts as UTC.
    pub fn at(now: Moment, told_at: Option<Moment>, zone: &str) -> Self {
        let zone: Tz = zone.parse().unwrap_or(Tz::UTC);
        let here = now.time().with_timezone(&zone);
        let tomorrow = here.date_naive().checked_add_days(Days::new(1));
        let next = tomorrow.map_or(now, |day| morning(day, zone, now));
        let is_told = told_at.is_some_and(|told_at| {
            told_at.time().with_timezone(&zone).date_naive() == here.date_naive()
        });
        if is_told || here.hour() >= DAYTIME.end {
            Self::Later(next)
        } else if here.hour() < DAYTIME.start {
            Self::Later(morning(here.date_naive(), zone, now))
        } else {
            Self::Now(next)
        }
    }
}

/// Gives when a day's daytime begins. Where the clocks are set forward past it, an hour later.
fn morning(day: NaiveDate, zone: Tz, now: Moment) -> Moment {
    let wall = day.and_time(NaiveTime::MIN) + Duration::hours(i64::from(DAYTIME.start));
    let begins: Option<DateTime<Tz>> = [wall, wall + Duration::hours(1)]
        .iter()
        .find_map(|wall| zone.from_local_datetime(wall).earliest());
    match begins {
        Some(begins) => Moment::new(begins.to_utc()).max(now.after(Duration::minutes(1))),
        None => now.after(Duration::days(1)),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    fn at(text: &str) -> Moment {
        Moment::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn people_are_told_in_their_daytime_and_not_in_their_night() {
        let paris = "Europe/Paris";
        let told = |now: &str, last: Option<&str>| Overdue::at(at(now), last.map(at), paris);
        // Paris is an hour ahead.
        let noon = "2026-11-24T11:00:00.000Z";
        assert_eq!(
            told(noon, None),
            Overdue::Now(at("2026-11-25T08:00:00.000Z"))
        );
        let night = "2026-11-24T03:00:00.000Z";
        assert_eq!(
            told(night, None),
            Overdue::Later(at("2026-11-24T08:00:00.000Z"))
        );
        let evening = "2026-11-24T17:00:00.000Z";
        assert_eq!(
            told(evening, None),
            Overdue::Later(at("2026-11-25T08:00:00.000Z"))
        );
        let today = Some("2026-11-24T08:00:00.000Z");
        assert_eq!(
            told(noon, today),
            Overdue::Later(at("2026-11-25T08:00:00.000Z"))
        );
        let yesterday = Some("2026-11-23T16:59:00.000Z");
        assert_eq!(
            told(noon, yesterday),
            Overdue::Now(at("2026-11-25T08:00:00.000Z"))
        );
    }

    #[test]
    fn a_zone_that_nobody_knows_counts_as_utc() {
        for zone in ["", "Mars/Olympus"] {
            let told = Overdue::at(at("2026-11-24T09:00:00.000Z"), None, zone);
            assert_eq!(told, Overdue::Now(at("2026-11-25T09:00:00.000Z")));
        }
    }

    proptest! {
        #[test]
        fn nobody_is_told_twice_a_day_or_at_night_and_everybody_within_a_day(
            start in 1_750_000_000_i64..1_850_000_000,
            zone in select(&["Europe/Paris", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "UTC"][..]),
        ) {
            let tz: Tz = zone.parse().unwrap();
            let (mut now, mut told_at) = (Moment::from_epoch_seconds(start), None);
            let mut days = Vec::new();
            for _ in 0..12 {
                let next = match Overdue::at(now, told_at, zone) {
                    Overdue::Now(next) => {
                        let here = now.time().with_timezone(&tz);
                        prop_assert!(DAYTIME.contains(&here.hour()));
                        days.push(here.date_naive());
                        told_at = Some(now);
                        next
                    }
                    Overdue::Later(next) => next,
                };
                prop_assert!(next > now && next.since(now) <= Duration::hours(40), "{} {}", now, next);
                now = next;
            }
            let told = days.len();
            days.dedup();
            prop_assert_eq!(days.len(), told);
            prop_assert!(told >= 10);
        }
    }
}
