//! Crash tests for webhooks and PagerDuty. The process dies while the receiver has the request: it is repeated
//! with the same ID, and nothing else is.

use chrono::Utc;
use muster_domain::DeliveryKind;

use crate::deliveries::declare_and_deliver;
use crate::harness::{World, assert_accepted, wait_for};
use crate::kill_points::{KillPoint, kill_before_commit};
use crate::matrix::run_web_matrix;
use crate::support::webhook_receiver::{PausePoint, ROUTING_KEY, Received, WebhookReceiver};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// Starts a receiver and a bot that pages with it, with a declared incident and the webhook “hook”.
async fn prepare(world: &mut World, kind: DeliveryKind) -> WebhookReceiver {
    let receiver = WebhookReceiver::start(|| Utc::now().timestamp()).await;
    receiver.set_secret(SECRET);
    world.restart_with_pagerduty(&receiver.base_url).await;
    declare_and_deliver(world).await;
    match kind {
        DeliveryKind::PagePagerduty => world.database.insert_webhook("pagerduty", "", ROUTING_KEY),
        _ => world
            .database
            .insert_webhook("webhook", &receiver.url(), SECRET),
    }
    receiver
}

/// Kills the bot while the receiver has the request.
async fn kill(world: &mut World, receiver: &WebhookReceiver, case: (DeliveryKind, KillPoint)) {
    let (kind, kill_point) = case;
    receiver.pause_next(match kill_point {
        KillPoint::BeforeCall => PausePoint::Arrival,
        KillPoint::AfterCall | KillPoint::BeforeCommit => PausePoint::Response,
    });
    let recipient = match kind {
        DeliveryKind::PagePagerduty => "@pagerduty-hook",
        _ => "@webhook-hook",
    };
    world.database.insert_notification(recipient);
    let result = world
        .slack
        .types("chioma", "#general", "/datadog help")
        .await;
    assert_accepted(&result);
    receiver.wait_for_paused().await;
    match kill_point {
        KillPoint::BeforeCall | KillPoint::AfterCall => world.kill_app().await,
        KillPoint::BeforeCommit => kill_before_commit(world, kind, || receiver.release()).await,
    }
    receiver.release();
    assert_eq!(world.database.pending_deliveries(kind.as_str()), 1);
}

/// Checks that the receiver accepted one event, and that it was repeated only because the bot was killed after
/// the first arrived.
fn assert_once(received: &[Received], kill_point: KillPoint) {
    let first = &received[0];
    for event in received {
        assert_eq!(event.id, first.id);
        assert_eq!(event.raw, first.raw, "the same bytes");
        assert!((200..300).contains(&event.status), "{event:?}");
    }
    match kill_point {
        // The receiver may still handle the request of the dead process.
        KillPoint::BeforeCall => assert!((1..=2).contains(&received.len())),
        KillPoint::AfterCall | KillPoint::BeforeCommit => assert_eq!(received.len(), 2),
    }
}

/// Kills the bot at each kill point of a delivery to a receiver outside Slack.
pub async fn kill_during_webhook(kind: DeliveryKind) {
    let name = format!("{} of a notification", kind.as_str());
    run_web_matrix(
        &name,
        &KillPoint::ALL,
        async move |mut world: World, kill_point| {
            let receiver = prepare(&mut world, kind).await;
            kill(&mut world, &receiver, (kind, kill_point)).await;
            world.start_app().await;
            world.deliver_all().await;
            wait_for("event", async || receiver.has_received()).await;
            assert_once(&receiver.take(), kill_point);
            let sent = "notification_targets WHERE state = 'sent'";
            assert_eq!(world.database.count(sent), 1);
            world.assert_all_is_done();
        },
    )
    .await;
}
