//! The fate of a notification that its receiver does not accept.

use std::time::Duration;

use muster::secret::Secret;
use muster::store::{AddWebhook, IdempotencyKey};
use muster_domain::webhook::WebhookKind;
use muster_domain::{Timestamp, UserId};

use super::{adds_webhook, notifies, receiver};
use crate::harness::scenario::incident_scenario_with_pages;
use crate::support::webhook_receiver::{Received, Reply};

const PAGE: &str = "/settings/webhooks/1";
const RETRY: &str = "/incidents/1/actions/retry-delivery";

/// Checks that the attempts of a day sent one event with the same bytes.
fn assert_same_event(attempts: &[Received]) {
    assert!((140..=150).contains(&attempts.len()), "{}", attempts.len());
    let first = &attempts[0];
    for attempt in attempts {
        assert_eq!((&attempt.id, &attempt.raw), (&first.id, &first.raw));
        assert_eq!(attempt.status, 500);
    }
    let last = attempts.last().unwrap();
    assert!(last.timestamp > first.timestamp + 86_000);
}

#[test]
fn receiver_that_answers_500_for_a_day_is_tried_again_by_hand() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let browser = alice.signs_in().await;
        let receiver = receiver(world).await;
        adds_webhook(&browser, &receiver).await;
        receiver.replies(vec![Reply::Status(500, "out of\n memory"); 400]);
        notifies(world, "alice", &["@webhook-deploys"]).await;
        browser.opens(PAGE).await.shows(&["Waiting IR-1"]);
        for _ in 0..24 * 6 + 2 {
            world.advance(600).await;
        }
        let attempts = receiver.take();
        assert_same_event(&attempts);
        let first = &attempts[0];
        let failure = "Couldn't send a notification to a webhook. deploys answered 500: “out of memory”. Muster tried for a day.";
        let posts = world.slack.messages(channel);
        let posted = posts
            .iter()
            .filter(|it| it.rendered_text().contains(failure));
        assert_eq!(posted.count(), 1);
        world.skips_messages();
        let page = browser.opens(PAGE).await;
        page.shows(&[
            "Failed IR-1",
            "deploys answered 500: “out of memory”.",
            "Try again",
        ]);

        receiver.recovers();
        let page = browser.submits(&page, RETRY, &[]).await;
        page.shows(&["Muster tries again."]);
        let again = receiver.take();
        assert_eq!((again.len(), again[0].status), (1, 200));
        assert_eq!((&again[0].id, &again[0].raw), (&first.id, &first.raw));
        let page = browser.opens(PAGE).await;
        page.shows(&["Sent IR-1"]);
        page.hides(&["Try again"]);
        world.skips_messages();
        assert_eq!(world.log.take_warnings().len(), 1);
    });
}

#[test]
fn receiver_that_answers_410_is_switched_off() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let browser = alice.signs_in().await;
        let receiver = receiver(world).await;
        adds_webhook(&browser, &receiver).await;
        receiver.replies([Reply::Status(410, "")]);
        notifies(world, "alice", &["@webhook-deploys"]).await;
        let page = browser.opens(PAGE).await;
        page.shows(&[
            "Switched off",
            "It answered 410 Gone.",
            "Failed IR-1",
            "Switch on",
        ]);
        let timeline = browser.opens("/incidents/1/timeline").await;
        timeline.shows(&["Couldn't send a notification to a webhook. deploys answered 410"]);
        let posts = world.slack.messages(channel);
        assert!(
            posts
                .iter()
                .any(|it| it.rendered_text().contains("deploys answered 410"))
        );
        // Nothing is sent to it any more.
        receiver.take();
        notifies(world, "alice", &["@webhook-deploys"]).await;
        assert!(receiver.take().is_empty());
        let page = browser
            .submits(&page, "/settings/webhooks/1/switch", &[])
            .await;
        page.shows(&["Switched on."]);
        notifies(world, "alice", &["@webhook-deploys"]).await;
        assert_eq!(receiver.take().len(), 1);
        drop(world.log.take_warnings());
    });
}

#[test]
fn redirect_is_not_followed() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        let browser = alice.signs_in().await;
        let receiver = receiver(world).await;
        adds_webhook(&browser, &receiver).await;
        receiver.replies([Reply::Redirect("/hook"), Reply::Redirect("/hook")]);
        notifies(world, "alice", &["@webhook-deploys"]).await;
        assert_eq!(receiver.take().len(), 1, "only one request");
        let page = browser.opens(PAGE).await;
        page.shows(&[
            "Failed IR-1",
            "deploys redirects (302), and redirects aren't followed.",
        ]);
        let page = browser
            .submits(&page, "/settings/webhooks/1/test", &[])
            .await;
        page.shows(&["The test failed. It redirects (302), and redirects aren't followed."]);
        drop(world.log.take_warnings());
    });
}

#[test]
fn metadata_address_is_rejected_when_it_is_sent_to() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        let browser = alice.signs_in().await;
        let user = UserId(world.slack.user("alice").0);
        let now = Timestamp::from_epoch_millis(world.now());
        // A name whose address changed after the webhook was added has the same effect.
        let request = AddWebhook {
            name: "deploys".to_owned(),
            kind: WebhookKind::Webhook,
            url: "http://user:hunter2@169.254.169.254/latest/meta-data/".to_owned(),
            secret: Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        };
        let key = IdempotencyKey::web(&user, "k1");
        let store = world.store().await;
        store.add_webhook(key, request, now).await.unwrap();
        notifies(world, "alice", &["@webhook-deploys"]).await;
        let page = browser.opens(PAGE).await;
        page.shows(&[
            "http://169.254.169.254/latest/meta-data/",
            "Failed IR-1",
            "deploys: This address belongs to the cloud's metadata service",
        ]);
        page.hides(&["hunter2"]);
        let warnings = world.log.take_warnings();
        assert_eq!(warnings.len(), 1);
        assert!(!warnings[0].contains("hunter2") && !warnings[0].contains("whsec_"));
    });
}

#[test]
fn receiver_that_hangs_or_is_busy_is_tried_again() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        world.webhook_timeout.set(Some(Duration::from_millis(300)));
        world.stop().await;
        world.start().await;
        let browser = alice.signs_in().await;
        let receiver = receiver(world).await;
        adds_webhook(&browser, &receiver).await;
        receiver.replies([Reply::Hang, Reply::RateLimited(120), Reply::Status(503, "")]);
        notifies(world, "alice", &["@webhook-deploys"]).await;
        let waiting = browser.opens("/incidents/1/notifications").await;
        waiting.shows(&["deploys: It didn't answer within 1 s."]);
        world.advance(5).await;
        let waiting = browser.opens("/incidents/1/notifications").await;
        waiting.shows(&["deploys answered 429."]);
        world.advance(110).await;
        assert_eq!(
            receiver.take().len(),
            1,
            "it waits as long as the receiver asks"
        );
        world.advance(10).await;
        world.advance(120).await;
        let received = receiver.take();
        assert_eq!(
            received.iter().map(|it| it.status).collect::<Vec<_>>(),
            [503, 200]
        );
        assert_eq!(received[0].id, received[1].id);
        browser.opens(PAGE).await.shows(&["Sent IR-1"]);
        world.skips_messages();
    });
}
