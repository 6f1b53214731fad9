//! The file itself: one bot, and a disk that does not take it.

use super::kept::{Kept, alice, at, request};
use muster::domain::Incident;
use muster::error::Error;
use muster::store::{Key, Store};
use muster_commands::{IncidentId, Severity};

#[tokio::test]
async fn a_second_bot_on_the_same_file_is_refused_with_a_sentence() {
    let kept = Kept::new();
    let path = kept.folder.path().join("incidents.db");
    let refusal = Store::open(&path).err().unwrap().to_string();
    assert!(refusal.contains("Another Muster is using"), "{refusal}");
}

#[tokio::test]
async fn what_the_disk_does_not_take_is_not_stored_and_the_store_recovers() {
    let kept = Kept::new();
    kept.declares("V1", Severity::Sev3).await;
    let other = rusqlite::Connection::open(kept.folder.path().join("incidents.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = kept
        .store
        .declare(Key::view("V2"), |id, _| {
            Ok(Incident::declare(
                id,
                request(Severity::Sev1),
                &alice(),
                None,
            )?)
        })
        .await;
    assert!(matches!(refused, Err(Error::NotStored(_))));
    assert!(kept.store.probe(at(0)).await.is_err());
    other.execute_batch("ROLLBACK").unwrap();
    kept.store.probe(at(0)).await.unwrap();
    assert_eq!(kept.declares("V2", Severity::Sev1).await.id, IncidentId(2));
}
