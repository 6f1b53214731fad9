//! Groups: the alerts of one problem, and what follows from their changes. Pure: the time is an input.

mod attach;
mod decide;
mod declaration;
mod event;
mod flapping;
mod limits;
mod related;
mod replay;
mod stage;
mod stale;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod replay_tests;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

pub use attach::{AddedAlerts, AlertAddition, AlertOrigin, MAX_ADDED_TITLES, MAX_NAMED_ALERTS};
pub use decide::{GroupDecision, decide, joins};
pub use declaration::GroupTexts;
pub use event::AlertEvent;
pub use flapping::{FLAPPING_QUIET_PERIOD, FLAPPING_WINDOW, is_flapping};
pub use limits::{MAX_DECLARED_PER_HOUR, RuleLoad, STORM_EDIT_INTERVAL};
pub use related::{RelatedAlerts, RelatedGroups};
pub use replay::{PastAlert, ReplayOutcome, ReplayedGroup, RuleReplay, replay};
pub use stage::GroupStage;
pub use stale::{SourceHabit, stale_at};

use crate::{IncidentId, Timestamp};

/// A group after the alerts of a request are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertGroup {
    /// Its state before the request.
    pub state: GroupState,
    /// When the rule acts, if it holds back.
    pub acts_at: Option<Timestamp>,
    /// Whether an alert only says that its monitor has no data.
    pub is_about_the_monitor: bool,
    /// Its alerts; those of all groups of its incident, if it belongs to one.
    pub counts: GroupCounts,
    /// Whether it was reported that all alerts are resolved, and none has fired since.
    pub is_resolution_reported: bool,
    /// Whether a message has asked to reopen the incident since it was resolved.
    pub is_reopening_offered: bool,
}

/// The state of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupState {
    /// The rule has not acted: the threshold is not reached, or it holds back.
    Waiting,
    /// A card suggests an incident.
    Suggested,
    /// It is counted on the card of a storm.
    InStorm,
    /// It is listed, nothing else.
    Listed,
    /// A user ignores it until a time.
    Ignored(Timestamp),
    /// It belongs to an incident.
    Attached(IncidentId, IncidentPhase),
}

/// How far the incident of a group is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IncidentPhase {
    /// It is active.
    Active,
    /// It is stable.
    Stable,
    /// It is resolved or completed since this time.
    Resolved(Timestamp),
}

/// The numbers of alerts of a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GroupCounts {
    /// All alerts.
    pub total: u32,
    /// Those that fire.
    pub firing: u32,
    /// Those that are resolved but flap, so that they do not count as resolved.
    pub flapping: u32,
}

impl GroupCounts {
    /// Returns whether all alerts are resolved, and none flaps.
    pub fn are_all_resolved(&self) -> bool {
        self.total > 0 && self.firing == 0 && self.flapping == 0
    }
}

/// The changes of a group within one request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GroupChanges {
    /// The number of alerts that fired.
    pub fired: u32,
    /// The number of alerts that became more severe.
    pub more_severe: u32,
    /// The number of alerts that were repeated.
    pub repeated: u32,
    /// The number of alerts that were resolved.
    pub resolved: u32,
}
