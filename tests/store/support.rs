//! A store in a temporary folder, with the operations that the tests share.

use std::ops::Deref;

use chrono::Duration;
use muster::store::{Attempt, ChangeTarget, CompletedDeliveries, IdempotencyKey, Store};
use muster_domain::delivery::create_channel::CreatedChannel;
use muster_domain::delivery::{CreateChannel, DeliverySpec};
use muster_domain::{
    Actor, AddMessage, ChannelId, CustomerImpact, Declare, DeliveryKind, DetectionMethod,
    FieldEdits, Incident, IncidentId, IncidentKind, MessageAuthor, MessageTs, Origin, Severity,
    Signal, Status, Timestamp, Update, UserId, Viewer, Visibility,
};
use tempfile::TempDir;

use crate::reopen::open_store;

pub struct TestStore {
    store: Store,
    pub folder: TempDir,
}

impl Deref for TestStore {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

impl TestStore {
    pub fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let store = Store::open(&folder.path().join("incidents.db")).unwrap();
        Self { store, folder }
    }

    /// Returns the path of the database.
    pub fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("incidents.db")
    }

    /// Closes the store and opens it again, like a restart.
    pub fn restart(self) -> Self {
        let Self { store, folder } = self;
        drop(store);
        // The last clone releases the lock, and there are no other clones here.
        let store = open_store(&folder.path().join("incidents.db"));
        Self { store, folder }
    }

    pub async fn declare_incident(&self, key: &str, severity: Severity) -> Incident {
        self.declare(IdempotencyKey::view(key), at(0), move |id, ctx| {
            Ok(Incident::declare(
                id,
                declare_request(severity),
                &alice(),
                Some(origin_in_general()),
                ctx,
            )?)
        })
        .await
        .unwrap()
    }

    /// Returns the incident number and delivery ID of each due delivery of one kind.
    pub async fn due(&self, kind: DeliveryKind, now: Timestamp) -> Vec<(i64, i64)> {
        let due = self.due_deliveries(vec![kind], now, 100).await.unwrap();
        due.ready
            .iter()
            .map(|ready| (ready.delivery.incident.number(), ready.delivery.id))
            .collect()
    }

    /// Starts an attempt of the next due delivery of one kind.
    pub async fn begin(&self, kind: DeliveryKind, now: Timestamp) -> Attempt {
        let (_, id) = self.due(kind, now).await[0];
        self.start_attempt(id, now).await.unwrap().unwrap()
    }

    pub async fn create_channel(&self, number: i64) {
        let attempt = self.begin(DeliveryKind::CreateChannel, at(0)).await;
        let created = CreatedChannel {
            id: ChannelId::from(format!("C{number:08}").as_str()),
            name: format!("incident-{number}"),
        };
        self.finish_delivery::<CreateChannel>(attempt, created, at(0))
            .await;
    }

    /// Finishes a delivery of one kind and all coalesced ones.
    pub async fn finish_delivery<S: DeliverySpec>(
        &self,
        attempt: Attempt,
        output: S::Output,
        now: Timestamp,
    ) {
        let coalesced = attempt.coalesced.iter();
        let ids = coalesced.map(|delivery| delivery.id).collect();
        let payload = S::from_delivery(&attempt.delivery.payload).unwrap();
        let completed = CompletedDeliveries::new(payload, output, ids);
        self.store
            .finish_delivery(attempt.delivery, completed, now)
            .await
            .unwrap();
    }

    pub async fn update_incident(&self, id: IncidentId, key: &str, request: Update) -> Incident {
        let target = ChangeTarget {
            viewer: Viewer::Operator,
            id,
            key: IdempotencyKey::view(key),
            now: at(0),
        };
        let applied = self
            .store
            .change_with_context(target, move |incident, ctx| {
                Ok(incident.update(request, &alice(), ctx)?)
            })
            .await;
        applied.unwrap().after
    }
}

pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_epoch_seconds(1_795_447_205).plus(Duration::seconds(seconds))
}

pub fn alice() -> Actor {
    alice_at(at(0))
}

pub fn alice_at(at: Timestamp) -> Actor {
    Actor::new(UserId::from("U0ALICE0001"), at)
}

pub fn origin_in_general() -> Origin {
    Origin {
        channel: Some(ChannelId::from("C0GENERAL01")),
        response_url: Some("https://hooks.example/1".to_owned()),
        thread_ts: None,
    }
}

pub fn declare_request(severity: Severity) -> Declare {
    Declare {
        summary: String::new(),
        title: "<!channel> *Überlast* &lt; 🔥".to_owned(),
        severity,
        commander: Some(UserId::from("U0BOB000001")),
        customer_impact: CustomerImpact::Yes,
        impact_description: String::new(),
        incident_type: muster_domain::DEFAULT_INCIDENT_TYPE,
        detection_method: DetectionMethod::Unknown,
        detected_at: None,
        signals: Signal::find_in("https://example.com/a graph https://example.com/b"),
        visibility: Visibility::Public,
        kind: IncidentKind::Real,
        fields: FieldEdits::new(),
    }
}

pub fn status_request(status: Status) -> Update {
    Update {
        status: Some(status),
        ..Update::default()
    }
}

pub fn message_request(ts: &str) -> AddMessage {
    AddMessage {
        channel: ChannelId::from("C0GENERAL01"),
        ts: MessageTs::from(ts),
        thread_ts: None,
        author: MessageAuthor {
            id: Some(UserId::from("U0BOB000001")),
            name: None,
        },
        text: "I am working on a fix.".to_owned(),
        permalink: None,
        edited_ts: None,
        files: Vec::new(),
    }
}
