//! A point in time, as the store and the domain know it.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Duration, SecondsFormat, SubsecRound, TimeZone, Utc};
use serde::{Deserialize, Serialize};

/// A point in time in UTC, cut to the millisecond.
///
/// It is written in a fixed width (`2026-11-23T14:05:09.120Z`), so that it sorts as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Moment(DateTime<Utc>);

impl Moment {
    /// Gives the moment of a time; what is finer than a millisecond is cut off.
    pub fn new(time: DateTime<Utc>) -> Self {
        Self(time.trunc_subsecs(3))
    }

    /// Gives the moment that is so many seconds after 1970, or the last one that can be written.
    pub fn from_epoch_seconds(seconds: i64) -> Self {
        Self(
            Utc.timestamp_opt(seconds, 0)
                .single()
                .unwrap_or(DateTime::<Utc>::MAX_UTC),
        )
    }

    /// Gives the moment that is so many milliseconds after 1970, or the last one that can be written.
    pub fn from_epoch_millis(millis: i64) -> Self {
        let time = Utc.timestamp_millis_opt(millis).single();
        Self(time.unwrap_or(DateTime::<Utc>::MAX_UTC))
    }

    /// Gives the moment of a Slack message from its `ts` (`1795447205.830222`), if it is one.
    pub fn of_message(ts: &str) -> Option<Self> {
        let (seconds, micros) = ts.split_once('.')?;
        let micros: u32 = micros.get(..6)?.parse().ok()?;
        Utc.timestamp_opt(seconds.parse().ok()?, micros * 1000)
            .single()
            .map(Self::new)
    }

    /// Gives the seconds since 1970.
    pub fn epoch_seconds(self) -> i64 {
        self.0.timestamp()
    }

    /// Gives the milliseconds since 1970.
    pub fn epoch_millis(self) -> i64 {
        self.0.timestamp_millis()
    }

    /// Gives the time that has passed since an earlier moment; less than nothing if it is later.
    pub fn since(self, earlier: Self) -> Duration {
        self.0 - earlier.0
    }

    /// Gives the moment so much later.
    #[must_use]
    pub fn after(self, wait: Duration) -> Self {
        Self::new(self.0.checked_add_signed(wait).unwrap_or(self.0))
    }

    /// Gives the time for those who calculate with it.
    pub fn time(self) -> DateTime<Utc> {
        self.0
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from(*self))
    }
}

impl From<Moment> for String {
    fn from(moment: Moment) -> Self {
        moment.0.to_rfc3339_opts(SecondsFormat::Millis, true)
    }
}

impl TryFrom<String> for Moment {
    type Error = chrono::ParseError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl FromStr for Moment {
    type Err = chrono::ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        DateTime::parse_from_rfc3339(text).map(|time| Self::new(time.to_utc()))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_in_a_fixed_width_and_reads_back() {
        let moment = Moment::of_message("1795447205.830222").unwrap();
        assert_eq!(moment.to_string(), "2026-11-23T15:20:05.830Z");
        assert_eq!(Moment::try_from(moment.to_string()).unwrap(), moment);
        assert_eq!(
            Moment::from_epoch_seconds(1_795_447_205).to_string(),
            "2026-11-23T15:20:05.000Z"
        );
    }

    #[test]
    fn what_is_no_message_time_is_none() {
        for text in ["", "1795447205", "a.b", "1.2", "1795447205.83022é"] {
            assert_eq!(Moment::of_message(text), None, "{text}");
        }
    }
}
