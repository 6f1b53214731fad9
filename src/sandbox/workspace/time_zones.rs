//! UTC offsets of the few time zones that the sandbox supports.

use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc, Weekday};

/// A time zone as in `users.info`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Zone {
    name: &'static str,
    label: &'static str,
    summer_label: &'static str,
    /// Seconds east of UTC in winter.
    offset: i32,
    summer_time: SummerTime,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SummerTime {
    Never,
    /// From the last Sunday of March to that of October, at 01:00 UTC.
    Europe,
    /// From the second Sunday of March to the first of November, at 02:00 local time.
    America,
}

const ZONES: &[Zone] = &[
    zone("Etc/UTC", ["UTC", "UTC"], 0, SummerTime::Never),
    zone(
        "Europe/London",
        ["Greenwich Mean Time", "British Summer Time"],
        0,
        SummerTime::Europe,
    ),
    zone("Europe/Paris", CENTRAL_EUROPE, 3600, SummerTime::Europe),
    zone("Europe/Berlin", CENTRAL_EUROPE, 3600, SummerTime::Europe),
    zone(
        "Africa/Lagos",
        ["West Africa Time", "West Africa Time"],
        3600,
        SummerTime::Never,
    ),
    zone(
        "Asia/Kolkata",
        ["India Standard Time", "India Standard Time"],
        19_800,
        SummerTime::Never,
    ),
    zone(
        "Asia/Tokyo",
        ["Japan Standard Time", "Japan Standard Time"],
        32_400,
        SummerTime::Never,
    ),
    zone(
        "America/New_York",
        ["Eastern Standard Time", "Eastern Daylight Time"],
        -18_000,
        SummerTime::America,
    ),
    zone(
        "America/Chicago",
        ["Central Standard Time", "Central Daylight Time"],
        -21_600,
        SummerTime::America,
    ),
    zone(
        "America/Los_Angeles",
        ["Pacific Standard Time", "Pacific Daylight Time"],
        -28_800,
        SummerTime::America,
    ),
];

const CENTRAL_EUROPE: [&str; 2] = ["Central European Time", "Central European Summer Time"];

const fn zone(
    name: &'static str,
    [label, summer_label]: [&'static str; 2],
    offset: i32,
    summer_time: SummerTime,
) -> Zone {
    Zone {
        name,
        label,
        summer_label,
        offset,
        summer_time,
    }
}

/// Returns the zone with this IANA name, or UTC if the sandbox does not support it.
pub(crate) fn find_zone(name: &str) -> Zone {
    ZONES
        .iter()
        .copied()
        .find(|zone| zone.name == name)
        .unwrap_or(ZONES[0])
}

impl Zone {
    /// Returns the offset at this time, in seconds east of UTC.
    pub(crate) fn offset(&self, at: DateTime<Utc>) -> i32 {
        if self.is_summer(at) {
            self.offset + 3600
        } else {
            self.offset
        }
    }

    /// Returns the zone's English name at this time.
    pub(crate) fn label(&self, at: DateTime<Utc>) -> &'static str {
        if self.is_summer(at) {
            self.summer_label
        } else {
            self.label
        }
    }

    fn is_summer(&self, at: DateTime<Utc>) -> bool {
        let year = at.year();
        let (starts, ends) = match self.summer_time {
            SummerTime::Never => return false,
            SummerTime::Europe => {
                let hour = Duration::hours(1);
                (
                    sunday_on_or_before(year, 3, 31).map(|d| d + hour),
                    sunday_on_or_before(year, 10, 31).map(|d| d + hour),
                )
            }
            SummerTime::America => {
                let winter = Duration::seconds(7200 - i64::from(self.offset));
                let summer = winter - Duration::hours(1);
                (
                    sunday_on_or_before(year, 3, 14).map(|d| d + winter),
                    sunday_on_or_before(year, 11, 7).map(|d| d + summer),
                )
            }
        };
        matches!((starts, ends), (Some(starts), Some(ends)) if starts <= at && at < ends)
    }
}

/// Returns midnight (UTC) of the last Sunday on or before this day.
fn sunday_on_or_before(year: i32, month: u32, day: u32) -> Option<DateTime<Utc>> {
    let mut date = NaiveDate::from_ymd_opt(year, month, day)?;
    while date.weekday() != Weekday::Sun {
        date = date.pred_opt()?;
    }
    Some(date.and_hms_opt(0, 0, 0)?.and_utc())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn offset(zone: &str, at: &str) -> i32 {
        find_zone(zone).offset(at.parse().unwrap())
    }

    #[test]
    fn offsets_follow_daylight_saving_time() {
        assert_eq!(offset("Europe/Paris", "2026-03-29T00:59:59Z"), 3600);
        assert_eq!(offset("Europe/Paris", "2026-03-29T01:00:00Z"), 7200);
        assert_eq!(offset("Europe/Paris", "2026-10-25T01:00:00Z"), 3600);
        assert_eq!(offset("America/New_York", "2026-03-08T06:59:59Z"), -18_000);
        assert_eq!(offset("America/New_York", "2026-03-08T07:00:00Z"), -14_400);
        assert_eq!(offset("America/New_York", "2026-11-01T06:00:00Z"), -18_000);
        assert_eq!(offset("Asia/Tokyo", "2026-07-01T00:00:00Z"), 32_400);
        assert_eq!(offset("Mars/Olympus_Mons", "2026-07-01T00:00:00Z"), 0);
    }
}
