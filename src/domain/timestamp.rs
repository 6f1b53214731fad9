//! Timestamps, as the domain and the store use them.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Duration, SecondsFormat, SubsecRound, TimeZone, Utc};
use serde::{Deserialize, Serialize};

/// A point in time in UTC, truncated to milliseconds.
///
/// Its text form has a fixed width (`2026-11-23T14:05:09.120Z`), so that it sorts chronologically as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Timestamp(DateTime<Utc>);

impl Timestamp {
    /// Creates a timestamp, truncated to milliseconds.
    pub fn new(time: DateTime<Utc>) -> Self {
        Self(time.trunc_subsecs(3))
    }

    /// Converts seconds since the Unix epoch. Out-of-range values become the latest representable
    /// timestamp.
    pub fn from_epoch_seconds(seconds: i64) -> Self {
        Self(
            Utc.timestamp_opt(seconds, 0)
                .single()
                .unwrap_or(DateTime::<Utc>::MAX_UTC),
        )
    }

    /// Converts milliseconds since the Unix epoch. Out-of-range values become the latest representable
    /// timestamp.
    pub fn from_epoch_millis(millis: i64) -> Self {
        let time = Utc.timestamp_millis_opt(millis).single();
        Self(time.unwrap_or(DateTime::<Utc>::MAX_UTC))
    }

    /// Converts the `ts` of a Slack message (`1795447205.830222`); `None` if it is invalid.
    pub fn from_message_ts(ts: &str) -> Option<Self> {
        let (seconds, micros) = ts.split_once('.')?;
        let micros: u32 = micros.get(..6)?.parse().ok()?;
        Utc.timestamp_opt(seconds.parse().ok()?, micros * 1000)
            .single()
            .map(Self::new)
    }

    /// Returns the seconds since the Unix epoch.
    pub fn epoch_seconds(self) -> i64 {
        self.0.timestamp()
    }

    /// Returns the milliseconds since the Unix epoch.
    pub fn epoch_millis(self) -> i64 {
        self.0.timestamp_millis()
    }

    /// Returns the time since `earlier`; negative if that is later than this timestamp.
    pub fn duration_since(self, earlier: Self) -> Duration {
        self.0 - earlier.0
    }

    /// Returns the timestamp after this duration, or the same one if the result is out of range.
    #[must_use]
    pub fn plus(self, wait: Duration) -> Self {
        Self::new(self.0.checked_add_signed(wait).unwrap_or(self.0))
    }

    /// Returns the timestamp as a `chrono` date and time.
    pub fn to_datetime(self) -> DateTime<Utc> {
        self.0
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from(*self))
    }
}

impl From<Timestamp> for String {
    fn from(timestamp: Timestamp) -> Self {
        timestamp.0.to_rfc3339_opts(SecondsFormat::Millis, true)
    }
}

impl TryFrom<String> for Timestamp {
    type Error = chrono::ParseError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl FromStr for Timestamp {
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
    fn timestamp_has_a_fixed_width_and_round_trips() {
        let timestamp = Timestamp::from_message_ts("1795447205.830222").unwrap();
        assert_eq!(timestamp.to_string(), "2026-11-23T15:20:05.830Z");
        assert_eq!(
            Timestamp::try_from(timestamp.to_string()).unwrap(),
            timestamp
        );
        assert_eq!(
            Timestamp::from_epoch_seconds(1_795_447_205).to_string(),
            "2026-11-23T15:20:05.000Z"
        );
    }

    #[test]
    fn invalid_message_ts_is_none() {
        for text in ["", "1795447205", "a.b", "1.2", "1795447205.83022é"] {
            assert_eq!(Timestamp::from_message_ts(text), None, "{text}");
        }
    }
}
