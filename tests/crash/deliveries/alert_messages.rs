//! Crash tests for messages about alerts: after a restart, each card and reply was posted once and is current.

use muster_sandbox::HeldCall;

use crate::deliveries::alert_buttons::{
    INCIDENTS, add_source, declare_related, offers, send_alert, suggestions,
};
use crate::harness::WAIT_TIMEOUT;
use crate::harness::prelude::*;
use crate::kill_points::{kill_during_call, wait_for_call};

/// Kills the bot while it publishes a message about alerts.
async fn kill_during_publish(world: &mut World, call: HeldCall, kill_point: KillPoint) {
    let result = tokio::time::timeout(WAIT_TIMEOUT, call.wait_for_call()).await;
    assert!(result.is_ok(), "no message was published");
    if kill_point == KillPoint::BeforeCommit {
        let lock = world.lock_store().await;
        let made = world.delivery_attempts("alert_message", "done").await;
        call.release();
        let answered = async || world.delivery_attempts("alert_message", "done").await > made;
        wait_for("response", answered).await;
        world.kill_app().await;
        lock.release();
    } else {
        world.kill_app().await;
    }
    // A dead process sends no calls: a call that has not been executed is discarded.
    call.drop_connection();
}

#[tokio::test]
async fn suggestion_is_posted_once() {
    let name = "the card of a group of alerts";
    run_web_matrix(
        name,
        &KillPoint::ALL,
        async |mut world: World, kill_point| {
            let path = add_source(&world).await;
            let slack = world.slack.clone();
            let call = slack.hold_call("chat.postMessage", kill_point.hold_point());
            send_alert(&world, &path, "firing", "critical").await;
            kill_during_publish(&mut world, call, kill_point).await;
            world.start_app().await;
            world.deliver_all().await;
            assert_eq!(suggestions(&world).len(), 1, "one card");
        },
    )
    .await;
}

#[tokio::test]
async fn suggestion_is_current_after_an_edit() {
    let name = "the edit of a card";
    run_web_matrix(
        name,
        &KillPoint::ALL,
        async |mut world: World, kill_point| {
            let path = add_source(&world).await;
            send_alert(&world, &path, "firing", "critical").await;
            world.deliver_all().await;
            let slack = world.slack.clone();
            let call = slack.hold_call("chat.update", kill_point.hold_point());
            send_alert(&world, &path, "resolved", "critical").await;
            kill_during_publish(&mut world, call, kill_point).await;
            world.start_app().await;
            world.deliver_all().await;
            let suggestions = suggestions(&world);
            assert_eq!(suggestions.len(), 1, "one card");
            let text = suggestions[0].rendered_text();
            assert!(text.contains("Resolved after"), "{text}");
        },
    )
    .await;
}

#[tokio::test]
async fn reply_is_posted_once() {
    let name = "the reply to a card";
    run_web_matrix(
        name,
        &KillPoint::ALL,
        async |mut world: World, kill_point| {
            let path = add_source(&world).await;
            send_alert(&world, &path, "firing", "warning").await;
            world.deliver_all().await;
            let slack = world.slack.clone();
            let call = slack.hold_call("chat.postMessage", kill_point.hold_point());
            send_alert(&world, &path, "firing", "critical").await;
            kill_during_publish(&mut world, call, kill_point).await;
            world.start_app().await;
            world.deliver_all().await;
            let ts = suggestions(&world)[0].ts.clone();
            let replies = world.slack.replies(INCIDENTS, &ts);
            let texts: Vec<_> = replies.iter().map(|it| it.rendered_text()).collect();
            assert_eq!(texts, ["21 % errors is now critical."]);
        },
    )
    .await;
}

#[tokio::test]
async fn related_alerts_are_offered_once() {
    let name = "the offer of related alerts";
    run_web_matrix(
        name,
        &KillPoint::ALL,
        async |mut world: World, kill_point| {
            let path = add_source(&world).await;
            send_alert(&world, &path, "firing", "critical").await;
            world.deliver_all().await;
            let is_offer = |arguments: &serde_json::Value| {
                let text = arguments["text"].as_str().unwrap_or_default();
                text.contains("looks related")
            };
            let slack = world.slack.clone();
            let hold_point = kill_point.hold_point();
            let call = slack.hold_call_where("chat.postMessage", hold_point, is_offer);
            declare_related(&world).await;
            let kind = DeliveryKind::PostActivity;
            wait_for_call(&call, kind).await;
            kill_during_call(&mut world, call, kind, kill_point).await;
            world.start_app().await;
            world.deliver_all().await;
            assert_eq!(offers(&world).len(), 1, "one message");
        },
    )
    .await;
}
