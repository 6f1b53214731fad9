//! Tests of the outbox: order, coalescing, attempts, retries and expiry.

use crate::support::{TestStore, alice, at, status_request};
use muster::domain::delivery::create_channel::CreatedChannel;
use muster::domain::delivery::{
    CreateChannel, PostActivity, PostAnnouncementReply, UpsertAnnouncement, UpsertHeader,
};
use muster::domain::{
    Activity, Announcement, Change, Delivery, DeliveryKind, TimelineEvent, Viewer,
};
use muster::store::{AnnouncementScope, IdempotencyKey};
use muster_commands::update::Update;
use muster_commands::{ChannelId, MessageTs, Severity, Status};

#[tokio::test]
async fn activity_post_waits_for_the_channel_of_its_own_incident_only() {
    let kept = TestStore::new();
    kept.declare_incident("V1", Severity::Sev3).await;
    kept.declare_incident("V2", Severity::Sev1).await;
    assert!(
        kept.due_deliveries(DeliveryKind::PostActivity, at(0))
            .await
            .is_empty()
    );
    let waiting = kept
        .due_deliveries(DeliveryKind::CreateChannel, at(0))
        .await;
    let order: Vec<_> = waiting.iter().map(|(incident, _)| *incident).collect();
    assert_eq!(order, [2, 1], "the higher severity is first");
    kept.create_channel(2).await;
    let told: Vec<_> = kept
        .due_deliveries(DeliveryKind::PostActivity, at(0))
        .await
        .iter()
        .map(|(incident, _)| *incident)
        .collect();
    assert_eq!(told, [2]);
}

#[tokio::test]
async fn header_is_due_no_later_than_the_first_activity_post() {
    let kept = TestStore::new();
    kept.declare_incident("V1", Severity::Sev3).await;
    let opening = kept.start_attempt(DeliveryKind::CreateChannel, at(0)).await;
    let created = CreatedChannel {
        id: ChannelId::from("C1"),
        name: "incident-1".to_owned(),
    };
    kept.finish_delivery::<CreateChannel>(opening, created, at(3))
        .await;
    // The worker reads its clock before it polls the store, and the channel may be created in between.
    assert!(
        kept.due_deliveries(DeliveryKind::PostActivity, at(2))
            .await
            .is_empty()
    );
    for kind in [DeliveryKind::UpsertHeader, DeliveryKind::PostActivity] {
        assert_eq!(kept.due_deliveries(kind, at(3)).await.len(), 1);
    }
}

#[tokio::test]
async fn deliveries_move_ahead_when_severity_rises() {
    let kept = TestStore::new();
    kept.declare_incident("V1", Severity::Sev3).await;
    let second = kept.declare_incident("V2", Severity::Sev4).await;
    let worse = Update {
        severity: Some(Severity::Sev1),
        ..Update::default()
    };
    kept.update_incident(second.id, "V3", worse).await;
    assert_eq!(
        kept.due_deliveries(DeliveryKind::CreateChannel, at(0))
            .await[0]
            .0,
        2
    );
}

#[tokio::test]
async fn forty_changes_coalesce_into_two_deliveries_while_slack_is_down() {
    let kept = TestStore::new();
    let id = kept.declare_incident("V0", Severity::Sev3).await.id;
    kept.create_channel(1).await;
    for number in 1..=20 {
        kept.update_incident(id, &format!("S{number}"), status_request(Status::Stable))
            .await;
        kept.update_incident(id, &format!("A{number}"), status_request(Status::Active))
            .await;
    }
    let card = kept
        .start_attempt(DeliveryKind::UpsertAnnouncement, at(0))
        .await;
    assert_eq!(card.coalesced.len(), 40, "all later deliveries coalesce");
    kept.finish_delivery::<UpsertAnnouncement>(card, None, at(0))
        .await;
    assert!(
        kept.due_deliveries(DeliveryKind::UpsertAnnouncement, at(0))
            .await
            .is_empty()
    );
    let told = kept.start_attempt(DeliveryKind::PostActivity, at(0)).await;
    assert_eq!(told.coalesced.len(), 40);
    kept.finish_delivery::<PostActivity>(told, (), at(0)).await;
    assert!(
        kept.due_deliveries(DeliveryKind::PostActivity, at(0))
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn state_delivery_is_enqueued_once_while_none_is_started() {
    let kept = TestStore::new();
    let id = kept.declare_incident("V0", Severity::Sev3).await.id;
    kept.create_channel(1).await;
    let because = |reason: usize| Update {
        root_cause: Some(format!("reason {reason}")),
        ..Update::default()
    };
    for reason in 1..=40 {
        kept.update_incident(id, &format!("C{reason}"), because(reason))
            .await;
    }
    let header = kept.start_attempt(DeliveryKind::UpsertHeader, at(0)).await;
    assert!(header.coalesced.is_empty(), "{:?}", header.coalesced);
    assert_eq!(header.incident.root_cause, "reason 40");

    // A started delivery was built from an older state, so the change is enqueued behind it, once.
    kept.update_incident(id, "D1", because(41)).await;
    kept.update_incident(id, "D2", because(42)).await;
    kept.finish_delivery::<UpsertHeader>(header, None, at(0))
        .await;
    let next = kept.start_attempt(DeliveryKind::UpsertHeader, at(0)).await;
    assert_eq!(next.incident.root_cause, "reason 42");
    kept.finish_delivery::<UpsertHeader>(next, None, at(0))
        .await;
    assert!(
        kept.due_deliveries(DeliveryKind::UpsertHeader, at(0))
            .await
            .is_empty()
    );

    // An attempt with an unknown outcome must not absorb a later change.
    kept.update_incident(id, "E1", because(43)).await;
    kept.start_attempt(DeliveryKind::UpsertHeader, at(1)).await;
    let kept = kept.restart();
    kept.update_incident(id, "E2", because(44)).await;
    let again = kept.start_attempt(DeliveryKind::UpsertHeader, at(2)).await;
    assert_eq!(again.coalesced.len(), 1);
}

#[tokio::test]
async fn attempt_is_counted_and_uncertain_before_it_is_made() {
    let kept = TestStore::new();
    kept.declare_incident("V1", Severity::Sev3).await;
    let first = kept.start_attempt(DeliveryKind::CreateChannel, at(5)).await;
    assert_eq!(
        (first.delivery.attempts, first.delivery.uncertain_since),
        (1, None)
    );
    // The process was killed: the outcome of the attempt is unknown.
    let kept = kept.restart();
    let second = kept
        .start_attempt(DeliveryKind::CreateChannel, at(60))
        .await;
    assert_eq!(
        (second.delivery.attempts, second.delivery.uncertain_since),
        (2, Some(at(5)))
    );
    // Slack rejected both attempts, so no uncertainty is left.
    let id = second.delivery.id;
    kept.store
        .reschedule(id, at(90), None, "limited".to_owned())
        .await
        .unwrap();
    assert!(
        kept.due_deliveries(DeliveryKind::CreateChannel, at(89))
            .await
            .is_empty()
    );
    let due = kept
        .store
        .due_deliveries(vec![DeliveryKind::CreateChannel], at(60), 10)
        .await
        .unwrap();
    assert_eq!(due.next_due_at, Some(at(90)));
    kept.store.retry_now(at(61)).await.unwrap();
    assert_eq!(
        kept.start_attempt(DeliveryKind::CreateChannel, at(61))
            .await
            .delivery
            .uncertain_since,
        None
    );
}

#[tokio::test]
async fn failed_delivery_is_requeued_once_per_click() {
    let kept = TestStore::new();
    let id = kept.declare_incident("V1", Severity::Sev3).await.id;
    let attempt = kept.start_attempt(DeliveryKind::CreateChannel, at(0)).await;
    let delivery = attempt.delivery.id;
    let why = "Ask an admin.".to_owned();
    kept.store
        .fail_delivery(attempt.delivery, why, at(1))
        .await
        .unwrap();
    assert!(
        kept.due_deliveries(DeliveryKind::CreateChannel, at(1))
            .await
            .is_empty()
    );
    let timeline = kept.store.timeline(Viewer::Operator, id).await.unwrap();
    assert!(matches!(
        timeline.last().unwrap().event,
        TimelineEvent::DeliveryFailed { .. }
    ));

    let again = |trigger: &'static str| {
        kept.store.retry_delivery(
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
    let kept = TestStore::new();
    let id = kept.declare_incident("V1", Severity::Sev3).await.id;
    kept.create_channel(1).await;
    let card = kept
        .start_attempt(DeliveryKind::UpsertAnnouncement, at(0))
        .await;
    kept.finish_delivery::<UpsertAnnouncement>(card, None, at(0))
        .await;
    let reply = kept
        .start_attempt(DeliveryKind::PostAnnouncementReply, at(0))
        .await;
    kept.finish_delivery::<PostAnnouncementReply>(reply, (), at(0))
        .await;
    assert_eq!(
        kept.store
            .enqueue_announcements(AnnouncementScope::Missing, at(1))
            .await
            .unwrap(),
        1
    );
    let card = kept
        .start_attempt(DeliveryKind::UpsertAnnouncement, at(1))
        .await;
    let posted = Announcement {
        channel: ChannelId::from("C0INCIDENTS"),
        ts: MessageTs::from("1.000001"),
    };
    kept.finish_delivery::<UpsertAnnouncement>(card, Some(posted), at(0))
        .await;
    assert_eq!(
        kept.store
            .enqueue_announcements(AnnouncementScope::Missing, at(2))
            .await
            .unwrap(),
        0
    );
    assert!(
        kept.store
            .incident(Viewer::Operator, id)
            .await
            .unwrap()
            .announcement
            .is_some()
    );
}

#[tokio::test]
async fn finished_rows_are_deleted_after_a_month_and_queued_ones_stay() {
    let kept = TestStore::new();
    let id = kept.declare_incident("V1", Severity::Sev3).await.id;
    kept.create_channel(1).await;
    let owed = kept.store.outbox_stats().await.unwrap().depth;
    kept.store.delete_expired(at(31 * 86_400)).await.unwrap();
    assert_eq!(kept.store.outbox_stats().await.unwrap().depth, owed);
    // The key has expired: the same view is now another request.
    assert_ne!(kept.declare_incident("V1", Severity::Sev3).await.id, id);
}

#[tokio::test]
async fn payload_is_read_back_unchanged_with_special_characters() {
    let kept = TestStore::new();
    let id = kept.declare_incident("V1", Severity::Sev3).await.id;
    kept.create_channel(1).await;
    let activity = Activity::by_actor(
        &alice(),
        TimelineEvent::Message {
            text: "\u{0}\"\\ <!here> 🔥".to_owned(),
        },
    );
    let tell = Delivery::PostActivity(PostActivity { activity });
    let queued = tell.clone();
    kept.store
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
    let attempt = kept.start_attempt(DeliveryKind::PostActivity, at(0)).await;
    assert_eq!(attempt.coalesced.last().unwrap().payload, tell);
}
