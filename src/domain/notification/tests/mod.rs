//! Tests of message templates.

mod substitution;
mod validation;
mod values;

use std::collections::HashMap;

use chrono::Duration;

use crate::notification::{TemplateValues, UserContact};
use crate::testing::incident_with_channel;
use crate::{Incident, Settings, Timestamp, UserClock, UserId};

/// The parts of the values of a template.
struct Fixture {
    incident: Incident,
    settings: Settings,
    contacts: HashMap<UserId, UserContact>,
    clock: UserClock,
    changes: Vec<String>,
}

impl Fixture {
    /// Returns IR-7 in its channel, ten minutes after Alice declared it.
    fn new(title: &str) -> Self {
        let alice = UserContact {
            name: "Alice".to_owned(),
            handle: "alice".to_owned(),
            mail_address: "alice@example.com".to_owned(),
        };
        Self {
            incident: incident_with_channel(title),
            settings: Settings::default(),
            contacts: HashMap::from([(UserId::from("U0ALICE0001"), alice)]),
            clock: UserClock::new(minutes(10), "Europe/Paris"),
            changes: Vec::new(),
        }
    }

    fn values(&self) -> TemplateValues<'_> {
        TemplateValues {
            incident: &self.incident,
            settings: &self.settings,
            contacts: &self.contacts,
            clock: &self.clock,
            page_url: Some("https://muster.example.com/incidents/7"),
            channel_url: Some("https://slack.com/app_redirect?channel=C0INCIDENT7"),
            changes: &self.changes,
        }
    }

    fn body(&self, template: &str) -> String {
        self.values().fill_in_body(template)
    }

    fn subject(&self, template: &str) -> String {
        self.values().fill_in_subject(template)
    }
}

/// Returns the time this many minutes after the declaration.
fn minutes(minutes: i64) -> Timestamp {
    let declared_at = incident_with_channel("").declared_at;
    declared_at.plus(Duration::minutes(minutes))
}
