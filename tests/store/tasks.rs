//! Tests of tasks and their overdue notices.

use chrono::Duration;
use muster::store::IdempotencyKey;
use muster_domain::{
    AddTask, DeliveryKind, Incident, IncidentId, Severity, TaskKind, UserId, Viewer,
};

use crate::support::{TestStore, alice, at};

async fn declare_with_task(store: &TestStore) -> Incident {
    // A low severity, so that there are no reminders.
    store.declare_incident("V1", Severity::Sev3).await;
    store.create_channel(1).await;
    let new = AddTask {
        kind: TaskKind::FollowUp,
        description: "Roll back".to_owned(),
        assignees: vec![UserId::from("U0ALICE0001"), UserId::from("U0BOB000001")],
        due_at: Some(alice().at.plus(Duration::minutes(1))),
    };
    store
        .change(
            Viewer::Operator,
            IncidentId(1),
            IdempotencyKey::view("V2"),
            move |incident| incident.add_task(new, &alice()),
        )
        .await
        .unwrap()
}

#[tokio::test]
async fn task_is_read_back_with_its_assignees() {
    let store = TestStore::new();
    let incident = declare_with_task(&store).await;
    let read = store.incident(Viewer::Operator, IncidentId(1)).await;
    assert_eq!(read.unwrap(), incident);
    let store = store.restart();
    let read = store.incident(Viewer::Operator, IncidentId(1)).await;
    assert_eq!(read.unwrap().tasks, incident.tasks);
}

#[tokio::test]
async fn overdue_notice_is_enqueued_once_per_assignee() {
    let store = TestStore::new();
    declare_with_task(&store).await;
    let before = store.outbox_stats().await.unwrap().depth;
    let due_at = alice().at.plus(Duration::minutes(1));
    let next_due_at = async |store: &TestStore| {
        let due = store.due_deliveries(vec![], at(0), 1).await.unwrap();
        due.next_scheduled_at.unwrap()
    };
    assert_eq!(next_due_at(&store).await, due_at);

    store.claim_scheduled(at(0)).await.unwrap();
    assert_eq!(store.outbox_stats().await.unwrap().depth, before);
    let now = at(60);
    store.claim_scheduled(now).await.unwrap();
    let store = store.restart();
    store.claim_scheduled(now).await.unwrap();
    assert_eq!(store.outbox_stats().await.unwrap().depth, before + 2);
    let next = next_due_at(&store).await;
    assert!(next > now.plus(Duration::hours(12)), "{next}");

    // A day later the first notice is still queued, so no second one is enqueued.
    store
        .claim_scheduled(now.plus(Duration::days(1)))
        .await
        .unwrap();
    assert_eq!(store.outbox_stats().await.unwrap().depth, before + 2);
    assert!(
        !store
            .due(DeliveryKind::SendDirectMessage, now)
            .await
            .is_empty()
    );
}
