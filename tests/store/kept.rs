//! A store on a temporary file, and what stories do with it.

use chrono::Duration;
use muster::domain::{By, Incident, Moment, Owed, Place, Receipt, Viewer};
use muster::store::{Attempt, Key, Sent, Store};
use muster_commands::add_to_incident::{AddMessage, Author};
use muster_commands::declare::Declare;
use muster_commands::test_incident::Nature;
use muster_commands::update::Update;
use muster_commands::visibility::Visibility;
use muster_commands::{
    ChannelId, CustomerImpact, IncidentId, MessageTs, PersonId, Severity, Status,
};
use tempfile::TempDir;

pub struct Kept {
    pub store: Store,
    pub folder: TempDir,
}

impl Kept {
    pub fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let store = Store::open(&folder.path().join("incidents.db")).unwrap();
        Self { store, folder }
    }

    /// Closes the store and opens it again, as a restart does.
    pub fn restarted(self) -> Self {
        let Self { store, folder } = self;
        drop(store);
        // The lock goes with the last clone; nothing else holds one here.
        let store = Store::open(&folder.path().join("incidents.db")).unwrap();
        Self { store, folder }
    }

    pub async fn declares(&self, key: &str, severity: Severity) -> Incident {
        self.store
            .declare(Key::view(key), move |id, _| {
                Ok(Incident::declare(
                    id,
                    request(severity),
                    &alice(),
                    Some(general()),
                )?)
            })
            .await
            .unwrap()
    }

    /// What is due of one kind, by incident number.
    pub async fn due(&self, kind: Owed, now: Moment) -> Vec<(i64, i64)> {
        let due = self.store.due(vec![kind], now, 100).await.unwrap();
        due.ready
            .iter()
            .map(|ready| (ready.delivery.incident.number(), ready.delivery.id))
            .collect()
    }

    pub async fn begins(&self, kind: Owed, now: Moment) -> Attempt {
        let (_, id) = self.due(kind, now).await[0];
        self.store.begin(id, now).await.unwrap().unwrap()
    }

    pub async fn opens_channel(&self, number: i64) {
        let attempt = self.begins(Owed::OpenChannel, at(0)).await;
        let receipt = Receipt::Channel {
            id: ChannelId::from(format!("C{number:08}").as_str()),
            name: format!("incident-{number}"),
        };
        self.settles(attempt, receipt).await;
    }

    pub async fn settles(&self, attempt: Attempt, receipt: Receipt) {
        let along = attempt.along.iter().map(|delivery| delivery.id).collect();
        let sent = Sent { receipt, along };
        self.store
            .delivered(attempt.delivery, sent, at(0))
            .await
            .unwrap();
    }

    pub async fn changes(&self, id: IncidentId, key: &str, request: Update) -> Incident {
        self.store
            .change(Viewer::Operator, id, Key::view(key), move |incident| {
                incident.update(request, &alice())
            })
            .await
            .unwrap()
    }
}

pub fn at(seconds: i64) -> Moment {
    Moment::from_epoch_seconds(1_795_447_205).after(Duration::seconds(seconds))
}

pub fn alice() -> By {
    By::new(PersonId::from("U0ALICE0001"), at(0))
}

pub fn general() -> Place {
    Place {
        channel: Some(ChannelId::from("C0GENERAL01")),
        response_url: Some("https://hooks.example/1".to_owned()),
        thread: None,
    }
}

pub fn request(severity: Severity) -> Declare {
    Declare {
        title: "<!channel> *Überlast* &lt; 🔥".to_owned(),
        severity,
        commander: PersonId::from("U0BOB000001"),
        customer_impact: CustomerImpact::Yes,
        signals: vec![
            "https://example.com/a".to_owned(),
            "https://example.com/b".to_owned(),
        ],
        visibility: Visibility::Public,
        nature: Nature::Real,
    }
}

pub fn status(status: Status) -> Update {
    Update {
        status: Some(status),
        ..Update::default()
    }
}

pub fn message(ts: &str) -> AddMessage {
    AddMessage {
        channel: ChannelId::from("C0GENERAL01"),
        ts: MessageTs::from(ts),
        thread_ts: None,
        author: Author {
            id: Some(PersonId::from("U0BOB000001")),
            name: None,
        },
        text: "I am working on a fix.".to_owned(),
        permalink: None,
        edited: None,
        files: Vec::new(),
    }
}
