//! A webhook is added, tested, notified and rotated.

use serde_json::json;

use super::{PATH, adds_webhook, notifies, receiver, secret_on};
use crate::browser::{Browser, OK};
use crate::harness::scenario::incident_scenario_with_pages;
use crate::support::webhook_receiver::Received;

/// Sends a notification to the webhook from its form. A wrong name is rejected.
async fn sends_by_form(browser: &Browser<'_>) {
    let new = "/incidents/1/notifications/new";
    let form = browser.opens(new).await;
    assert!(form.html.contains("@webhook-deploys"), "it is offered");
    let with_recipient = |to| {
        [
            ("to", to),
            ("subject", "Checkout is slow"),
            ("body", "We roll back."),
        ]
    };
    let unknown = with_recipient("@webhook-deplois");
    let rejected = browser.submits(&form, new, &unknown).await;
    rejected.shows(&["There's no webhook named deplois."]);
    let known = with_recipient("@webhook-deploys");
    let review = browser.submits(&form, new, &known).await;
    let page = browser.submits(&review, new, &[("step", "send")]).await;
    page.shows(&["Notification sent."]);
}

/// Checks the event that reports the notification.
fn assert_event(event: &Received) {
    assert_eq!((event.status, event.signatures), (200, 1));
    assert_eq!(event.body["type"], "incident.notification");
    let data = &event.body["data"];
    let incident = &data["incident"];
    assert_eq!(incident["type"], "incidents");
    assert_eq!(incident["attributes"]["public_id"], 1);
    assert_eq!(incident["attributes"]["title"], "Checkout is slow");
    assert_eq!(incident["attributes"]["state"], "active");
    let notification = &data["notification"];
    assert_eq!(notification["subject"], "Checkout is slow");
    assert_eq!(notification["body"], "We roll back.");
    assert_eq!(notification["sent_by"]["name"], "alice");
}

#[test]
fn webhook_receives_a_signed_event_with_the_incident_and_what_was_sent() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        let browser = alice.signs_in().await;
        let receiver = receiver(world).await;
        let secret = adds_webhook(&browser, &receiver).await;
        let page = browser.opens("/settings/webhooks/1").await;
        page.hides(&[&secret]);
        let page = browser
            .submits(&page, "/settings/webhooks/1/test", &[])
            .await;
        page.shows(&["Test sent. It answered 200: “ok”."]);
        let test = receiver.take();
        assert_eq!((test.len(), test[0].status), (1, 200));
        assert_eq!(test[0].body["type"], "webhook.test");
        assert_eq!(test[0].body["data"], json!({ "webhook": "deploys" }));

        sends_by_form(&browser).await;
        world.skips_messages();
        let received = receiver.take();
        assert_eq!(received.len(), 1, "{received:?}");
        assert_event(&received[0]);
        let base = world.base_url.borrow().clone();
        let url = format!("{base}/incidents/1");
        assert_eq!(received[0].body["data"]["url"], url);

        let page = browser.opens("/settings/webhooks/1").await;
        page.shows(&["Sent IR-1 Checkout is slow", "200: “ok”"]);
        let exported = browser.opens("/settings/export").await;
        exported.hides(&["webhook", &secret, "deploys"]);
    });
}

#[test]
fn both_secrets_sign_for_a_day_after_a_rotation() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        let browser = alice.signs_in().await;
        let receiver = receiver(world).await;
        let old = adds_webhook(&browser, &receiver).await;
        let rotate = "/settings/webhooks/1/rotate";
        let page = browser.opens(rotate).await;
        let new = secret_on(&page, rotate);
        assert_ne!(old, new);
        let page = browser.submits(&page, rotate, &[]).await;
        page.shows(&["Secret rotated.", "The previous secret signs too until"]);
        page.hides(&[&old, &new]);
        for secret in [&old, &new] {
            receiver.set_secret(secret);
            notifies(world, "alice", &["@webhook-deploys"]).await;
            let received = receiver.take();
            assert_eq!((received[0].status, received[0].signatures), (200, 2));
        }
        world.advance(24 * 3600 + 1).await;
        world.skips_messages();
        notifies(world, "alice", &["@webhook-deploys"]).await;
        let received = receiver.take();
        assert_eq!((received[0].status, received[0].signatures), (200, 1));
        browser
            .opens("/settings/webhooks/1")
            .await
            .hides(&["signs too"]);
        // The old secret is no longer valid.
        receiver.set_secret(&old);
        notifies(world, "alice", &["@webhook-deploys"]).await;
        assert_eq!(receiver.take()[0].status, 401);
        let page = browser.opens("/settings/webhooks/1").await;
        page.shows(&["Failed IR-1", "deploys answered 401: “invalid signature”."]);
        drop(world.log.take_warnings());
    });
}

#[test]
fn webhook_is_switched_off_on_and_removed() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        let browser = alice.signs_in().await;
        let receiver = receiver(world).await;
        adds_webhook(&browser, &receiver).await;
        let page = browser.opens("/settings/webhooks/1").await;
        let switch = "/settings/webhooks/1/switch";
        let page = browser.submits(&page, switch, &[]).await;
        page.shows(&["Switched off.", "An admin switched it off."]);
        notifies(world, "alice", &["@webhook-Deploys"]).await;
        assert!(receiver.take().is_empty());
        let page = browser.opens("/settings/webhooks/1").await;
        page.shows(&[
            "Failed IR-1",
            "Deploys is switched off: An admin switched it off.",
        ]);
        let page = browser.submits(&page, switch, &[]).await;
        page.shows(&["Switched on.", "Try again"]);
        let retry = "/incidents/1/actions/retry-delivery";
        let page = browser.submits(&page, retry, &[]).await;
        assert_eq!(page.path, "/settings/webhooks/1?saved=retry-delivery");
        assert_eq!(receiver.take().len(), 1);
        world.skips_messages();

        let remove = "/settings/webhooks/1/remove";
        let page = browser.submits(&page, remove, &[]).await;
        page.shows(&["Removed deploys.", "There are none yet."]);
        assert_eq!(browser.opens("/settings/webhooks/1").await.status, 404);
        notifies(world, "alice", &["@webhook-deploys"]).await;
        let page = browser.opens("/incidents/1/notifications").await;
        assert_eq!(page.status, OK);
        page.shows(&["deploys doesn't exist. An admin can add it under Settings, Webhooks."]);
        drop(world.log.take_warnings());
    });
}

/// Invalid names and URLs, and the reasons that the page names.
const INVALID: [(&str, &str, &str); 8] = [
    ("", "https://a.example", "Enter a name."),
    (
        "a b",
        "https://a.example",
        "A name consists of letters, digits, - and _",
    ),
    (
        "Deploys",
        "https://a.example",
        "There's already a webhook or PagerDuty service named Deploys.",
    ),
    (
        "chat",
        "a.example",
        "Enter a URL that starts with https:// or http://.",
    ),
    (
        "chat",
        "ftp://a.example",
        "Enter a URL that starts with https:// or http://.",
    ),
    (
        "chat",
        "http://169.254.169.254/latest/meta-data/",
        "the cloud's metadata service",
    ),
    ("chat", "http://2852039166/", "the cloud's metadata service"),
    (
        "chat",
        "http://[fd00:ec2::254]/",
        "the cloud's metadata service",
    ),
];

#[test]
fn invalid_webhooks_are_rejected_with_what_was_entered() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        let browser = alice.signs_in().await;
        let receiver = receiver(world).await;
        adds_webhook(&browser, &receiver).await;
        for (name, url, reason) in INVALID {
            let page = browser.opens("/settings/webhooks/new").await;
            let page = browser
                .submits(&page, PATH, &[("name", name), ("url", url)])
                .await;
            assert_eq!(page.status, 422, "{name} {url}");
            page.shows(&[reason]);
            assert!(page.html.contains(&format!("value=\"{url}\"")), "{url}");
        }
        let page = browser.opens("/settings/webhooks/new").await;
        let fields = [
            ("name", "chat"),
            ("url", "https://a.example"),
            ("secret", "whsec_c2hvcnQ="),
        ];
        let page = browser.submits(&page, PATH, &fields).await;
        page.shows(&["A secret is whsec_ and 24 to 64 random bytes in Base64."]);
    });
}
