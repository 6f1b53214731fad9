//! Flapping: an alert that fires and ends again and again.

use chrono::Duration;

use crate::Timestamp;

/// The time within which cycles are counted.
pub const FLAPPING_WINDOW: Duration = Duration::hours(1);

/// How long a flapping alert must not change before it counts as resolved.
pub const FLAPPING_QUIET_PERIOD: Duration = Duration::minutes(10);

/// The most cycles within the window that are not flapping.
const MAX_CYCLES: usize = 3;

/// Returns whether an alert flaps. `fired_at` are the starts of its cycles.
pub fn is_flapping(fired_at: &[Timestamp], now: Timestamp) -> bool {
    let is_recent = |at: &&Timestamp| now.duration_since(**at) < FLAPPING_WINDOW;
    fired_at.iter().filter(is_recent).count() > MAX_CYCLES
}
