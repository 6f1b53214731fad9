//! The intake of alerts, as monitoring tools use it, and the pages of its sources.

mod alertmanager;
mod authentication;
mod bodies;
mod changes;
mod groups;
mod handbook;
mod lifecycle;
mod mapping;
mod pagerduty;
mod pages;
mod related;
mod rules;
mod signatures;
mod sns;
mod sns_confirmation;
mod unavailable;

use muster::secret::Secret;
use muster::store::{AddAlertSource, IdempotencyKey, new_alert_token};
use muster_domain::alert::SourceKind;
use muster_domain::{Timestamp, UserId};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

use crate::harness::scenario::{scenario, scenario_with_pages};
use crate::harness::user::TestUser;
use crate::harness::world::World;

/// Runs a scenario about the intake. The stories of alert rules read what the alerts cause in Slack.
fn intake_scenario(steps: impl AsyncFn(&World, [TestUser<'_>; 3])) {
    scenario(async |world, users| {
        steps(world, users).await;
        skip_suggestions(world).await;
    });
}

/// Runs a scenario about the pages of alerts, like [`intake_scenario`].
fn intake_scenario_with_pages(steps: impl AsyncFn(&World, [TestUser<'_>; 3])) {
    scenario_with_pages(async |world, users| {
        steps(world, users).await;
        skip_suggestions(world).await;
    });
}

async fn skip_suggestions(world: &World) {
    world.deliver_all_advancing().await;
    world.skips_messages();
}

/// A monitoring tool with a source of its own.
pub struct Sender<'w> {
    world: &'w World,
    kind: SourceKind,
    token: String,
}

/// A response of the intake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntakeResponse {
    pub status: u16,
    pub body: Value,
}

impl IntakeResponse {
    /// Returns the message.
    pub fn message(&self) -> &str {
        self.body["message"].as_str().unwrap()
    }
}

/// A request to add a source.
fn request(kind: SourceKind) -> AddAlertSource {
    AddAlertSource {
        name: format!("source {:08x}", rand::random::<u32>()),
        kind,
        token: new_alert_token(),
        secret: Secret::new(""),
        topics: Vec::new(),
        accepts_raw_delivery: false,
        created_by: None,
    }
}

impl<'w> Sender<'w> {
    /// Adds a source without a secret.
    pub async fn new(world: &'w World, kind: SourceKind) -> Self {
        Self::with_request(world, request(kind)).await
    }

    /// Adds a source.
    pub async fn with_request(world: &'w World, request: AddAlertSource) -> Self {
        let token = request.token.reveal().to_owned();
        let (kind, now) = (request.kind, Timestamp::from_epoch_millis(world.now()));
        let key = IdempotencyKey::web(&UserId::from("U0ALICE0001"), &token);
        let store = world.store().await;
        store.add_alert_source(key, request, now).await.unwrap();
        Self { world, kind, token }
    }

    /// Returns the path with the token.
    pub fn path(&self) -> String {
        format!("/alerts/{}/{}", self.kind, self.token)
    }

    /// Sends a JSON body.
    pub async fn sends(&self, body: impl Into<String>) -> IntakeResponse {
        self.sends_with(&[], body).await
    }

    /// Sends a JSON body with more headers.
    pub async fn sends_with(
        &self,
        headers: &[(&str, &str)],
        body: impl Into<String>,
    ) -> IntakeResponse {
        let request = request_to(self.world, Method::POST, &self.path());
        let request = request.header("content-type", "application/json");
        let request = headers
            .iter()
            .fold(request, |it, (name, value)| it.header(*name, *value));
        receive(request.body(body.into())).await
    }

    /// Returns the outcomes of the last bodies on the page of the source, the newest first.
    pub async fn outcomes(&self, count: u32) -> Vec<String> {
        let store = self.world.store().await;
        let sources = store.alert_sources().await.unwrap();
        let source = sources.iter().find(|it| it.identity.kind == self.kind);
        let bodies = store.alert_bodies(source.unwrap().identity.id, count);
        let bodies = bodies.await.unwrap().into_iter();
        bodies.map(|body| body.outcome.sentence).collect()
    }
}

/// Returns a request without a token.
fn request_to(world: &World, method: Method, path: &str) -> RequestBuilder {
    let url = format!("{}{path}", world.base_url.borrow());
    Client::new().request(method, url)
}

/// Sends a request. The body of each response is JSON.
async fn receive(request: RequestBuilder) -> IntakeResponse {
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(response.headers()["content-type"], "application/json");
    let is_temporary = [429, 503].contains(&response.status().as_u16());
    assert_eq!(response.headers().contains_key("retry-after"), is_temporary);
    IntakeResponse {
        status: response.status().as_u16(),
        body: response.json().await.unwrap(),
    }
}

/// Returns the first column of all rows of a query.
fn rows(world: &World, sql: &str) -> Vec<String> {
    let database = world.open_database();
    let mut statement = database.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<rusqlite::Result<_>>().unwrap()
}

/// Returns the states of all alerts: `disk firing 2`.
fn alerts(world: &World) -> Vec<String> {
    let sql = "SELECT title || ' ' || status || ' ' || count FROM alerts ORDER BY id";
    rows(world, sql)
}
