//! Reminds the channel of an active incident whose severity is still unknown.

use chrono::Duration;
use muster_commands::{Severity, Status};

use crate::domain::{Incident, Settings};

pub(super) fn is_needed(incident: &Incident) -> bool {
    incident.status == Status::Active && incident.severity == Severity::Unknown
}

pub(super) fn interval(settings: &Settings) -> Duration {
    Duration::minutes(settings.reminder_minutes_unknown.into())
}
