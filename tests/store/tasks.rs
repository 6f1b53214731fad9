//! Tests of tasks and their overdue notices.

use chrono::Duration;
use muster::store::IdempotencyKey;
use muster_domain::{
    AddTask, DeliveryKind, Incident, IncidentId, Severity, TaskKind, UserId, Viewer,
};

use crate::support::{TestStore, alice, at};

async fn declare_with_task(store: &TestStore) -> Incident {
    store.declare_incident("V1", Severity::Sev2).await;
    store.create_channel(1).await;
    let new = AddTask {
        kind: TaskKind::FollowUp,
        description: "Roll back".to_owned(),
        assignees: vec![alice().user, UserId::from("U0BOB000001")],
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
    assert_eq!(store.next_overdue_notice_at().await.unwrap(), Some(due_at));

    store.claim_overdue_notices(at(0)).await.unwrap();
    assert_eq!(store.outbox_stats().await.unwrap().depth, before);
    let now = at(60);
    store.claim_overdue_notices(now).await.unwrap();
    let store = store.restart();
    store.claim_overdue_notices(now).await.unwrap();
    assert_eq!(store.outbox_stats().await.unwrap().depth, before + 2);
    let next = store.next_overdue_notice_at().await.unwrap().unwrap();
    assert!(next > now.plus(Duration::hours(12)), "{next}");

    // A day later the first notice is still queued, so no second one is enqueued.
    store
        .claim_overdue_notices(now.plus(Duration::days(1)))
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
