//! An incident to try things on, in tests.

use muster_commands::test_incident::Nature;
use muster_commands::{
    ChannelId, CustomerImpact, DetectionMethod, IncidentId, MessageTs, PersonId, Severity, Status,
};

use super::{By, Card, Channel, ChannelState, Incident, Moment, Visibility};

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
        visibility: Visibility::Public,
        nature: Nature::Real,
        channel_state: ChannelState::Awaited,
        channel: None,
        header: None,
        card: None,
        impacts: Vec::new(),
        responders: Vec::new(),
        signals: Vec::new(),
        documents: Vec::new(),
        chat: None,
        call: None,
        tasks: Vec::new(),
        roles: Vec::new(),
        waiting_notes: Vec::new(),
        subscribers: Vec::new(),
    }
}

/// Gives IR-7 with its channel, its header and its card.
pub fn in_its_channel(title: &str) -> Incident {
    let mut incident = incident(title);
    incident.acted(&By::new(incident.declared_by.clone(), incident.declared_at));
    incident.channel_state = ChannelState::Open;
    incident.channel = Some(Channel {
        id: ChannelId::from("C0INCIDENT7"),
        name: "incident-7".to_owned(),
        given: None,
    });
    incident.header = Some(MessageTs::from("1795447206.000100"));
    incident.card = Some(Card {
        channel: ChannelId::from("C0INCIDENTS"),
        ts: MessageTs::from("1795447207.000100"),
    });
    incident
}
