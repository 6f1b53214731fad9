//! PagerDuty: one alert for each incident, triggered, acknowledged and resolved.

use super::{PATH, notifies, receiver};
use crate::browser::{Browser, Page};
use crate::harness::scenario::incident_scenario_with_pages;
use crate::harness::world::World;
use crate::support::webhook_receiver::{ROUTING_KEY, Received, Reply, WebhookReceiver};

const PAGE: &str = "/settings/webhooks/1";
const RECIPIENT: &str = "@pagerduty-sre";

/// Restarts the bot with a stand-in for PagerDuty.
async fn start_pagerduty(world: &World) -> WebhookReceiver {
    let receiver = receiver(world).await;
    world.pagerduty_url.replace(receiver.base_url.clone());
    world.stop().await;
    world.start().await;
    receiver
}

async fn adds_service(browser: &Browser<'_>, key: &str) -> Page {
    let page = browser.opens("/settings/webhooks/new?kind=pagerduty").await;
    let fields = [("name", "sre"), ("secret", key)];
    browser.submits(&page, PATH, &fields).await
}

fn actions(received: &[Received]) -> Vec<&str> {
    let actions = received.iter().map(|it| it.body["event_action"].as_str());
    actions.map(Option::unwrap).collect()
}

#[test]
fn pagerduty_alert_follows_the_status_of_the_incident() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let pagerduty = start_pagerduty(world).await;
        let browser = alice.signs_in().await;
        let page = adds_service(&browser, ROUTING_KEY).await;
        page.shows(&["Added sre.", "PagerDuty service", RECIPIENT]);
        page.hides(&[ROUTING_KEY]);
        let page = browser.opens(PAGE).await;
        page.hides(&[ROUTING_KEY]);
        let page = browser
            .submits(&page, "/settings/webhooks/1/test", &[])
            .await;
        page.shows(&["Test sent. It answered 202"]);
        assert_eq!(actions(&pagerduty.take()), ["trigger", "resolve"]);

        alice.types(channel, "/datadog severity SEV-2").await;
        for command in [
            "help",
            "status stable",
            "resolve Rolled back",
            "status active",
        ] {
            alice.types(channel, &format!("/datadog {command}")).await;
            notifies(world, "alice", &[RECIPIENT]).await;
        }
        let received = pagerduty.take();
        let expected = ["trigger", "acknowledge", "resolve", "trigger"];
        assert_eq!(actions(&received), expected);
        let key = format!("muster-{}-1", world.store().await.store_id());
        let base = world.base_url.borrow().clone();
        for event in &received {
            assert_eq!(event.body["dedup_key"], key);
            assert_eq!(event.body["payload"]["severity"], "critical");
            assert_eq!(event.body["payload"]["summary"], "Checkout is slow");
            assert_eq!(event.body["client_url"], format!("{base}/incidents/1"));
        }
        browser
            .opens(PAGE)
            .await
            .shows(&["Sent IR-1", "trigger", "acknowledge", "resolve"]);
    });
}

#[test]
fn page_that_was_delayed_until_the_resolution_triggers_nothing() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let pagerduty = start_pagerduty(world).await;
        let browser = alice.signs_in().await;
        adds_service(&browser, ROUTING_KEY).await;
        pagerduty.replies([Reply::Status(429, ""), Reply::Status(500, "")]);
        notifies(world, "alice", &[RECIPIENT]).await;
        alice.types(channel, "/datadog resolve Rolled back").await;
        world.advance(5).await;
        world.advance(30).await;
        world.skips_messages();
        let received = pagerduty.take();
        let statuses: Vec<_> = received.iter().map(|it| it.status).collect();
        assert_eq!(statuses, [429, 500, 202]);
        assert_eq!(actions(&received), ["trigger", "resolve", "resolve"]);
    });
}

#[test]
fn unknown_integration_key_fails_and_can_be_replaced() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        let pagerduty = start_pagerduty(world).await;
        let browser = alice.signs_in().await;
        let rejected = adds_service(&browser, "too-short").await;
        assert_eq!(rejected.status, 422);
        rejected.shows(&["An integration key has 32 letters and digits."]);
        rejected.hides(&["too-short"]);
        let unknown = "R00000000000000000000000000000000";
        adds_service(&browser, &unknown[..32])
            .await
            .shows(&["Added sre."]);
        notifies(world, "alice", &[RECIPIENT]).await;
        let page = browser.opens(PAGE).await;
        page.shows(&[
            "Failed IR-1",
            "sre answered 400:",
            "Event object is invalid",
        ]);
        page.hides(&[&unknown[..32]]);
        let rotate = "/settings/webhooks/1/rotate";
        let form = browser.opens(rotate).await;
        let page = browser
            .submits(&form, rotate, &[("secret", ROUTING_KEY)])
            .await;
        page.shows(&["Integration key replaced."]);
        pagerduty.take();
        let retry = "/incidents/1/actions/retry-delivery";
        browser.submits(&page, retry, &[]).await;
        assert_eq!(actions(&pagerduty.take()), ["trigger"]);
        world.skips_messages();
        drop(world.log.take_warnings());
    });
}
