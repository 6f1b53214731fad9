//! Tests of the schedule: a settings change applies to the reminders of all incidents at once.

use crate::support::{TestStore, at, status_request};
use futures_util::future::join_all;
use muster::store::OfflineSettings;
use muster_domain::DeliveryKind;
use muster_domain::delivery::UpsertHeader;
use muster_domain::{IncidentId, Severity, Status};
use rusqlite::Connection;
use serde_json::json;

/// Number of incidents.
const INCIDENT_COUNT: i64 = 120;

/// Returns a store with active incidents.
async fn store_with_incidents(count: i64) -> TestStore {
    let store = TestStore::new();
    let keys: Vec<_> = (0..count).map(|number| format!("V{number}")).collect();
    join_all(
        keys.iter()
            .map(|key| store.declare_incident(key, Severity::Sev1)),
    )
    .await;
    store
}

/// Sets the interval of status updates in minutes, from outside the bot.
fn set_reminder_minutes(store: &TestStore, minutes: u32) {
    let mut offline = OfflineSettings::open(&store.folder.path().join("incidents.db")).unwrap();
    let value = ("reminder_minutes".to_owned(), json!({ "SEV-1": minutes }));
    let changed = offline.change(|before| before.with_values([value]), at(0));
    assert_eq!(changed.unwrap().unwrap().len(), 1);
}

fn open_database(store: &TestStore) -> Connection {
    Connection::open(store.folder.path().join("incidents.db")).unwrap()
}

/// Returns the number of updates that are due `minutes` after the start.
fn count_due_after(store: &TestStore, minutes: i64) -> i64 {
    let count = "SELECT count(*) FROM schedule WHERE kind = 'update_reminder' AND due_at = ?1";
    let due = [at(minutes * 60).to_string()];
    open_database(store)
        .query_row(count, due, |row| row.get(0))
        .unwrap()
}

#[tokio::test]
async fn settings_change_reschedules_all_reminders_in_its_transaction() {
    let store = store_with_incidents(INCIDENT_COUNT).await;
    assert_eq!(count_due_after(&store, 30), INCIDENT_COUNT);
    set_reminder_minutes(&store, 60);
    assert_eq!(count_due_after(&store, 60), INCIDENT_COUNT);
    store.claim_scheduled(at(59 * 60)).await.unwrap();
    assert!(
        store
            .due(DeliveryKind::PostReminder, at(59 * 60))
            .await
            .is_empty()
    );
    // Each claim has a limit.
    for expected in [100, 120] {
        store.claim_scheduled(at(60 * 60)).await.unwrap();
        let count = "SELECT count(*) FROM outbox WHERE kind = 'post_reminder'";
        let enqueued: i64 = open_database(&store)
            .query_row(count, [], |row| row.get(0))
            .unwrap();
        assert_eq!(enqueued, expected);
    }
    assert_eq!(count_due_after(&store, 120), INCIDENT_COUNT);
    // Disabled reminders are cancelled, even if they are already queued.
    set_reminder_minutes(&store, 0);
    let unfinished =
        "SELECT count(*) FROM outbox WHERE kind = 'post_reminder' AND finished_at IS NULL";
    let unfinished: i64 = open_database(&store)
        .query_row(unfinished, [], |row| row.get(0))
        .unwrap();
    assert_eq!(unfinished, 0);
    let store = store.restart();
    set_reminder_minutes(&store, 45);
    assert_eq!(
        count_due_after(&store, 45),
        0,
        "they counted from the last reminder"
    );
    assert_eq!(count_due_after(&store, 60 + 45), INCIDENT_COUNT);
}

#[tokio::test]
async fn header_edits_are_spread_out_while_a_changed_incident_is_edited_now() {
    let store = store_with_incidents(INCIDENT_COUNT).await;
    for number in 1..=INCIDENT_COUNT {
        store.create_channel(number).await;
    }
    for _ in 1..=INCIDENT_COUNT {
        let header = store.begin(DeliveryKind::UpsertHeader, at(0)).await;
        store
            .finish_delivery::<UpsertHeader>(header, None, at(0))
            .await;
    }
    set_reminder_minutes(&store, 60);
    let edited = |seconds| store.due(DeliveryKind::UpsertHeader, at(seconds));
    assert_eq!(edited(0).await.len(), 20);
    assert_eq!(edited(30).await.len(), 30);
    let last = IncidentId(1);
    let is_in = |due: &[(i64, i64)]| due.iter().any(|(number, _)| *number == last.number());
    assert!(!is_in(&edited(30).await));
    store
        .update_incident(last, "C", status_request(Status::Active))
        .await;
    assert!(!is_in(&edited(0).await), "nothing changed");
    store
        .update_incident(last, "D", status_request(Status::Stable))
        .await;
    assert!(is_in(&edited(0).await));
}
