//! Tests of the database file: one bot per file, and a file that rejects writes.

use crate::support::{TestStore, alice, at, declare_request};
use muster::domain::Incident;
use muster::error::Error;
use muster::store::{IdempotencyKey, Store};
use muster_commands::{IncidentId, Severity};

#[tokio::test]
async fn second_bot_on_the_same_file_is_rejected_with_a_message() {
    let kept = TestStore::new();
    let path = kept.folder.path().join("incidents.db");
    let refusal = Store::open(&path).err().unwrap().to_string();
    assert!(refusal.contains("Another Muster is using"), "{refusal}");
}

#[tokio::test]
async fn locked_database_rejects_writes_and_the_store_recovers() {
    let kept = TestStore::new();
    kept.declare_incident("V1", Severity::Sev3).await;
    let other = rusqlite::Connection::open(kept.folder.path().join("incidents.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = kept
        .store
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
    assert!(matches!(refused, Err(Error::StoreUnavailable(_))));
    assert!(kept.store.check_write(at(0)).await.is_err());
    other.execute_batch("ROLLBACK").unwrap();
    kept.store.check_write(at(0)).await.unwrap();
    assert_eq!(
        kept.declare_incident("V2", Severity::Sev1).await.id,
        IncidentId(2)
    );
}
