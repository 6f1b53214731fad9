//! Stale alerts: they fire, but their sender has not reported them for a long time.

use chrono::Duration;

use crate::Timestamp;

/// How a source reports its alerts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceHabit {
    /// It repeats alerts while they fire, at most this long apart so far.
    Repeats(Duration),
    /// It reports changes only.
    Resolves,
    /// It never resolves an alert.
    NeverResolves,
}

/// Returns when an alert becomes stale that was last reported at a time; `None` if it never does.
pub fn stale_at(habit: SourceHabit, last_seen_at: Timestamp) -> Option<Timestamp> {
    match habit {
        SourceHabit::Repeats(gap) => {
            let silence = Duration::hours(12).max(gap.checked_mul(3).unwrap_or(gap));
            Some(last_seen_at.plus(silence))
        }
        SourceHabit::Resolves => None,
        SourceHabit::NeverResolves => Some(last_seen_at.plus(Duration::hours(24))),
    }
}
