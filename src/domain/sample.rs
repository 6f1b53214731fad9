//! An incident to try things on, in tests.

use muster_commands::{CustomerImpact, DetectionMethod, IncidentId, PersonId, Severity, Status};

use super::{ChannelState, Incident, Moment};

/// Gives IR-7, declared by Alice, who waits for its channel.
pub fn incident(title: &str) -> Incident {
    let at = Moment::from_epoch_seconds(1_795_447_205);
    Incident {
        id: IncidentId(7),
        title: title.to_owned(),
        severity: Severity::Unknown,
        status: Status::Active,
        commander: PersonId::from("U0ALICE0001"),
        declared_by: PersonId::from("U0ALICE0001"),
        detection_method: DetectionMethod::Unknown,
        summary: String::new(),
        root_cause: String::new(),
        customer_impact: CustomerImpact::Unknown,
        declared_at: at,
        detected_at: at,
        resolved_at: None,
        channel_state: ChannelState::Awaited,
        channel: None,
        header: None,
        card: None,
        impacts: Vec::new(),
        responders: Vec::new(),
        signals: Vec::new(),
    }
}
