//! Crash tests for the intake of alerts: killed at each kill point, and sent again by the monitoring tool.

use reqwest::{Client, StatusCode};
use serde_json::json;

use crate::harness::prelude::*;
use crate::matrix::run_web_matrix;
use crate::redelivery::{RequestKillPoint, kill_when_added};

/// The token of the source.
const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// A request of a monitoring tool.
struct AlertRequest {
    kind: &'static str,
    /// The path, with the token unless the body contains it.
    path: &'static str,
    /// The table that it adds a row to.
    table: &'static str,
    headers: &'static [(&'static str, &'static str)],
    body: String,
}

impl AlertRequest {
    async fn send(&self, world: &World) -> reqwest::Result<StatusCode> {
        let url = format!("{}{}", world.address(), self.path);
        let client = Client::builder().no_proxy().build().unwrap();
        let request = client.post(url).body(self.body.clone());
        let headers = self.headers.iter();
        let request = headers.fold(request, |it, (name, value)| it.header(*name, *value));
        Ok(request.send().await?.status())
    }

    /// Sends the request and kills the bot at a kill point.
    async fn send_and_kill(&self, world: &mut World, kill_point: RequestKillPoint) {
        match kill_point {
            RequestKillPoint::BeforeCommit => {
                let lock = world.lock_store().await;
                let killing = async {
                    world.wait_for_earlier_requests().await;
                    world.kill_handle().kill();
                };
                let (response, ()) = tokio::join!(self.send(world), killing);
                // On a busy machine the bot may report the locked store before it is killed.
                assert_ne!(response.ok(), Some(StatusCode::ACCEPTED));
                world.kill_app().await;
                lock.release();
                assert_eq!(world.database.count(self.table), 0, "nothing was stored");
            }
            RequestKillPoint::BeforeResponse => {
                let killer = world.kill_handle();
                let watched = kill_when_added(world.database.clone(), self.table, 0, killer);
                let watching = tokio::task::spawn_blocking(watched);
                // A response that arrived just before the kill does not matter.
                drop(self.send(world).await);
                watching.await.unwrap();
                world.kill_app().await;
                assert_eq!(world.database.count("alert_bodies"), 1, "it was stored");
            }
        }
    }
}

/// Sends a request at each kill point, restarts the bot, sends the request twice more, and checks that the alert was
/// stored once. A repeated delivery with an ID is not counted.
async fn test_alert_redelivery(request: AlertRequest, counts: &[i64]) {
    test_intake_redelivery(request, |world| {
        let count = world
            .database
            .query("SELECT CAST(count AS TEXT) FROM alerts");
        let count: i64 = count[0].parse().unwrap();
        assert!(counts.contains(&count), "{count}");
    })
    .await;
}

/// Sends a request at each kill point, restarts the bot, sends the request twice more, and checks that it was stored
/// once.
async fn test_intake_redelivery(request: AlertRequest, check: impl Fn(&World)) {
    run_web_matrix(
        request.path,
        &RequestKillPoint::ALL,
        async |mut world: World, kill_point| {
            world.database.insert_alert_source(request.kind, TOKEN);
            request.send_and_kill(&mut world, kill_point).await;
            world.start_app().await;
            for _ in 0..2 {
                let status = request.send(&world).await.unwrap();
                assert_eq!(status, StatusCode::ACCEPTED);
            }
            assert_eq!(world.database.count(request.table), 1, "stored once");
            check(&world);
            world.deliver_all().await;
        },
    )
    .await;
}

#[tokio::test]
async fn repeated_alert_of_alertmanager_is_stored_once() {
    let now = chrono::Utc::now().to_rfc3339();
    let body = json!({ "groupKey": "g", "alerts": [{
        "status": "firing", "fingerprint": "9f3a", "labels": { "alertname": "Disk" }, "startsAt": now,
    }] });
    let request = AlertRequest {
        kind: "alertmanager",
        path: "/alerts/alertmanager/0123456789abcdef0123456789abcdef",
        table: "alerts",
        headers: &[],
        body: body.to_string(),
    };
    test_alert_redelivery(request, &[2, 3]).await;
}

#[tokio::test]
async fn repeated_delivery_of_sentry_is_counted_once() {
    let body = json!({
        "action": "created", "data": { "issue": { "id": "1", "title": "KeyError" } },
    });
    let request = AlertRequest {
        kind: "sentry",
        path: "/alerts/sentry/0123456789abcdef0123456789abcdef",
        table: "alerts",
        headers: &[("sentry-hook-resource", "issue"), ("request-id", "r1")],
        body: body.to_string(),
    };
    test_alert_redelivery(request, &[1]).await;
}

#[tokio::test]
async fn repeated_change_is_stored_once() {
    let now = chrono::Utc::now().to_rfc3339();
    let body = json!({
        "routing_key": TOKEN, "payload": { "summary": "Deployed checkout", "timestamp": now },
    });
    let request = AlertRequest {
        kind: "pagerduty",
        path: "/v2/change/enqueue",
        table: "change_events",
        headers: &[],
        body: body.to_string(),
    };
    test_intake_redelivery(request, |world| {
        let summaries = world.database.query("SELECT summary FROM change_events");
        assert_eq!(summaries, ["Deployed checkout"]);
    })
    .await;
}
