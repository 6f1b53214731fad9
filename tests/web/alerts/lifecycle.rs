//! An alert fires, repeats and is resolved, in the format of each tool.

use muster_domain::alert::SourceKind;
use serde_json::{Value, json};

use super::{Sender, alerts};
use super::{intake_scenario, intake_scenario_with_pages};

/// The report of a tool that an alert fires or is resolved.
#[derive(Clone, Copy)]
struct Report {
    key: &'static str,
    is_firing: bool,
    /// The number of the cycle from firing to resolved.
    cycle: u32,
}

fn fires(key: &'static str, cycle: u32) -> Report {
    Report {
        key,
        is_firing: true,
        cycle,
    }
}

fn resolves(key: &'static str, cycle: u32) -> Report {
    Report {
        is_firing: false,
        ..fires(key, cycle)
    }
}

impl Report {
    /// Returns the headers and the body in the format of a tool.
    fn in_format(self, kind: SourceKind) -> (Vec<(&'static str, &'static str)>, Value) {
        let Self {
            key,
            is_firing,
            cycle,
        } = self;
        let select = |firing, resolved| if is_firing { firing } else { resolved };
        let status = select("firing", "resolved");
        let started_at = format!("2026-11-23T14:0{cycle}:00Z");
        let body = match kind {
            SourceKind::Alertmanager | SourceKind::Grafana => json!({ "groupKey": "g", "alerts": [{
                "status": status, "fingerprint": key, "labels": { "alertname": key }, "startsAt": started_at,
            }] }),
            SourceKind::Datadog => json!({
                "transition": select("Triggered", "Recovered"), "monitor": key, "title": key,
                "cycle": cycle.to_string(), "scope": "$ALERT_SCOPE",
            }),
            SourceKind::PagerDuty => json!({
                "event_action": select("trigger", "resolve"), "dedup_key": key,
                "payload": { "summary": key, "source": "prom", "severity": "error" },
            }),
            SourceKind::Sentry => json!({
                "action": select("created", "resolved"), "data": { "issue": { "id": key, "title": key } },
            }),
            SourceKind::Json | SourceKind::Sns => {
                json!({ "title": key, "key": key, "status": status })
            }
        };
        let headers = match kind {
            SourceKind::Sentry => vec![("sentry-hook-resource", "issue")],
            SourceKind::Sns => vec![("x-amz-sns-rawdelivery", "true")],
            _ => Vec::new(),
        };
        (headers, body)
    }
}

impl Sender<'_> {
    /// Sends a report, which must be accepted. Returns the outcome on the page of the source.
    async fn reports(&self, report: Report) -> String {
        let (headers, body) = report.in_format(self.kind);
        let response = self.sends_with(&headers, body.to_string()).await;
        let expected = match self.kind {
            SourceKind::Sns => 200,
            _ => 202,
        };
        assert_eq!(response.status, expected, "{response:?}");
        self.outcomes(1).await.remove(0)
    }
}

/// Adds a source that needs no signature.
async fn sender(world: &crate::harness::world::World, kind: SourceKind) -> Sender<'_> {
    let mut request = super::request(kind);
    request.accepts_raw_delivery = true;
    Sender::with_request(world, request).await
}

fn test_lifecycle(kind: SourceKind) {
    intake_scenario_with_pages(async |world, _| {
        let tool = sender(world, kind).await;
        let ignored = tool.reports(resolves("disk", 0)).await;
        assert_eq!(ignored, "Alerts: 1 ignored (not firing).");
        assert!(alerts(world).is_empty());
        assert_eq!(tool.reports(fires("disk", 1)).await, "Alerts: 1 fired.");
        let again = tool.reports(fires("disk", 1)).await;
        assert_eq!(again, "Alerts: 1 fired again.");
        tool.reports(fires("cpu", 1)).await;
        assert_eq!(alerts(world), ["disk firing 2", "cpu firing 1"]);
        assert_eq!(
            tool.reports(resolves("disk", 1)).await,
            "Alerts: 1 resolved."
        );
        assert_eq!(alerts(world), ["disk resolved 2", "cpu firing 1"]);
        tool.reports(resolves("cpu", 1)).await;
        tool.reports(resolves("cpu", 1)).await;
        assert_eq!(alerts(world), ["disk resolved 2", "cpu resolved 1"]);
        for _ in 0..50 {
            tool.reports(fires("disk", 3)).await;
        }
        let expected = ["disk resolved 2", "cpu resolved 1", "disk firing 50"];
        assert_eq!(alerts(world), expected);
    });
}

#[test]
fn alertmanager_fires_repeats_and_resolves() {
    test_lifecycle(SourceKind::Alertmanager);
}

#[test]
fn grafana_fires_repeats_and_resolves() {
    test_lifecycle(SourceKind::Grafana);
}

#[test]
fn datadog_fires_repeats_and_resolves() {
    test_lifecycle(SourceKind::Datadog);
}

#[test]
fn pagerduty_sender_fires_repeats_and_resolves() {
    test_lifecycle(SourceKind::PagerDuty);
}

#[test]
fn sentry_fires_repeats_and_resolves() {
    test_lifecycle(SourceKind::Sentry);
}

#[test]
fn json_sender_fires_repeats_and_resolves() {
    test_lifecycle(SourceKind::Json);
}

#[test]
fn raw_sns_message_fires_repeats_and_resolves() {
    test_lifecycle(SourceKind::Sns);
}

#[test]
fn alerts_are_taken_in_without_pages() {
    intake_scenario(async |world, _| {
        let tool = sender(world, SourceKind::Json).await;
        tool.reports(fires("disk", 1)).await;
        assert_eq!(alerts(world), ["disk firing 1"]);
    });
}

#[test]
fn bodies_out_of_order_leave_the_alert_resolved() {
    intake_scenario(async |world, _| {
        let tool = sender(world, SourceKind::Alertmanager).await;
        tool.reports(fires("disk", 1)).await;
        tool.reports(resolves("disk", 1)).await;
        let late = tool.reports(fires("disk", 1)).await;
        assert_eq!(late, "Alerts: 1 ignored (of a cycle that had ended).");
        assert_eq!(alerts(world), ["disk resolved 1"]);
    });
}

#[test]
fn clock_a_day_off_is_replaced_by_the_time_of_receipt() {
    intake_scenario(async |world, _| {
        let tool = sender(world, SourceKind::Json).await;
        for (title, started_at) in [
            ("ahead", "2026-11-24T14:05:00Z"),
            ("a year ago", "2025-11-23T14:05:00Z"),
            ("yesterday", "2026-11-22T14:05:00Z"),
        ] {
            let body = json!({ "title": title, "started_at": started_at });
            assert_eq!(tool.sends(body.to_string()).await.status, 202);
        }
        let times = super::rows(
            world,
            "SELECT started_at || ' ' || is_clock_off FROM alerts ORDER BY id",
        );
        let expected = [
            "2026-11-23T14:05:00.000Z 1",
            "2026-11-23T14:05:00.000Z 1",
            "2026-11-22T14:05:00.000Z 0",
        ];
        assert_eq!(times, expected);
    });
}

#[test]
fn time_that_cannot_be_stored_is_replaced_by_the_time_of_receipt() {
    intake_scenario_with_pages(async |world, [alice, ..]| {
        let tool = sender(world, SourceKind::Json).await;
        for status in ["firing", "firing", "resolved"] {
            let body = json!({
                "title": "disk", "key": "disk", "status": status,
                "started_at": 9_999_999_999_999_999_i64, "ended_at": i64::MAX,
            });
            assert_eq!(tool.sends(body.to_string()).await.status, 202);
        }
        assert_eq!(alerts(world), ["disk resolved 2"]);
        let browser = alice.signs_in().await;
        let page = browser.opens("/alerts?show=resolved").await;
        page.shows(&["disk", "resolved after less than a second"]);
    });
}

#[test]
fn alert_that_fires_again_with_its_old_start_is_not_lost() {
    intake_scenario(async |world, _| {
        let tool = sender(world, SourceKind::Alertmanager).await;
        tool.reports(fires("disk", 1)).await;
        // Alertmanager did not hear of Prometheus for some minutes.
        tool.reports(resolves("disk", 1)).await;
        world.advance(2 * 60).await;
        assert_eq!(tool.reports(fires("disk", 1)).await, "Alerts: 1 fired.");
        assert_eq!(alerts(world), ["disk resolved 1", "disk firing 1"]);
        tool.reports(resolves("disk", 1)).await;
        assert_eq!(alerts(world), ["disk resolved 1", "disk resolved 1"]);

        // The cycles of Datadog have IDs of their own.
        let tool = sender(world, SourceKind::Datadog).await;
        tool.reports(fires("cpu", 1)).await;
        tool.reports(resolves("cpu", 1)).await;
        world.advance(2 * 60).await;
        let late = tool.reports(fires("cpu", 1)).await;
        assert_eq!(late, "Alerts: 1 ignored (of a cycle that had ended).");
    });
}
