//! Reminds the channel of an active incident that had no status update for the configured time.

use crate::{Severity, Status};
use chrono::Duration;

use crate::{Incident, Settings};

pub(super) fn is_needed(incident: &Incident) -> bool {
    incident.status == Status::Active
}

/// Returns the interval for a severity; zero if the settings name none.
pub(super) fn interval(severity: Severity, settings: &Settings) -> Duration {
    let minutes = settings.reminder_minutes.get(&severity);
    Duration::minutes(minutes.copied().unwrap_or(0).into())
}
