//! The request to declare an incident.

use crate::{
    Actor, CustomerImpact, DetectionMethod, FieldEdits, Incident, IncidentId, IncidentKind,
    Severity, Signal, Timestamp, UserId, Visibility,
};

/// A request to declare an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declare {
    /// The title as entered.
    pub title: String,
    /// The text under “What happened”; often empty.
    pub summary: String,
    /// The severity.
    pub severity: Severity,
    /// The Incident Commander; `None` for the user who declares the incident, or for none if Muster does.
    pub commander: Option<UserId>,
    /// Whether customers are affected.
    pub customer_impact: CustomerImpact,
    /// The effect on customers, if they are affected; may be empty.
    pub impact_description: String,
    /// How it was detected.
    pub detection_method: DetectionMethod,
    /// When it was detected; `None` if that was at the declaration.
    pub detected_at: Option<Timestamp>,
    /// Links to what led to the declaration, without repeated URLs, in the order entered.
    pub signals: Vec<Signal>,
    /// The visibility.
    pub visibility: Visibility,
    /// Whether the incident is real, a test or an announced test.
    pub kind: IncidentKind,
    /// The number of the incident type.
    pub incident_type: i64,
    /// The values of fields. A field that is missing gets its default.
    pub fields: FieldEdits,
}

impl Incident {
    /// Returns an incident that is not stored, for previews: the actor has just declared it.
    pub fn example(actor: &Actor) -> Self {
        let request = Declare {
            title: "Checkout is slow".to_owned(),
            summary: "Payments take 30 seconds since the last release.".to_owned(),
            severity: Severity::Sev2,
            commander: actor.user.clone(),
            customer_impact: CustomerImpact::Unknown,
            impact_description: String::new(),
            incident_type: crate::DEFAULT_INCIDENT_TYPE,
            detection_method: DetectionMethod::Unknown,
            detected_at: None,
            signals: Vec::new(),
            visibility: Visibility::Public,
            kind: IncidentKind::Real,
            fields: FieldEdits::new(),
        };
        let mut incident = Self::new(IncidentId(42), request, actor);
        incident.touch_responder(actor);
        incident
    }
}
