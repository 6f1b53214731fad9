//! Reminds the channel of an incident that the next status update is due: while it is active, the configured
//! time after the last one, or when the last one promised it. Only status updates restart it: a note or another
//! severity tells no user outside the channel what the latest is.

use crate::{Severity, Status};
use chrono::Duration;

use crate::{Incident, Settings};

pub(super) fn is_needed(incident: &Incident) -> bool {
    match incident.status {
        Status::Active => true,
        Status::Stable => incident.promised_update_at().is_some(),
        Status::Resolved | Status::Completed => false,
    }
}

/// Returns whether it is repeated. What was promised for a stable incident is reminded of once.
pub(super) fn is_repeated(incident: &Incident) -> bool {
    incident.status == Status::Active
}

/// Returns the interval for a severity; zero if the settings name none.
pub(super) fn interval(severity: Severity, settings: &Settings) -> Duration {
    let minutes = settings.reminder_minutes.get(&severity);
    Duration::minutes(minutes.copied().unwrap_or(0).into())
}
