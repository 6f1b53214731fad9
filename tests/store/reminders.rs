//! Tests of rescheduling the reminders of many incidents after a settings change.

use crate::support::{TestStore, at, status_request};
use futures_util::future::join_all;
use muster::store::OfflineSettings;
use muster_domain::delivery::UpsertHeader;
use muster_domain::{DeliveryKind, IncidentId, Severity, Status};
use rusqlite::Connection;
use serde_json::json;

/// Number of incidents.
const INCIDENT_COUNT: i64 = 120;

/// Number of incidents per batch.
const BATCH_SIZE: i64 = 50;

/// Returns a store with active incidents whose reminders match the settings.
async fn store_with_many_incidents() -> TestStore {
    let store = TestStore::new();
    let keys: Vec<_> = (0..INCIDENT_COUNT)
        .map(|number| format!("V{number}"))
        .collect();
    join_all(
        keys.iter()
            .map(|key| store.declare_incident(key, Severity::Sev1)),
    )
    .await;
    reschedule_all(&store).await;
    store
}

/// Reschedules all reminders. Returns the number of batches.
async fn reschedule_all(store: &TestStore) -> usize {
    let mut steps = 0;
    while has_outdated_reminders(store).await {
        store.reschedule_reminders(at(0)).await.unwrap();
        steps += 1;
    }
    steps
}

async fn has_outdated_reminders(store: &TestStore) -> bool {
    let due = store.due_deliveries(vec![], at(0), 1).await.unwrap();
    due.has_outdated_reminders
}

/// Sets the interval of status updates in minutes, from outside the bot.
fn set_reminder_minutes(store: &TestStore, minutes: u32) {
    let mut offline = OfflineSettings::open(&store.folder.path().join("incidents.db")).unwrap();
    let value = ("reminder_minutes".to_owned(), json!({ "SEV-1": minutes }));
    let changed = offline.change(|before| before.with_values([value]), at(0));
    assert_eq!(changed.unwrap().unwrap().len(), 1);
}

/// Returns the number of updates that are due `minutes` after the start.
fn count_due_after(store: &TestStore, minutes: i64) -> i64 {
    let connection = Connection::open(store.folder.path().join("incidents.db")).unwrap();
    let count = "SELECT count(*) FROM reminders
                  WHERE kind = 'update' AND state = 'waiting' AND due_at = ?1";
    let due = [at(minutes * 60)];
    connection
        .query_row(count, due.map(String::from), |row| row.get(0))
        .unwrap()
}

#[tokio::test]
async fn reminders_are_rescheduled_in_batches_and_continue_after_a_restart() {
    let store = store_with_many_incidents().await;
    assert_eq!(count_due_after(&store, 30), INCIDENT_COUNT);
    set_reminder_minutes(&store, 60);
    store.reschedule_reminders(at(0)).await.unwrap();
    assert_eq!(count_due_after(&store, 60), BATCH_SIZE);
    let store = store.restart();
    assert!(has_outdated_reminders(&store).await);
    assert_eq!(reschedule_all(&store).await, 2);
    assert_eq!(count_due_after(&store, 60), INCIDENT_COUNT);
    // A reminder that becomes due before its batch is rescheduled when it is claimed.
    set_reminder_minutes(&store, 90);
    store.reschedule_reminders(at(0)).await.unwrap();
    let taken = store.claim_reminders(at(60 * 60)).await.unwrap();
    assert_eq!(taken, usize::try_from(INCIDENT_COUNT - BATCH_SIZE).unwrap());
    assert_eq!(count_due_after(&store, 90), INCIDENT_COUNT);
    assert!(
        store
            .due(DeliveryKind::PostReminder, at(60 * 60))
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn rescheduling_restarts_when_the_settings_change_again() {
    let store = store_with_many_incidents().await;
    set_reminder_minutes(&store, 60);
    store.reschedule_reminders(at(0)).await.unwrap();
    set_reminder_minutes(&store, 45);
    assert_eq!(reschedule_all(&store).await, 3);
    assert_eq!(count_due_after(&store, 45), INCIDENT_COUNT);
    // The settings changed back before any batch ran, so nothing is outdated.
    set_reminder_minutes(&store, 60);
    set_reminder_minutes(&store, 45);
    assert!(!has_outdated_reminders(&store).await);
}

#[tokio::test]
async fn header_edits_are_spread_out_while_a_changed_incident_is_edited_now() {
    let store = store_with_many_incidents().await;
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
    reschedule_all(&store).await;
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
