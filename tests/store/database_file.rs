//! Tests of the database file: one bot per file, and a file that rejects writes.

use crate::support::{TestStore, alice, at, declare_request};
use muster::error::Error;
use muster::store::{IdempotencyKey, Store};
use muster_domain::{Incident, IncidentId, Severity};

#[tokio::test]
async fn second_bot_on_the_same_file_is_rejected_with_a_message() {
    let store = TestStore::new();
    let path = store.folder.path().join("incidents.db");
    let error = Store::open(&path).err().unwrap().to_string();
    assert!(error.contains("Another Muster is using"), "{error}");
}

#[tokio::test]
async fn locked_database_rejects_writes_and_the_store_recovers() {
    let store = TestStore::new();
    store.declare_incident("V1", Severity::Sev3).await;
    let other = rusqlite::Connection::open(store.folder.path().join("incidents.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let result = store
        .declare(IdempotencyKey::view("V2"), at(0), |id, ctx| {
            Ok(Incident::declare(
                id,
                declare_request(Severity::Sev1),
                &alice(),
                None,
                ctx,
            )?)
        })
        .await;
    assert!(matches!(result, Err(Error::StoreUnavailable(_))));
    assert!(store.check_write(at(0)).await.is_err());
    other.execute_batch("ROLLBACK").unwrap();
    store.check_write(at(0)).await.unwrap();
    assert_eq!(
        store.declare_incident("V2", Severity::Sev1).await.id,
        IncidentId(2)
    );
}
