//! The declaration of an incident from a group.

use std::collections::BTreeMap;

use crate::alert::rule::AlertRule;
use crate::{
    CustomerImpact, Declare, DetectionMethod, FieldEdits, FieldParser, FieldValue, IncidentKind,
    Settings, Severity, SeverityScale, Signal, Timestamp, UserClock, Visibility,
};

/// The name of the field of services.
pub(super) const SERVICES: &str = "services";

/// The texts of a group from which an incident is declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupTexts {
    /// The title.
    pub title: String,
    /// The severity of its worst alert in the sender's own words; may be empty.
    pub severity: String,
    /// The service; empty if there is none.
    pub service: String,
    /// The values of other fields, by their names.
    pub fields: BTreeMap<String, String>,
    /// The links of its alerts.
    pub signals: Vec<Signal>,
}

impl AlertRule {
    /// Returns the declaration of an incident from a group. A value that a field does not accept is left out: an
    /// incident is more important than its fields.
    pub fn declaration(&self, texts: &GroupTexts, settings: &Settings, now: Timestamp) -> Declare {
        Declare {
            title: texts.title.clone(),
            summary: String::new(),
            severity: self.severity_on(&settings.severity_scale(), &texts.severity),
            commander: self.commander.clone(),
            customer_impact: CustomerImpact::default(),
            impact_description: String::new(),
            detection_method: DetectionMethod::Monitor,
            detected_at: None,
            incident_type: settings.default_incident_type(),
            signals: texts.signals.clone(),
            visibility: match self.private {
                true => Visibility::Private,
                false => Visibility::Public,
            },
            kind: match self.test {
                true => IncidentKind::Test,
                false => IncidentKind::Real,
            },
            fields: settings.fields_from_texts(texts, now),
        }
    }

    /// Returns the severity for the sender's words that the team uses: the least severe level for one below all.
    pub fn severity_on(&self, scale: &SeverityScale, words: &str) -> Severity {
        let severity = self.severity_for(words);
        let levels = || scale.levels().iter().map(|level| level.severity);
        if levels().any(|level| level == severity) {
            return severity;
        }
        let known = levels().filter(|level| *level != Severity::Unknown);
        known
            .max_by_key(|level| level.sort_key())
            .unwrap_or(severity)
    }
}

impl Settings {
    /// Returns the values of fields that accept the texts of a group.
    fn fields_from_texts(&self, texts: &GroupTexts, now: Timestamp) -> FieldEdits {
        let clock = UserClock::new(now, "");
        let parser = FieldParser {
            settings: self,
            clock: &clock,
        };
        let mut edits = FieldEdits::new();
        for field in &self.fields {
            let text = match texts.fields.get(&field.name) {
                Some(text) => text,
                None if field.name == SERVICES => &texts.service,
                None => continue,
            };
            let value: Option<FieldValue> = parser.parse(field, &[text], None).ok().flatten();
            edits.extend(value.map(|value| (field.name.clone(), Some(value))));
        }
        edits
    }
}
