//! PagerDuty's Events API v2, as its clients use it.

use muster_domain::alert::SourceKind;
use reqwest::Method;
use serde_json::{Value, json};

use super::intake_scenario;
use super::{IntakeResponse, Sender, alerts, receive, request_to, rows};
use crate::harness::world::World;

async fn enqueues(world: &World, path: &str, event: &Value) -> IntakeResponse {
    receive(request_to(world, Method::POST, path).json(event)).await
}

fn trigger(routing_key: &str) -> Value {
    json!({
        "routing_key": routing_key, "event_action": "trigger", "dedup_key": "checkout/errors",
        "payload": { "summary": "Checkout fails", "source": "prom", "severity": "warning" },
    })
}

#[test]
fn event_is_answered_as_pagerduty_does_at_both_paths() {
    intake_scenario(async |world, _| {
        let tool = Sender::new(world, SourceKind::PagerDuty).await;
        let event = trigger(&tool.token);
        for path in [
            "/v2/enqueue",
            "/alerts/pagerduty/v2/enqueue",
            "/alerts/pagerduty",
        ] {
            let response = enqueues(world, path, &event).await;
            assert_eq!(response.status, 202);
            assert_eq!(
                response.body,
                json!({ "status": "success", "message": "Event processed", "dedup_key": "checkout/errors" })
            );
        }
        assert_eq!(alerts(world), ["Checkout fails firing 3"]);
        let bodies = rows(world, "SELECT CAST(body AS TEXT) FROM alert_bodies");
        assert!(
            bodies.iter().all(|body| !body.contains(&tool.token)),
            "{bodies:?}"
        );
        assert!(bodies[0].contains("\"routing_key\":\"…\""), "{bodies:?}");
    });
}

#[test]
fn trigger_without_a_key_gets_a_new_one() {
    intake_scenario(async |world, _| {
        let tool = Sender::new(world, SourceKind::PagerDuty).await;
        let mut event = trigger(&tool.token);
        event["dedup_key"] = Value::Null;
        let first = enqueues(world, "/v2/enqueue", &event).await.body["dedup_key"].clone();
        let second = enqueues(world, "/v2/enqueue", &event).await.body["dedup_key"].clone();
        assert_ne!(first, second);
        let resolve = json!({
            "routing_key": tool.token, "event_action": "resolve", "dedup_key": first,
        });
        enqueues(world, "/v2/enqueue", &resolve).await;
        assert_eq!(
            alerts(world),
            ["Checkout fails resolved 1", "Checkout fails firing 1"]
        );
    });
}

#[test]
fn acknowledgement_is_noted_and_severity_is_renewed() {
    intake_scenario(async |world, _| {
        let tool = Sender::new(world, SourceKind::PagerDuty).await;
        let mut event = trigger(&tool.token);
        enqueues(world, "/v2/enqueue", &event).await;
        event["payload"]["severity"] = "critical".into();
        event["payload"]["summary"] = "Checkout is down".into();
        enqueues(world, "/v2/enqueue", &event).await;
        let acknowledge = json!({
            "routing_key": tool.token, "event_action": "acknowledge", "dedup_key": "checkout/errors",
        });
        enqueues(world, "/v2/enqueue", &acknowledge).await;
        let alert = "SELECT title || ' ' || severity || ' ' || acknowledged_at FROM alerts";
        assert_eq!(
            rows(world, alert),
            ["Checkout is down critical 2026-11-23T14:05:00.000Z"]
        );
        let outcomes = tool.outcomes(3).await;
        assert_eq!(
            outcomes,
            [
                "Alerts: 1 updated.",
                "Alerts: 1 became more severe.",
                "Alerts: 1 fired."
            ]
        );
    });
}

#[test]
fn invalid_events_are_rejected_as_pagerduty_does() {
    intake_scenario(async |world, _| {
        let tool = Sender::new(world, SourceKind::PagerDuty).await;
        let other = Sender::new(world, SourceKind::Json).await;
        let mut without_summary = trigger(&tool.token);
        without_summary["payload"]["summary"] = Value::Null;
        for (event, reason) in [
            (json!({}), "routing_key is missing."),
            (trigger("0123"), "routing_key is unknown."),
            (trigger(&other.token), "routing_key is unknown."),
            (without_summary, "payload.summary is missing."),
            (
                json!({ "routing_key": tool.token, "event_action": "page" }),
                "event_action must be trigger, acknowledge or resolve.",
            ),
        ] {
            let response = enqueues(world, "/v2/enqueue", &event).await;
            assert_eq!(response.status, 400, "{reason}");
            assert_eq!(
                response.body,
                json!({ "status": "invalid event", "message": "Event object is invalid", "errors": [reason] })
            );
        }
        assert!(alerts(world).is_empty());
    });
}

#[test]
fn resolve_through_another_source_does_nothing() {
    intake_scenario(async |world, _| {
        let tool = Sender::new(world, SourceKind::PagerDuty).await;
        let other = Sender::new(world, SourceKind::PagerDuty).await;
        enqueues(world, "/v2/enqueue", &trigger(&tool.token)).await;
        let resolve = json!({
            "routing_key": other.token, "event_action": "resolve", "dedup_key": "checkout/errors",
        });
        assert_eq!(enqueues(world, "/v2/enqueue", &resolve).await.status, 202);
        assert_eq!(alerts(world), ["Checkout fails firing 1"]);
    });
}
