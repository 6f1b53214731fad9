//! Tests of alerts.

use chrono::Duration;
use muster::secret::Secret;
use muster::store::{
    AddAlertSource, IdempotencyKey, ReceivedBatch, ReceivedBody, Store, new_alert_token,
};
use muster_domain::alert::{Alert, AlertBatch, AlertStatus, Recorded, SourceIdentity, SourceKind};
use muster_domain::{Timestamp, UserId};
use rusqlite::Connection;

use crate::support::{TestStore, at};

async fn add_source(store: &Store) -> SourceIdentity {
    let request = AddAlertSource {
        name: "prom-eu".to_owned(),
        kind: SourceKind::Alertmanager,
        token: new_alert_token(),
        secret: Secret::new(""),
        topics: Vec::new(),
        accepts_raw_delivery: false,
        created_by: None,
    };
    let key = IdempotencyKey::web(&UserId::from("U0ALICE0001"), "add");
    for _ in 0..2 {
        let adding = store.add_alert_source(key.clone(), request.clone(), at(0));
        adding.await.unwrap();
    }
    let sources = store.alert_sources().await.unwrap();
    assert_eq!(sources.len(), 1);
    let authenticating =
        store.authenticate_alert_source(SourceKind::Alertmanager, request.token.reveal());
    assert_eq!(authenticating.await.unwrap().unwrap().source, sources[0]);
    let other = store.authenticate_alert_source(SourceKind::Grafana, request.token.reveal());
    assert_eq!(other.await.unwrap(), None);
    sources[0].identity.clone()
}

fn alert(key: &str, status: AlertStatus) -> Alert {
    Alert {
        key: key.to_owned(),
        status,
        title: format!("Alert {key}"),
        severity: "warning".to_owned(),
        ..Alert::default()
    }
}

/// A store with one source.
struct Fixture {
    store: TestStore,
    source: SourceIdentity,
}

impl Fixture {
    async fn new() -> Self {
        let store = TestStore::new();
        let source = add_source(&store).await;
        Self { store, source }
    }

    async fn record(
        &self,
        alerts: Vec<Alert>,
        delivery_id: Option<&str>,
        now: Timestamp,
    ) -> Recorded {
        let received = ReceivedBatch {
            batch: AlertBatch { alerts, omitted: 0 },
            delivery_id: delivery_id.map(str::to_owned),
            body: ReceivedBody::without_token(b"{}", &Secret::new("0123")),
        };
        let recording = self.store.record_alerts(self.source.clone(), received, now);
        recording.await.unwrap()
    }

    fn rows(&self, sql: &str) -> Vec<String> {
        let connection = Connection::open(self.store.path()).unwrap();
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<rusqlite::Result<_>>().unwrap()
    }

    /// Returns the states of all alerts.
    fn states(&self) -> Vec<String> {
        self.rows("SELECT key || ' ' || status || ' ' || count || ' ' || severity FROM alerts ORDER BY id")
    }
}

#[tokio::test]
async fn alert_fires_repeats_becomes_more_severe_resolves_and_fires_again() {
    let it = Fixture::new().await;
    let (fired, resolved) = (AlertStatus::Firing, AlertStatus::Resolved);
    let first = it.record(vec![alert("a", resolved)], None, at(0)).await;
    assert_eq!(first.not_firing, 1);
    assert!(it.states().is_empty());
    let fires = it
        .record(vec![alert("a", fired), alert("b", fired)], None, at(1))
        .await;
    assert_eq!(fires.fired, 2);
    let repeats = it.record(vec![alert("a", fired)], None, at(2)).await;
    assert_eq!(repeats.repeated, 1);
    let critical = Alert {
        severity: "critical".to_owned(),
        ..alert("a", fired)
    };
    let worse = it.record(vec![critical], None, at(3)).await;
    assert_eq!(worse.more_severe, 1);
    assert_eq!(it.states(), ["a firing 3 critical", "b firing 1 warning"]);
    let ends = it.record(vec![alert("a", resolved)], None, at(4)).await;
    assert_eq!(ends.sentence(), "Alerts: 1 resolved.");
    it.record(vec![alert("a", fired)], None, at(5)).await;
    assert_eq!(
        it.states(),
        [
            "a resolved 3 critical",
            "b firing 1 warning",
            "a firing 1 warning"
        ]
    );
}

#[tokio::test]
async fn repeated_delivery_changes_nothing() {
    let it = Fixture::new().await;
    let alerts = vec![alert("a", AlertStatus::Firing)];
    it.record(alerts.clone(), Some("5f"), at(0)).await;
    let again = it.record(alerts, Some("5f"), at(1)).await;
    assert!(again.is_duplicate);
    assert_eq!(it.states(), ["a firing 1 warning"]);
    let bodies = it.store.alert_bodies(it.source.id, 10).await.unwrap();
    assert_eq!(
        bodies
            .iter()
            .map(|it| it.outcome.sentence.as_str())
            .collect::<Vec<_>>(),
        [
            "The same delivery was received before, so nothing was changed.",
            "Alerts: 1 fired."
        ]
    );
    it.store
        .delete_expired(at(0).plus(Duration::days(31)))
        .await
        .unwrap();
    assert!(
        it.store
            .alert_bodies(it.source.id, 10)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(
        it.rows("SELECT delivery_id FROM alert_deliveries")
            .is_empty()
    );
    assert_eq!(it.states().len(), 1);
}

#[tokio::test]
async fn earlier_cycle_is_ignored_and_a_later_one_continues_the_alert() {
    let it = Fixture::new().await;
    let cycle = |seconds: i64, status| Alert {
        occurrence: Some(format!("a {seconds}")),
        started_at: Some(at(seconds)),
        ..alert("a", status)
    };
    it.record(vec![cycle(10, AlertStatus::Firing)], None, at(11))
        .await;
    for late in [
        cycle(5, AlertStatus::Firing),
        cycle(5, AlertStatus::Resolved),
    ] {
        let ignored = it.record(vec![late], None, at(12)).await;
        assert_eq!(ignored.earlier_cycle, 1);
    }
    it.record(vec![cycle(20, AlertStatus::Firing)], None, at(21))
        .await;
    assert_eq!(it.states(), ["a firing 2 warning"]);
    it.record(vec![cycle(20, AlertStatus::Resolved)], None, at(22))
        .await;
    let late = it
        .record(vec![cycle(20, AlertStatus::Firing)], None, at(23))
        .await;
    assert_eq!(late.earlier_cycle, 1);
    assert_eq!(it.states(), ["a resolved 2 warning"]);
}

#[tokio::test]
async fn clock_that_is_off_is_replaced_by_the_time_of_receipt() {
    let it = Fixture::new().await;
    let started = |key: &str, days: i64| Alert {
        started_at: Some(at(0).plus(Duration::days(days))),
        ..alert(key, AlertStatus::Firing)
    };
    it.record(
        vec![
            started("ahead", 1),
            started("old", -31),
            started("fine", -1),
        ],
        None,
        at(0),
    )
    .await;
    let expected = [
        format!("ahead 1 {}", at(0)),
        format!("old 1 {}", at(0)),
        format!("fine 0 {}", at(0).plus(-Duration::days(1))),
    ];
    let times = "SELECT key || ' ' || is_clock_off || ' ' || started_at FROM alerts ORDER BY id";
    assert_eq!(it.rows(times), expected);
}

#[tokio::test]
async fn ten_thousand_alerts_are_one_transaction() {
    let it = Fixture::new().await;
    let alerts = |status| {
        (0..10_000)
            .map(|number| alert(&number.to_string(), status))
            .collect()
    };
    let fired = it.record(alerts(AlertStatus::Firing), None, at(0)).await;
    let resolved = it.record(alerts(AlertStatus::Resolved), None, at(1)).await;
    assert_eq!((fired.fired, resolved.resolved), (10_000, 10_000));
}

#[tokio::test]
async fn last_fifty_bodies_are_stored() {
    let it = Fixture::new().await;
    for number in 0..60 {
        it.record(Vec::new(), None, at(number)).await;
    }
    let bodies = it.store.alert_bodies(it.source.id, 100).await.unwrap();
    let numbers: Vec<_> = bodies.iter().map(|body| body.number).collect();
    assert_eq!(numbers, (11..=60).rev().collect::<Vec<_>>());
    let source = it.store.alert_source(it.source.id).await.unwrap();
    assert_eq!(source.last_received_at, Some(at(59)));
}
