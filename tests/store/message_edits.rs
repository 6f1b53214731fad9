//! Tests of Slack messages on a timeline and of pending messages.

use crate::support::{TestStore, alice, alice_at, at, message_request};
use muster::store::{IdempotencyKey, PendingMessage};
use muster_domain::{
    AddMessage, ChannelId, EventId, Incident, IncidentId, MessageEdit, MessageTs, Rejection,
    Severity, TimelineEvent, Viewer,
};

#[tokio::test]
async fn message_is_added_to_a_timeline_once_and_its_edits_are_applied() {
    let store = TestStore::new();
    let id = store.declare_incident("V1", Severity::Sev2).await.id;
    let add = |key: &'static str| {
        store.change(
            Viewer::Operator,
            id,
            IdempotencyKey::action(key),
            |incident| incident.add_message(message_request("1795440000.000100"), &alice()),
        )
    };
    add("1").await.unwrap();
    // The same key again is a redelivery of the same click.
    add("1").await.unwrap();
    let again = add("2").await.unwrap_err();
    assert_eq!(again.to_string(), "Already on the timeline.");
    assert_eq!(store.timeline(Viewer::Operator, id).await.unwrap().len(), 3);

    assert_edit_applies_once(&store, id).await;
}

#[tokio::test]
async fn duplicate_message_is_rejected_and_the_rest_of_its_group_commits() {
    let store = TestStore::new();
    let id = store.declare_incident("V1", Severity::Sev2).await.id;
    // Each is later than the one before, so that a rejected request would change the user's last
    // activity.
    let adds = |key: &'static str, seconds: i64| {
        let actor = alice_at(at(seconds));
        let add = move |incident: &Incident| {
            incident.add_message(message_request("1795440000.000100"), &actor)
        };
        store.change(Viewer::Operator, id, IdempotencyKey::view(key), add)
    };
    adds("V2", 60).await.unwrap();

    // Both requests are in one group because the write thread is busy when they arrive.
    let (begin, begun) = tokio::sync::oneshot::channel();
    let (end, ended) = std::sync::mpsc::channel::<()>();
    let busy = store.declare(IdempotencyKey::view("V3"), at(0), move |_, _| {
        let _ = begin.send(());
        let _ = ended.recv();
        Err(Rejection("No.".to_owned()).into())
    });
    let both = async {
        begun.await.unwrap();
        let both = async {
            tokio::join!(
                adds("V4", 120),
                store.declare_incident("V5", Severity::Sev3)
            )
        };
        let mut both = std::pin::pin!(both);
        assert!(futures_util::poll!(both.as_mut()).is_pending());
        drop(end);
        both.await
    };
    let (_, (again, other)) = tokio::join!(busy, both);
    assert_eq!(again.unwrap_err().to_string(), "Already on the timeline.");
    assert_eq!(other.id, IncidentId(2));
}

/// Returns an edit of the message that `message_request` adds.
fn message_edit(text: &str, edited_ts: &str) -> MessageEdit {
    MessageEdit {
        channel: ChannelId::from("C0GENERAL01"),
        ts: MessageTs::from("1795440000.000100"),
        text: text.to_owned(),
        edited_ts: MessageTs::from(edited_ts),
    }
}

async fn assert_edit_applies_once(store: &TestStore, id: IncidentId) {
    let edit = |text: &'static str| {
        let edit = message_edit(text, "1795440009.000200");
        let key = IdempotencyKey::event(&EventId::from(text));
        store.apply_message_edit(key, edit, at(9))
    };
    assert_eq!(edit("I fixed it.").await.unwrap(), 1);
    assert_eq!(edit("I fixed it.").await.unwrap(), 0);
    let first = store
        .timeline(Viewer::Operator, id)
        .await
        .unwrap()
        .remove(0);
    assert_eq!(
        first.event,
        TimelineEvent::Message {
            text: "I fixed it.".to_owned()
        },
        "the message is older than the declaration"
    );
}

#[tokio::test]
async fn pending_message_keeps_its_full_text_and_follows_edits_and_deletion() {
    let store = TestStore::new();
    let long = AddMessage {
        text: "ä".repeat(30_000),
        ..message_request("1795440000.000100")
    };
    let pending = async || {
        store
            .pending_message(long.channel.clone(), long.ts.clone())
            .await
            .unwrap()
    };
    let save = async |message: &AddMessage| {
        store
            .save_pending_message(message.clone(), at(0))
            .await
            .unwrap();
    };
    assert_eq!(pending().await, None);
    save(&long).await;
    assert_eq!(
        pending().await,
        Some(PendingMessage::Current(Box::new(long.clone())))
    );

    // Edits may arrive out of order, followed by a click with an older version.
    for (event, second, text) in [("Ev1", "5", "Second."), ("Ev2", "4", "First.")] {
        let edit = message_edit(text, &format!("179544000{second}.000100"));
        let key = IdempotencyKey::event(&EventId(event.to_owned()));
        let followed = store.apply_message_edit(key, edit, at(9)).await;
        assert_eq!(followed.unwrap(), 0, "the message is on no timeline");
    }
    save(&long).await;
    let Some(PendingMessage::Current(now)) = pending().await else {
        panic!("the message is not stored");
    };
    assert_eq!(now.text, "Second.");

    let key = IdempotencyKey::event(&EventId("Ev3".to_owned()));
    let (channel, ts) = (long.channel.clone(), long.ts.clone());
    let deleted = store.apply_message_deletion(key, channel, ts, at(10)).await;
    deleted.unwrap();
    assert_eq!(pending().await, Some(PendingMessage::Deleted));
}
