//! The limits of a storm: many groups within a short time.

use chrono::Duration;

/// The most incidents that rules declare within an hour. After that they suggest.
pub const MAX_DECLARED_PER_HOUR: u32 = 20;

/// The shortest time between two edits of a storm's card.
pub const STORM_EDIT_INTERVAL: Duration = Duration::seconds(30);

/// The recent posts of a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleLoad {
    /// The number of its cards and incidents within the period of its limit.
    pub recent: u32,
    /// Whether its groups are counted on the card of a storm: the last one less than a period ago.
    pub is_storm: bool,
    /// The number of incidents that all rules declared within an hour.
    pub declared_this_hour: u32,
}
