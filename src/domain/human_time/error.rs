//! The error for a text that is not a valid time, with an example of one.

use std::fmt;

/// Why a text is not a valid time. Displays as a sentence with an example that is valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimeParseError {
    /// Cannot be parsed as a time in the past.
    InvalidPast(String),
    /// Cannot be parsed as a time in the future.
    InvalidFuture(String),
    /// A day without a time of day.
    MissingTimeOfDay,
    /// In the future, but a past time is required.
    InFuture,
    /// A time of day that is in the future; yesterday's may be meant.
    InFutureToday(String),
    /// In the past, but a future time is required.
    InPast,
    /// Not a time at which the next status update can be due.
    InvalidNextUpdate(String),
    /// A local time that a clock change skips, and the next valid one.
    SkippedByClockChange(String, String),
}

impl fmt::Display for TimeParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidPast(input) => write!(
                f,
                "I can't read “{input}” as a time. Try “15 minutes ago” or “yesterday 23:10”."
            ),
            Self::InvalidFuture(input) => write!(
                f,
                "I can't read “{input}” as a time. Try “tomorrow 17:00”, “in 2 hours” or “friday”."
            ),
            Self::MissingTimeOfDay => f.write_str("Add a time of day, e.g. “yesterday 23:10”."),
            Self::InFuture => {
                f.write_str("That's in the future. Enter a past time, e.g. “15 minutes ago”.")
            }
            Self::InFutureToday(input) => write!(
                f,
                "“{input}” is in the future. For yesterday, enter “yesterday {input}”."
            ),
            Self::InPast => {
                f.write_str("That's in the past. Enter a future time, e.g. “tomorrow 17:00”.")
            }
            Self::InvalidNextUpdate(input) => write!(
                f,
                "“{input}” is out of range. The next update must be due in 1 minute to 7 days, \
                 e.g. “next update in 30 min”."
            ),
            Self::SkippedByClockChange(input, to) => write!(
                f,
                "“{input}” didn't exist: the clocks went forward. Try “{to}”."
            ),
        }
    }
}
