//! Tests of the outbox: order, coalescing, attempts, retries and expiry.

use crate::support::{TestStore, alice, at, status_request};
use muster::store::{AnnouncementScope, IdempotencyKey};
use muster_domain::delivery::create_channel::CreatedChannel;
use muster_domain::delivery::{
    CreateChannel, FailureCertainty, PostActivity, UpsertAnnouncement, UpsertHeader,
};
use muster_domain::{
    Activity, ActivityPost, Announcement, Change, ChannelId, Delivery, DeliveryKind, MessageTs,
    Severity, Status, TimelineEvent, Update, Viewer,
};

#[tokio::test]
async fn activity_post_waits_for_the_channel_of_its_own_incident_only() {
    let store = TestStore::new();
    store.declare_incident("V1", Severity::Sev3).await;
    store.declare_incident("V2", Severity::Sev1).await;
    assert!(
        store
            .due(DeliveryKind::PostActivity, at(0))
            .await
            .is_empty()
    );
    let due = async |kind| -> Vec<i64> {
        let due = store.due(kind, at(0)).await.into_iter();
        due.map(|(incident, _)| incident).collect()
    };
    assert_eq!(
        due(DeliveryKind::CreateChannel).await,
        [2, 1],
        "the higher severity is first"
    );
    store.create_channel(2).await;
    assert_eq!(due(DeliveryKind::PostActivity).await, [2]);
}

#[tokio::test]
async fn header_is_due_no_later_than_the_first_activity_post() {
    let store = TestStore::new();
    store.declare_incident("V1", Severity::Sev3).await;
    let opening = store.begin(DeliveryKind::CreateChannel, at(0)).await;
    let created = CreatedChannel {
        id: ChannelId::from("C1"),
        name: "incident-1".to_owned(),
    };
    store
        .finish_delivery::<CreateChannel>(opening, created, at(3))
        .await;
    // The worker reads its clock before it polls the store, and the channel may be created in between.
    assert!(
        store
            .due(DeliveryKind::PostActivity, at(2))
            .await
            .is_empty()
    );
    for kind in [DeliveryKind::UpsertHeader, DeliveryKind::PostActivity] {
        assert_eq!(store.due(kind, at(3)).await.len(), 1);
    }
}

#[tokio::test]
async fn deliveries_move_ahead_when_severity_rises() {
    let store = TestStore::new();
    store.declare_incident("V1", Severity::Sev3).await;
    let second = store.declare_incident("V2", Severity::Sev4).await;
    let worse = Update {
        severity: Some(Severity::Sev1),
        ..Update::default()
    };
    store.update_incident(second.id, "V3", worse).await;
    assert_eq!(store.due(DeliveryKind::CreateChannel, at(0)).await[0].0, 2);
}

#[tokio::test]
async fn forty_changes_coalesce_into_two_deliveries_while_slack_is_down() {
    let store = TestStore::new();
    let id = store.declare_incident("V0", Severity::Sev3).await.id;
    store.create_channel(1).await;
    for number in 1..=20 {
        store
            .update_incident(id, &format!("S{number}"), status_request(Status::Stable))
            .await;
        store
            .update_incident(id, &format!("A{number}"), status_request(Status::Active))
            .await;
    }
    let announcement = store.begin(DeliveryKind::UpsertAnnouncement, at(0)).await;
    assert_eq!(
        announcement.coalesced.len(),
        39,
        "all later deliveries coalesce"
    );
    store
        .finish_delivery::<UpsertAnnouncement>(announcement, None, at(0))
        .await;
    let due = store.due(DeliveryKind::UpsertAnnouncement, at(0)).await;
    assert!(due.is_empty());
    let activity = store.begin(DeliveryKind::PostActivity, at(0)).await;
    assert_eq!(activity.coalesced.len(), 40);
    let posted = ActivityPost {
        channel: "C0INCIDENT7".into(),
        ts: "1.1".into(),
        deliveries: Vec::new(),
    };
    store
        .finish_delivery::<PostActivity>(activity, Some(posted), at(0))
        .await;
    let due = store.due(DeliveryKind::PostActivity, at(0)).await;
    assert!(due.is_empty());
}

#[tokio::test]
async fn state_delivery_is_enqueued_once_while_none_is_started() {
    let store = TestStore::new();
    let id = store.declare_incident("V0", Severity::Sev3).await.id;
    store.create_channel(1).await;
    let because = |reason: usize| Update {
        root_cause: Some(format!("reason {reason}")),
        ..Update::default()
    };
    for reason in 1..=40 {
        store
            .update_incident(id, &format!("C{reason}"), because(reason))
            .await;
    }
    let header = store.begin(DeliveryKind::UpsertHeader, at(0)).await;
    assert!(header.coalesced.is_empty(), "{:?}", header.coalesced);
    assert_eq!(header.incident.root_cause, "reason 40");

    // A started delivery was built from an older state, so the change is enqueued behind it, once.
    store.update_incident(id, "D1", because(41)).await;
    store.update_incident(id, "D2", because(42)).await;
    store
        .finish_delivery::<UpsertHeader>(header, None, at(0))
        .await;
    let next = store.begin(DeliveryKind::UpsertHeader, at(0)).await;
    assert_eq!(next.incident.root_cause, "reason 42");
    store
        .finish_delivery::<UpsertHeader>(next, None, at(0))
        .await;
    assert!(
        store
            .due(DeliveryKind::UpsertHeader, at(0))
            .await
            .is_empty()
    );

    // An attempt with an unknown outcome must not absorb a later change.
    store.update_incident(id, "E1", because(43)).await;
    store.begin(DeliveryKind::UpsertHeader, at(1)).await;
    let store = store.restart();
    store.update_incident(id, "E2", because(44)).await;
    let again = store.begin(DeliveryKind::UpsertHeader, at(2)).await;
    assert_eq!(again.coalesced.len(), 1);
}

#[tokio::test]
async fn attempt_is_counted_and_uncertain_before_it_is_made() {
    let store = TestStore::new();
    store.declare_incident("V1", Severity::Sev3).await;
    let first = store.begin(DeliveryKind::CreateChannel, at(5)).await;
    assert_eq!(
        (first.delivery.attempts, first.delivery.uncertain_since),
        (1, None)
    );
    // The process was killed: the outcome of the attempt is unknown.
    let store = store.restart();
    let second = store.begin(DeliveryKind::CreateChannel, at(60)).await;
    assert_eq!(
        (second.delivery.attempts, second.delivery.uncertain_since),
        (2, Some(at(5)))
    );
    // Slack rejected both attempts, so no uncertainty is left.
    let id = second.delivery.id;
    store
        .reschedule(id, at(90), None, "limited".to_owned())
        .await
        .unwrap();
    assert!(
        store
            .due(DeliveryKind::CreateChannel, at(89))
            .await
            .is_empty()
    );
    let due = store
        .due_deliveries(vec![DeliveryKind::CreateChannel], at(60), 10)
        .await
        .unwrap();
    assert_eq!(due.next_due_at, Some(at(90)));
    store.retry_now(at(61)).await.unwrap();
    assert_eq!(
        store
            .begin(DeliveryKind::CreateChannel, at(61))
            .await
            .delivery
            .uncertain_since,
        None
    );
}

#[tokio::test]
async fn failed_delivery_is_requeued_once_per_click() {
    let store = TestStore::new();
    let id = store.declare_incident("V1", Severity::Sev3).await.id;
    let attempt = store.begin(DeliveryKind::CreateChannel, at(0)).await;
    let delivery = attempt.delivery.id;
    let why = "Ask an admin.".to_owned();
    store
        .fail_delivery(attempt.delivery, why, FailureCertainty::Certain, at(1))
        .await
        .unwrap();
    assert!(
        store
            .due(DeliveryKind::CreateChannel, at(1))
            .await
            .is_empty()
    );
    let timeline = store.timeline(Viewer::Operator, id).await.unwrap();
    assert!(matches!(
        timeline.last().unwrap().event,
        TimelineEvent::DeliveryFailed { .. }
    ));

    let again = |trigger: &'static str| {
        store.retry_delivery(
            Viewer::Operator,
            delivery,
            IdempotencyKey::action(trigger),
            at(2),
        )
    };
    assert!(again("T1").await.unwrap().is_some());
    assert!(
        again("T1").await.unwrap().is_some(),
        "a redelivery of the same click"
    );
    assert!(
        again("T2").await.unwrap().is_none(),
        "the delivery is queued again"
    );
}

#[tokio::test]
async fn missing_announcement_is_enqueued_for_an_open_incident() {
    let store = TestStore::new();
    let id = store.declare_incident("V1", Severity::Sev3).await.id;
    store.create_channel(1).await;
    let enqueue_missing = async |seconds: i64| {
        let missing = AnnouncementScope::Missing;
        let enqueued = store.enqueue_announcements(missing, at(seconds)).await;
        enqueued.unwrap()
    };
    let announcement = store.begin(DeliveryKind::UpsertAnnouncement, at(0)).await;
    store
        .finish_delivery::<UpsertAnnouncement>(announcement, None, at(0))
        .await;
    assert_eq!(enqueue_missing(1).await, 1);
    let announcement = store.begin(DeliveryKind::UpsertAnnouncement, at(1)).await;
    let posted = Announcement {
        channel: ChannelId::from("C0INCIDENTS"),
        ts: MessageTs::from("1.000001"),
    };
    store
        .finish_delivery::<UpsertAnnouncement>(announcement, Some(posted), at(0))
        .await;
    assert_eq!(enqueue_missing(2).await, 0);
    assert!(
        store
            .incident(Viewer::Operator, id)
            .await
            .unwrap()
            .announcement
            .is_some()
    );
}

#[tokio::test]
async fn finished_rows_are_deleted_after_a_month_and_queued_ones_stay() {
    let store = TestStore::new();
    let id = store.declare_incident("V1", Severity::Sev3).await.id;
    store.create_channel(1).await;
    let depth = store.outbox_stats().await.unwrap().depth;
    store.delete_expired(at(31 * 86_400)).await.unwrap();
    assert_eq!(store.outbox_stats().await.unwrap().depth, depth);
    // The key has expired: the same view is now another request.
    assert_ne!(store.declare_incident("V1", Severity::Sev3).await.id, id);
}

#[tokio::test]
async fn payload_is_read_back_unchanged_with_special_characters() {
    let store = TestStore::new();
    let id = store.declare_incident("V1", Severity::Sev3).await.id;
    store.create_channel(1).await;
    let activity = Activity::by_actor(
        &alice(),
        TimelineEvent::Message {
            text: "\u{0}\"\\ <!here> 🔥".to_owned(),
        },
    );
    let delivery = Delivery::PostActivity(PostActivity { activity });
    let queued = delivery.clone();
    store
        .change(
            Viewer::Operator,
            id,
            IdempotencyKey::view("V9"),
            move |incident| {
                let mut change = Change::new(incident.clone(), at(0));
                change.enqueue(queued);
                Ok(change)
            },
        )
        .await
        .unwrap();
    let attempt = store.begin(DeliveryKind::PostActivity, at(0)).await;
    assert_eq!(attempt.coalesced.last().unwrap().payload, delivery);
}
