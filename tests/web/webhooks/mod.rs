//! Outgoing webhooks and PagerDuty: their pages, what they receive, and what happens when a receiver misbehaves.

mod handbook;
mod pagerduty;
mod responses;
mod rights;
mod rotation;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use muster::store::{ChangeTarget, IdempotencyKey};
use muster_domain::notification::{NotificationText, Recipient, SendNotification};
use muster_domain::{Actor, IncidentId, Source, Timestamp, UserId, Viewer};

use crate::browser::{Browser, Page};
use crate::harness::world::World;
use crate::html;
use crate::support::webhook_receiver::WebhookReceiver;

const PATH: &str = "/settings/webhooks";

/// Starts a receiver with the clock of the scenario.
async fn receiver(world: &World) -> WebhookReceiver {
    let time = Arc::clone(&world.time);
    WebhookReceiver::start(move || time.load(Ordering::SeqCst) / 1000).await
}

/// Adds the webhook “deploys” for a receiver, which gets its secret. Returns the secret.
async fn adds_webhook(browser: &Browser<'_>, receiver: &WebhookReceiver) -> String {
    let page = browser.opens("/settings/webhooks/new?kind=webhook").await;
    let secret = secret_on(&page, PATH);
    let fields = [("name", "deploys"), ("url", &receiver.url())];
    let page = browser.submits(&page, PATH, &fields).await;
    page.shows(&["Added deploys.", "@webhook-deploys", &receiver.url()]);
    page.hides(&[&secret]);
    receiver.set_secret(&secret);
    secret
}

/// Returns the secret that a form displays.
fn secret_on(page: &Page, action: &str) -> String {
    let fields = html::form_fields(&page.html, action).unwrap();
    let secret = fields.into_iter().find(|(name, _)| name == "secret");
    secret.unwrap().1
}

/// Sends a notification about IR-1 to these recipients on behalf of a user.
async fn notifies(world: &World, user: &str, recipients: &[&str]) {
    let user = UserId(world.slack.user(user).0);
    let now = Timestamp::from_epoch_millis(world.now());
    let target = ChangeTarget {
        viewer: Viewer::user(&user),
        id: IncidentId(1),
        key: IdempotencyKey::web(&user, &format!("n{}", rand::random::<u32>())),
        now,
    };
    let recipients = recipients.iter().map(|it| it.parse::<Recipient>().unwrap());
    let recipients: Vec<_> = recipients.collect();
    let request = SendNotification {
        draft: None,
        confirmed: recipients.clone(),
        recipients,
        template: None,
        text: NotificationText {
            subject: "Checkout is slow".to_owned(),
            body: "We roll back.".to_owned(),
        },
    };
    let store = world.store().await;
    let actor = Actor::with_source(user, now, Source::Web);
    let sent = store.change_with_context(target, move |incident, ctx| {
        Ok(incident.send_notification(request, &actor, ctx)?)
    });
    sent.await.unwrap();
    world.deliver_all().await;
    world.skips_messages();
}
