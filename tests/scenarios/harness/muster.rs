//! Incidents that Muster itself declares and changes, as an alert rule or a key of the API does.

use chrono::DateTime;
use muster::store::{ChangeTarget, IdempotencyKey};
use muster_domain::{
    Actor, CustomerImpact, DecisionContext, Declare, FieldEdits, Incident, IncidentId,
    IncidentKind, Severity, Source, Timestamp, Update, Viewer, Visibility,
};

use crate::harness::user::DeclaredIncident;
use crate::harness::world::World;

impl World {
    /// Declares an incident without a commander, as Muster does for an alert. No message about it has been read.
    #[allow(dead_code, reason = "not for every suite that shares the harness")]
    pub async fn declares_as_muster(&self, title: &str) -> DeclaredIncident {
        let actor = self.muster();
        let request = Declare {
            title: title.to_owned(),
            summary: String::new(),
            severity: Severity::Sev2,
            commander: None,
            customer_impact: CustomerImpact::Unknown,
            impact_description: String::new(),
            incident_type: muster_domain::DEFAULT_INCIDENT_TYPE,
            detection_method: muster_domain::DetectionMethod::Unknown,
            detected_at: None,
            signals: Vec::new(),
            visibility: Visibility::Public,
            kind: IncidentKind::Real,
            fields: FieldEdits::new(),
        };
        let (key, now) = (IdempotencyKey::view("muster-declares"), actor.at);
        let decide = move |id: IncidentId, context: &DecisionContext<'_>| {
            Ok(Incident::declare(id, request, &actor, None, context)?)
        };
        let declared = self.store().await.declare(key, now, decide).await;
        let number = declared.unwrap().id.number();
        self.deliver_all().await;
        let channel = self.incident_channels().pop().unwrap();
        let announcement = self.user("bob").announcement(number);
        DeclaredIncident {
            number,
            channel,
            announcement_ts: announcement.expect("the incident is not announced").ts,
        }
    }

    /// Updates IR-1 as Muster.
    #[allow(dead_code, reason = "not for every suite that shares the harness")]
    pub async fn updates_as_muster(&self, update: Update) {
        let (store, actor) = (self.store().await, self.muster());
        let decide = move |incident: &Incident, context: &DecisionContext<'_>| {
            Ok(incident.update(update, &actor, context)?)
        };
        let target = ChangeTarget {
            viewer: Viewer::Operator,
            id: IncidentId(1),
            key: IdempotencyKey::view("muster-updates"),
            now: self.muster().at,
        };
        store.change_with_context(target, decide).await.unwrap();
        self.deliver_all().await;
    }

    fn muster(&self) -> Actor {
        let now = Timestamp::new(DateTime::from_timestamp_millis(self.now()).unwrap());
        Actor::muster(now, Source::Alert)
    }
}
