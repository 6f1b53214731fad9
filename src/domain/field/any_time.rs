//! A time of a field, which may be in the past or in the future.

use crate::{TimeParseError, Timestamp, UserClock};

/// Parses a time in the past, or else one in the future. A time of day means its last occurrence if that is
/// recent, otherwise its next one.
pub(super) fn parse_any_time(input: &str, clock: &UserClock) -> Result<Timestamp, TimeParseError> {
    match clock.parse_past(input) {
        Err(TimeParseError::InFuture | TimeParseError::InFutureToday(_)) => {
            clock.parse_future(input)
        }
        outcome => outcome,
    }
}
