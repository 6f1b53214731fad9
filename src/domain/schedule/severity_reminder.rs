//! Reminds the channel of an active incident whose severity is still unknown.

use crate::{Severity, Status};
use chrono::Duration;

use crate::{Incident, Settings};

pub(super) fn is_needed(incident: &Incident) -> bool {
    incident.status == Status::Active && incident.severity == Severity::Unknown
}

pub(super) fn interval(settings: &Settings) -> Duration {
    Duration::minutes(settings.reminder_minutes_unknown.into())
}
