//! Alerts: cards that suggest an incident, and the alerts of an incident.

mod added;
mod declared;
mod limits;
mod related;
mod suggested;
mod texts;

use muster::secret::Secret;
use muster::store::{AddAlertSource, IdempotencyKey, new_alert_token};
use muster_domain::alert::SourceKind;
use muster_domain::{EventId, Timestamp};
use muster_sandbox::Message;
use serde_json::{Value, json};

use crate::harness::prelude::*;

/// The channel of cards.
const INCIDENTS: &str = "#incidents";

/// A monitoring tool: an Alertmanager with the name prom-eu.
struct Monitor<'w> {
    world: &'w World,
    token: Secret,
}

impl<'w> Monitor<'w> {
    /// Adds the tool as a source of alerts.
    async fn new(world: &'w World) -> Self {
        let token = new_alert_token();
        let request = AddAlertSource {
            name: "prom-eu".to_owned(),
            kind: SourceKind::Alertmanager,
            token: token.clone(),
            secret: Secret::new(String::new()),
            topics: Vec::new(),
            accepts_raw_delivery: false,
            created_by: None,
        };
        let key = IdempotencyKey::event(&EventId("Ev0SOURCE".to_owned()));
        let now = Timestamp::from_epoch_millis(world.now());
        let store = world.store().await;
        store.add_alert_source(key, request, now).await.unwrap();
        Self { world, token }
    }

    /// Sends a notification with these alerts, and waits until all messages are sent.
    async fn reports(&self, alerts: &[Value]) {
        assert_eq!(self.sends(alerts).await, 202);
        self.world.deliver_all().await;
    }

    /// Sends a notification with these alerts. Returns the status of the response.
    async fn sends(&self, alerts: &[Value]) -> u16 {
        self.sends_omitting(0, alerts).await
    }

    /// Sends a notification with these alerts, from which others were left out. Returns the status of the response.
    async fn sends_omitting(&self, omitted: u64, alerts: &[Value]) -> u16 {
        let base = self.world.base_url.borrow().clone();
        let url = format!("{base}/alerts/alertmanager/{}", self.token.reveal());
        let body = json!({ "version": "4", "truncatedAlerts": omitted, "alerts": alerts });
        let client = reqwest::Client::new();
        let response = client
            .post(url)
            .body(body.to_string())
            .send()
            .await
            .unwrap();
        response.status().as_u16()
    }
}

/// Returns an alert of the service checkout that fires since now, with its title and key.
fn firing(world: &World, key: &str, title: &str) -> Value {
    json!({
        "status": "firing",
        "labels": { "alertname": key, "severity": "critical", "service": "checkout" },
        "annotations": { "summary": title },
        "startsAt": Timestamp::from_epoch_millis(world.now()).to_string(),
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": format!("https://prom.example/{key}"),
        "fingerprint": key,
    })
}

/// Returns an alert that is resolved now.
fn resolved(world: &World, key: &str) -> Value {
    let mut alert = firing(world, key, key);
    alert["status"] = json!("resolved");
    alert["endsAt"] = json!(Timestamp::from_epoch_millis(world.now()).to_string());
    alert
}

/// Returns an alert with another value at a JSON pointer.
fn with(mut alert: Value, path: &str, value: &str) -> Value {
    *alert.pointer_mut(path).expect(path) = json!(value);
    alert
}

/// Returns the only message in the channel of cards whose text contains a part.
fn suggestion(world: &World, part: &str) -> Message {
    let messages = world.slack.messages(INCIDENTS).into_iter();
    let mut messages = messages.filter(|message| message.rendered_text().contains(part));
    let suggestion = messages
        .next()
        .unwrap_or_else(|| panic!("no card with {part}"));
    assert!(messages.next().is_none(), "two cards with {part}");
    suggestion
}

/// Returns the texts of the bot's messages in the channel of cards.
fn suggestions(world: &World) -> Vec<String> {
    let messages = world.slack.messages(INCIDENTS).into_iter();
    // That the bot joined the channel is no post.
    let messages = messages.filter(|message| message.blocks.is_some());
    messages.map(|it| it.rendered_text().to_owned()).collect()
}

/// Replaces the only alert rule.
fn set_rule(world: &World, more: Value) {
    let mut rule = json!({ "name": "Checkout" });
    for (key, value) in more.as_object().into_iter().flatten() {
        rule[key] = value.clone();
    }
    world.change_settings(&[("alert_rules", json!([rule]))]);
}
