//! Tasks, and the word that one is overdue.

use chrono::Duration;
use muster::domain::{Incident, NewTask, Owed, Viewer};
use muster::store::Key;
use muster_commands::task::TaskKind;
use muster_commands::{IncidentId, PersonId, Severity};

use super::kept::{Kept, alice, at};

async fn with_a_task(kept: &Kept) -> Incident {
    kept.declares("V1", Severity::Sev2).await;
    kept.opens_channel(1).await;
    let new = NewTask {
        kind: TaskKind::FollowUp,
        description: "Roll back".to_owned(),
        assignees: vec![alice().person, PersonId::from("U0BOB000001")],
        due_at: Some(alice().at.after(Duration::minutes(1))),
    };
    kept.store
        .change(
            Viewer::Operator,
            IncidentId(1),
            Key::view("V2"),
            move |incident| incident.add_task(new, &alice()),
        )
        .await
        .unwrap()
}

#[tokio::test]
async fn a_task_reads_back_with_whom_it_was_given_to() {
    let kept = Kept::new();
    let incident = with_a_task(&kept).await;
    let read = kept.store.incident(Viewer::Operator, IncidentId(1)).await;
    assert_eq!(read.unwrap(), incident);
    let kept = kept.restarted();
    let read = kept.store.incident(Viewer::Operator, IncidentId(1)).await;
    assert_eq!(read.unwrap().tasks, incident.tasks);
}

#[tokio::test]
async fn what_is_overdue_is_owed_once_however_often_it_is_looked_for() {
    let kept = Kept::new();
    with_a_task(&kept).await;
    let before = kept.store.backlog().await.unwrap().depth;
    let due_at = alice().at.after(Duration::minutes(1));
    assert_eq!(kept.store.next_overdue().await.unwrap(), Some(due_at));

    kept.store.tell_overdue(at(0)).await.unwrap();
    assert_eq!(kept.store.backlog().await.unwrap().depth, before);
    let now = at(60);
    kept.store.tell_overdue(now).await.unwrap();
    let kept = kept.restarted();
    kept.store.tell_overdue(now).await.unwrap();
    assert_eq!(kept.store.backlog().await.unwrap().depth, before + 2);
    let next = kept.store.next_overdue().await.unwrap().unwrap();
    assert!(next > now.after(Duration::hours(12)), "{next}");

    // A day later the first word still waits: one is enough.
    kept.store
        .tell_overdue(now.after(Duration::days(1)))
        .await
        .unwrap();
    assert_eq!(kept.store.backlog().await.unwrap().depth, before + 2);
    assert!(!kept.due(Owed::Direct, now).await.is_empty());
}
