//! Bodies that are wrong, empty, large, or encoded as forms.

use muster_domain::alert::{MAX_ALERTS, MAX_BODY, SourceKind};
use reqwest::Method;
use serde_json::json;

use super::intake_scenario;
use super::{Sender, alerts, receive, request_to, rows};

#[test]
fn body_that_cannot_be_read_is_rejected_and_stored() {
    intake_scenario(async |world, _| {
        for (kind, body, reason) in [
            (
                SourceKind::Alertmanager,
                "{\"alerts\":[",
                "The body isn't valid JSON",
            ),
            (
                SourceKind::Grafana,
                "{\"title\":\"own\"}",
                "The body has no list \"alerts\".",
            ),
            (SourceKind::Datadog, "{}", "The body has no \"monitor\"."),
            (SourceKind::Sentry, "[]", "The body must be a JSON object."),
            (
                SourceKind::Json,
                "[{\"title\":\"a\"},{}]",
                "Alert 2 has no \"title\".",
            ),
        ] {
            let tool = Sender::new(world, kind).await;
            let response = tool.sends(body).await;
            assert_eq!(response.status, 400, "{kind}");
            assert!(response.message().starts_with(reason), "{response:?}");
            assert_eq!(tool.outcomes(2).await, [response.message()]);
        }
        assert!(alerts(world).is_empty());
        let bodies = rows(
            world,
            "SELECT CAST(body AS TEXT) FROM alert_bodies ORDER BY source_id",
        );
        assert_eq!(bodies[0], "{\"alerts\":[");
        assert_eq!(bodies.len(), 5);
    });
}

#[test]
fn empty_list_is_accepted_without_alerts() {
    intake_scenario(async |world, _| {
        for (kind, body) in [
            (SourceKind::Alertmanager, "{\"alerts\":[]}"),
            (SourceKind::Json, "[]"),
        ] {
            let response = Sender::new(world, kind).await.sends(body).await;
            assert_eq!((response.status, response.message()), (202, "No alerts."));
        }
    });
}

#[test]
fn sentry_requests_about_other_resources_are_dropped() {
    intake_scenario(async |world, _| {
        let tool = Sender::new(world, SourceKind::Sentry).await;
        for resource in ["installation", "comment"] {
            let headers = [("sentry-hook-resource", resource)];
            let response = tool.sends_with(&headers, "{\"action\":\"created\"}").await;
            assert_eq!((response.status, response.message()), (202, "No alerts."));
        }
    });
}

#[test]
fn repeated_request_id_of_sentry_changes_nothing() {
    intake_scenario(async |world, _| {
        let tool = Sender::new(world, SourceKind::Sentry).await;
        let body = include_str!("../../../fixtures/alerts/sentry-event-alert.json");
        let headers = [
            ("sentry-hook-resource", "event_alert"),
            ("request-id", "r1"),
        ];
        for _ in 0..50 {
            assert_eq!(tool.sends_with(&headers, body).await.status, 202);
        }
        assert_eq!(alerts(world), ["KeyError: 'price' firing 1"]);
        let body = include_str!("../../../fixtures/alerts/sentry-issue.json");
        let headers = [("sentry-hook-resource", "issue"), ("request-id", "r2")];
        tool.sends_with(&headers, body).await;
        assert_eq!(alerts(world), ["KeyError: 'price' resolved 1"]);
    });
}

#[test]
fn documented_bodies_are_read() {
    intake_scenario(async |world, _| {
        for (kind, body) in [
            (
                SourceKind::Alertmanager,
                include_str!("../../../fixtures/alerts/alertmanager.json"),
            ),
            (
                SourceKind::Grafana,
                include_str!("../../../fixtures/alerts/grafana.json"),
            ),
            (
                SourceKind::Datadog,
                include_str!("../../../fixtures/alerts/datadog.json"),
            ),
            (
                SourceKind::Json,
                include_str!("../../../fixtures/alerts/generic.json"),
            ),
        ] {
            let tool = Sender::new(world, kind).await;
            assert_eq!(tool.sends(body).await.status, 202);
            let outcome = tool.outcomes(1).await.remove(0);
            assert!(outcome.contains("1 fired"), "{kind}: {outcome}");
        }
        let omitted = rows(
            world,
            "SELECT outcome FROM alert_bodies WHERE source_id = 1",
        );
        let expected = "Alerts: 1 fired, 1 ignored (not firing), 3 omitted by the sender.";
        assert_eq!(omitted, [expected]);
    });
}

#[test]
fn ten_thousand_alerts_are_stored_and_one_more_is_rejected() {
    intake_scenario(async |world, _| {
        let tool = Sender::new(world, SourceKind::Json).await;
        let body = |count: usize| {
            let alerts = (0..count).map(|number| json!({ "title": format!("alert {number}") }));
            serde_json::to_string(&alerts.collect::<Vec<_>>()).unwrap()
        };
        let response = tool.sends(body(MAX_ALERTS)).await;
        assert_eq!(response.message(), "Alerts: 10000 fired.");
        let response = tool.sends(body(MAX_ALERTS + 1)).await;
        assert_eq!(response.status, 400);
        assert_eq!(
            response.message(),
            "The request has 10001 alerts, and 10000 is the maximum."
        );
        assert_eq!(alerts(world).len(), MAX_ALERTS);
    });
}

#[test]
fn body_over_the_limit_is_rejected() {
    intake_scenario(async |world, _| {
        let tool = Sender::new(world, SourceKind::Json).await;
        let body = |size: usize| format!("{{\"title\":\"disk\"}}{}", " ".repeat(size - 16));
        let accepted = tool.sends(body(MAX_BODY)).await;
        assert_eq!(accepted.status, 202);
        let rejected = tool.sends(body(MAX_BODY + 1)).await;
        assert_eq!(rejected.status, 413);
        assert_eq!(rejected.message(), "The body is larger than 10 MiB.");
        assert_eq!(tool.outcomes(5).await.len(), 1);
        let size = rows(
            world,
            "SELECT size || ' ' || length(body) FROM alert_bodies",
        );
        assert_eq!(size, [format!("{MAX_BODY} {}", 256 * 1024)]);
    });
}

#[test]
fn forms_and_queries_are_read_like_json() {
    intake_scenario(async |world, _| {
        let tool = Sender::new(world, SourceKind::Json).await;
        let form = [("summary", "disk"), ("dedup", "d1")];
        let request = request_to(world, Method::POST, &tool.path()).form(&form);
        assert_eq!(receive(request).await.status, 202);
        let path = format!("{}?summary=disk&dedup=d1&action=close", tool.path());
        let request = request_to(world, Method::POST, &path);
        assert_eq!(receive(request).await.status, 202);
        assert_eq!(alerts(world), ["disk resolved 1"]);
        let datadog = Sender::new(world, SourceKind::Datadog).await;
        let form = [
            ("transition", "Triggered"),
            ("monitor", "7"),
            ("title", "cpu"),
        ];
        let request = request_to(world, Method::POST, &datadog.path()).form(&form);
        assert_eq!(receive(request).await.status, 202);
        assert_eq!(alerts(world), ["disk resolved 1", "cpu firing 1"]);
    });
}

#[test]
fn hostile_texts_are_stored_without_control_characters() {
    intake_scenario(async |world, _| {
        let tool = Sender::new(world, SourceKind::Json).await;
        let title = "<!channel> <@U1> \u{202e}evil\u{200b}";
        let body = json!({
            "title": title, "description": "a".repeat(100_000), "labels": { "__proto__": "<b>" },
        });
        assert_eq!(tool.sends(body.to_string()).await.status, 202);
        let stored = "<!channel> <@U1> evil\u{200b}";
        assert_eq!(rows(world, "SELECT title FROM alerts"), [stored]);
        assert_eq!(
            rows(world, "SELECT labels FROM alerts"),
            ["{\"__proto__\":\"<b>\"}"]
        );
        let length = "SELECT CAST(length(description) <= 8192 AS TEXT) FROM alerts";
        assert_eq!(rows(world, length), ["1"]);
    });
}

#[test]
fn body_that_is_nested_too_deeply_is_rejected_and_stored() {
    intake_scenario(async |world, _| {
        let reason =
            "The body's objects and lists are nested more than 32 levels deep. Nothing was stored.";
        for depth in [33, 50_000] {
            let nested = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
            for kind in [
                SourceKind::Alertmanager,
                SourceKind::Datadog,
                SourceKind::Json,
            ] {
                let tool = Sender::new(world, kind).await;
                let response = tool.sends(&*nested).await;
                assert_eq!(
                    (response.status, response.message()),
                    (400, reason),
                    "{kind}"
                );
            }
            let tool = Sender::new(world, SourceKind::PagerDuty).await;
            let event = format!(r#"{{"routing_key":"{}","payload":{nested}}}"#, tool.token);
            for path in ["/v2/enqueue", "/v2/change/enqueue"] {
                let request = request_to(world, Method::POST, path).body(event.clone());
                let response = receive(request).await;
                assert_eq!(response.status, 400);
                assert_eq!(response.body["errors"], json!([reason]));
            }
        }
        let bodies = rows(world, "SELECT outcome FROM alert_bodies");
        assert_eq!(bodies.len(), 10);
        assert!(bodies.iter().all(|it| it == reason), "{bodies:?}");
        assert!(alerts(world).is_empty());
    });
}
