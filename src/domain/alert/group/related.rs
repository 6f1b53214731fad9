//! Alerts that look related to an incident that a user declares.

use crate::alert::AlertEvent;
use crate::alert::group::declaration::SERVICES;
use crate::delivery::PostActivity;
use crate::{Activity, Change, Incident, TimelineEvent, TitleTokens};

/// Open groups of alerts that look related to an incident.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RelatedAlerts {
    /// The groups, the newest first.
    pub groups: Vec<i64>,
    /// Their titles.
    pub titles: Vec<String>,
    /// The number of their alerts.
    pub count: u32,
}

/// Recognizes the groups that look related to an incident: those with a similar title, or of one of its services.
pub struct RelatedGroups {
    title: TitleTokens,
    services: Vec<String>,
}

impl RelatedGroups {
    /// Reads the title and the services of an incident.
    pub fn new(incident: &Incident) -> Self {
        let services = incident.fields.get(SERVICES);
        let services = services.map(|value| value.items()).unwrap_or_default();
        Self {
            title: TitleTokens::new(&incident.title),
            services: services.iter().map(|it| it.to_lowercase()).collect(),
        }
    }

    /// Returns whether a group with this title and this service looks related.
    pub fn contain(&self, title: &str, service: &str) -> bool {
        let service = service.trim().to_lowercase();
        let is_named = !service.is_empty() && self.services.contains(&service);
        is_named || self.title.similarity(&TitleTokens::new(title)).is_some()
    }
}

impl Change {
    /// Posts in the channel of a declared incident that alerts look related. It is no event of the timeline: it may be
    /// a coincidence.
    #[must_use]
    pub fn with_related_alerts(mut self, related: &RelatedAlerts) -> Self {
        if related.groups.is_empty() {
            return self;
        }
        let change = AlertEvent::Related {
            count: related.count,
            titles: related.titles.clone(),
        };
        let activity = Activity::automatic(TimelineEvent::Alert { change }, self.at);
        self.enqueue(PostActivity { activity });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use crate::{FieldValue, FieldValues};

    #[test]
    fn group_is_related_by_title_or_service() {
        let mut incident = testing::incident("Checkout is slow");
        let services = FieldValue::MultiSelect(vec!["Payments".to_owned()]);
        incident.fields = FieldValues::from([(SERVICES.to_owned(), services)]);
        let related = RelatedGroups::new(&incident);
        for (title, service, expected) in [
            ("Checkout: high latency", "", true),
            ("Disk full on db-1", "payments ", true),
            ("Disk full on db-1", "login", false),
            ("Disk full on db-1", "", false),
        ] {
            assert_eq!(related.contain(title, service), expected, "{title}");
        }
    }
}
