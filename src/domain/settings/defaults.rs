//! The defaults of the settings.

use std::collections::BTreeMap;

use super::{AnnouncedEvent, ConfiguredRole, RoleCapacity, Settings, WhoDeclares, WhoReads};
use crate::alert::rule::AlertRule;
use crate::channel::channel_name;
use crate::field::default_fields;
use crate::incident_type::first_incident_types;
use crate::notification::default_templates;
use crate::{DEFAULT_LEVELS, Severity, postmortem};

fn communications_lead() -> ConfiguredRole {
    ConfiguredRole {
        name: "Communications Lead".to_owned(),
        capacity: RoleCapacity::One,
        description: "You keep customers and colleagues up to date.".to_owned(),
        incident_type: None,
    }
}

impl Default for Settings {
    fn default() -> Self {
        let known = DEFAULT_LEVELS
            .iter()
            .filter(|(it, ..)| it.number().is_some());
        Self {
            severity_levels: known.clone().map(|(severity, ..)| *severity).collect(),
            severity_unknown: true,
            severity_labels: known
                .map(|(severity, label, _)| (*severity, (*label).to_owned()))
                .collect(),
            severity_descriptions: DEFAULT_LEVELS
                .iter()
                .map(|(severity, _, description)| (*severity, (*description).to_owned()))
                .collect(),
            status_completed: false,
            roles: vec![communications_lead()],
            fields: default_fields(),
            services: Vec::new(),
            teams: Vec::new(),
            channel_name: channel_name::DEFAULT_TEMPLATE.to_owned(),
            announced: vec![
                AnnouncedEvent::Severity,
                AnnouncedEvent::Status,
                AnnouncedEvent::Commander,
            ],
            notified_become_responders: true,
            reminder_minutes: BTreeMap::from([(Severity::Sev1, 30), (Severity::Sev2, 30)]),
            reminder_minutes_unknown: 60,
            archive_after_days: 0,
            message_templates: default_templates(),
            notification_rules: Vec::new(),
            alert_rules: vec![AlertRule::default()],
            postmortem_templates: postmortem::default_templates(),
            postmortem_any_time: false,
            postmortem_reminder_days: BTreeMap::from([(Severity::Sev1, 3), (Severity::Sev2, 5)]),
            who_declares: WhoDeclares::Everyone,
            who_reads: WhoReads::Members,
            incident_types: first_incident_types(),
        }
    }
}
