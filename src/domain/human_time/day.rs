//! Days in the time zone of a user.

use chrono::{Duration, NaiveDate, NaiveTime, TimeZone};

use crate::Timestamp;
use crate::human_time::UserClock;

impl UserClock {
    /// Returns the current time.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Returns the date of a timestamp in this time zone.
    pub fn date(&self, timestamp: Timestamp) -> NaiveDate {
        let local = timestamp.to_datetime().with_timezone(&self.time_zone());
        local.date_naive()
    }

    /// Returns when a day starts in the time zone. If the clocks skip midnight, it starts an hour later.
    pub fn start_of_day(&self, day: NaiveDate) -> Timestamp {
        let midnight = day.and_time(NaiveTime::MIN);
        let zone = self.time_zone();
        let start = zone.from_local_datetime(&midnight).earliest().or_else(|| {
            let next_hour = midnight + Duration::hours(1);
            zone.from_local_datetime(&next_hour).earliest()
        });
        let utc = start.map_or_else(|| midnight.and_utc(), |start| start.to_utc());
        Timestamp::new(utc)
    }

    /// Formats a timestamp like [`Self::format`], with its time zone: `2026-11-23 15:05 CET`.
    pub fn format_with_zone(&self, timestamp: Timestamp) -> String {
        let local = timestamp.to_datetime().with_timezone(&self.time_zone());
        local.format("%Y-%m-%d %H:%M %Z").to_string()
    }

    /// Formats a timestamp like [`Self::display`], with its time zone: `Mon 23 Nov 15:05 CET`.
    pub fn display_with_zone(&self, timestamp: Timestamp) -> String {
        let local = timestamp.to_datetime().with_timezone(&self.time_zone());
        format!("{} {}", self.display(timestamp), local.format("%Z"))
    }
}
