//! Tests of the formats, with the requests in `fixtures/alerts`.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::Severity;

macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!("../../../fixtures/alerts/", $name, ".json"))
    };
}

fn labels(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn link(name: &str, url: &str) -> AlertLink {
    AlertLink {
        name: name.to_owned(),
        url: url.to_owned(),
    }
}

fn time(text: &str) -> Option<Timestamp> {
    Some(text.parse().unwrap())
}

#[test]
fn alertmanager_reports_all_alerts_of_a_group() {
    let batch = read_alertmanager(fixture!("alertmanager")).unwrap();
    assert_eq!(batch.omitted, 3);
    let [firing, resolved] = batch.alerts.try_into().unwrap();
    let pairs = [
        ("alertname", "HighErrorRate"),
        ("pod", "checkout-1"),
        ("service", "checkout"),
        ("severity", "critical"),
    ];
    let expected = Alert {
        key: "9f3a6c1d2e4b5a60".to_owned(),
        occurrence: Some("9f3a6c1d2e4b5a60 2026-11-23T14:02:11.120Z".to_owned()),
        status: AlertStatus::Firing,
        title: "21 % of checkouts fail".to_owned(),
        description: "Since the deploy of 14:00.".to_owned(),
        severity: "critical".to_owned(),
        labels: labels(&pairs),
        links: vec![
            link("Query", "http://prometheus.example/graph?g0.expr=errors"),
            link("Runbook", "https://wiki.example/errors"),
            link("Alerts", "http://alertmanager.example:9093"),
        ],
        image: None,
        group: Some("{}:{alertname=\"HighErrorRate\"}".to_owned()),
        started_at: time("2026-11-23T14:02:11.120Z"),
        ended_at: None,
    };
    assert_eq!(firing, expected);
    assert_eq!(resolved.status, AlertStatus::Resolved);
    assert_eq!(resolved.title, "HighErrorRate");
    assert_eq!(resolved.ended_at, time("2026-11-23T14:01:30Z"));
}

#[test]
fn alerts_without_fingerprints_are_identified_by_their_labels() {
    let body = |pod: &str| {
        let alert = json!({ "labels": { "alertname": "A", "pod": pod } });
        json!({ "alerts": [alert] }).to_string()
    };
    let key = |pod: &str| {
        let batch = read_alertmanager(body(pod).as_bytes()).unwrap();
        batch.alerts[0].key.clone()
    };
    assert_eq!(key("a"), key("a"));
    assert_ne!(key("a"), key("b"));
    let without_labels =
        r#"{"alerts":[{"annotations":{"summary":"a"}},{"annotations":{"summary":"b"}},{}]}"#;
    let alerts = read_alertmanager(without_labels.as_bytes()).unwrap().alerts;
    assert_ne!(alerts[0].key, alerts[1].key);
    assert_ne!(alerts[1].key, alerts[2].key);
}

#[test]
fn long_keys_and_groups_that_differ_at_their_end_are_distinct() {
    let body = |end: &str| {
        let long = format!("{}{end}", "x".repeat(2_000));
        json!({ "title": "a", "key": long, "group": long }).to_string()
    };
    let read = |end: &str| {
        let batch = read_generic(body(end).as_bytes()).unwrap();
        let alert = batch.alerts[0].clone();
        (alert.key, alert.group.unwrap())
    };
    let (first, second) = (read("1"), read("2"));
    assert!(first.0 != second.0 && first.1 != second.1);
    assert_eq!(read("1"), first);
    assert!(first.0.len() < 200 && first.1.len() < 200);
}

#[test]
fn times_that_cannot_be_stored_count_as_missing() {
    let started_at = |value: Value| {
        let body = json!({ "title": "a", "started_at": value }).to_string();
        read_generic(body.as_bytes()).unwrap().alerts[0].started_at
    };
    for value in [
        json!(9_999_999_999_999_999_i64),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(-1),
        json!(0),
        json!("+12345-01-01T00:00:00+0000"),
        json!("0001-01-01T00:00:00Z"),
        json!("yesterday"),
        json!(1e300),
    ] {
        assert_eq!(started_at(value.clone()), None, "{value}");
    }
    let expected = time("2026-11-23T14:05:00Z");
    for value in [
        json!(1_795_442_700),
        json!(1_795_442_700.75),
        json!(1_795_442_700_000_i64),
        json!("1795442700"),
    ] {
        assert_eq!(started_at(value.clone()), expected, "{value}");
    }
    let last = time("9999-12-31T23:59:59Z");
    assert_eq!(started_at(json!("9999-12-31T23:59:59Z")), last);
}

#[test]
fn grafana_has_links_to_panel_dashboard_and_silence() {
    let batch = read_alertmanager(fixture!("grafana")).unwrap();
    let [alert] = batch.alerts.try_into().unwrap();
    assert_eq!(alert.title, "p99 is 4 s");
    let names: Vec<_> = alert.links.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["Panel", "Dashboard", "Query", "Silence", "Alerts"]);
    let image = "https://grafana.example/render/4.png";
    assert_eq!(alert.image.as_deref(), Some(image));
    assert_eq!(alert.started_at, time("2026-11-23T13:02:00Z"));
}

#[test]
fn datadog_monitors_are_identified_by_monitor_and_scope() {
    let batch = read_datadog(fixture!("datadog")).unwrap();
    let [alert] = batch.alerts.clone().try_into().unwrap();
    assert_eq!(alert.occurrence.as_deref(), Some("9012345678901234567"));
    assert_eq!(alert.status, AlertStatus::Firing);
    assert_eq!(alert.title, "[Triggered] Checkout latency is high");
    let tags = [("canary", ""), ("env", "prod"), ("service", "checkout")];
    assert_eq!(alert.labels, labels(&tags));
    assert_eq!(alert.image, None);
    assert_eq!(alert.group.as_deref(), Some("b2c3"));
    assert_eq!(alert.started_at, time("2026-11-23T14:02:11Z"));
    let mut body: Value = serde_json::from_slice(fixture!("datadog")).unwrap();
    body["transition"] = json!("Recovered");
    let recovered = read_datadog(body.to_string().as_bytes()).unwrap();
    assert_eq!(recovered.alerts[0].status, AlertStatus::Resolved);
    assert_eq!(recovered.alerts[0].key, alert.key);
    body["scope"] = json!("service:cart");
    let other = read_datadog(body.to_string().as_bytes()).unwrap();
    assert_ne!(other.alerts[0].key, alert.key);
}

#[test]
fn pagerduty_events_keep_their_deduplication_key() {
    let event = read_pagerduty(fixture!("pagerduty"), "new").unwrap();
    assert_eq!(event.key, "checkout/errors");
    let [alert] = event.batch.alerts.try_into().unwrap();
    assert_eq!(alert.title, "Checkout error rate is 21 %");
    let details = [
        ("component", "checkout"),
        ("rate", "0.21"),
        ("source", "prometheus-eu"),
    ];
    assert_eq!(alert.labels, labels(&details));
    assert_eq!(
        alert.links,
        [
            link("Graph", "https://grafana.example/d/1"),
            link("Source", "http://prometheus.example/")
        ]
    );
    assert_eq!(alert.started_at, time("2026-11-23T14:02:11Z"));
    let payload = json!({ "summary": "a", "source": "b", "severity": "info" });
    let trigger = json!({ "routing_key": "r", "event_action": "trigger", "payload": payload });
    let event = read_pagerduty(trigger.to_string().as_bytes(), "new").unwrap();
    assert_eq!(event.key, "new");
    let resolve = json!({ "routing_key": "r", "event_action": "resolve", "dedup_key": "new" });
    let event = read_pagerduty(resolve.to_string().as_bytes(), "other").unwrap();
    assert_eq!(event.batch.alerts[0].status, AlertStatus::Resolved);
    assert_eq!(event.key, "new");
}

#[test]
fn wrong_pagerduty_events_are_rejected_by_name() {
    let rejected = |body: Value| {
        let error = read_pagerduty(body.to_string().as_bytes(), "new");
        error.unwrap_err().0
    };
    assert_eq!(
        rejected(json!({ "event_action": "fire" })),
        "event_action must be trigger, acknowledge or resolve."
    );
    assert_eq!(
        rejected(json!({ "event_action": "resolve" })),
        "dedup_key is missing; only a trigger may omit it."
    );
    assert_eq!(
        rejected(json!({ "event_action": "trigger" })),
        "payload is missing."
    );
    let payload = json!({ "summary": "a", "severity": "info" });
    assert_eq!(
        rejected(json!({ "event_action": "trigger", "payload": payload })),
        "payload.source is missing."
    );
}

#[test]
fn resolving_a_sentry_issue_ends_the_alert_about_its_event() {
    let fired = read_sentry("event_alert", fixture!("sentry-event-alert")).unwrap();
    let resolved = read_sentry("issue", fixture!("sentry-issue")).unwrap();
    let (fired, resolved) = (&fired.alerts[0], &resolved.alerts[0]);
    assert_eq!(fired.key, resolved.key);
    assert_eq!(fired.status, AlertStatus::Firing);
    assert_eq!(resolved.status, AlertStatus::Resolved);
    assert_eq!(fired.title, "KeyError: 'price'");
    assert_eq!(fired.description, "Errors in checkout");
    let without_id = br#"{"action":"triggered","data":{"event":{"title":"a"}}}"#;
    let error = read_sentry("event_alert", without_id).unwrap_err().0;
    assert!(error.starts_with("The body has no data.event.issue_id"));
    let comment = read_sentry("comment", b"{}").unwrap();
    assert_eq!(comment, AlertBatch::default());
}

#[test]
fn cloudwatch_alarms_arrive_in_sns_messages() {
    let message = SnsMessage::try_from(fixture!("sns-cloudwatch").as_slice()).unwrap();
    let batch = read_sns_message(&message).unwrap();
    let [alert] = batch.alerts.try_into().unwrap();
    assert_eq!(alert.title, "api-5xx");
    assert_eq!(alert.status, AlertStatus::Firing);
    assert_eq!(alert.description, "Threshold crossed: 21 > 5.");
    assert_eq!(
        alert.key,
        "arn:aws:cloudwatch:eu-west-1:000000000000:alarm:api-5xx"
    );
    assert_eq!(alert.labels["ApiName"], "checkout");
    assert_eq!(alert.started_at, time("2026-11-23T14:02:11Z"));
    let with_state = |state: &str| {
        let text = message
            .message
            .replace("\"ALARM\"", &format!("\"{state}\""));
        let message = SnsMessage {
            message: text,
            ..message.clone()
        };
        read_sns_message(&message).unwrap().alerts[0].status
    };
    assert_eq!(with_state("OK"), AlertStatus::Resolved);
    assert_eq!(with_state("INSUFFICIENT_DATA"), AlertStatus::Noted);
    let text = SnsMessage {
        subject: String::new(),
        message: "The cluster restarts.\nSee the console.".to_owned(),
        ..message.clone()
    };
    let batch = read_sns_message(&text).unwrap();
    assert_eq!(batch.alerts[0].title, "The cluster restarts.");
}

#[test]
fn generic_alerts_have_one_shape_in_two_spellings() {
    let batch = read_generic(fixture!("generic")).unwrap();
    let [backup, disk] = batch.alerts.try_into().unwrap();
    assert_eq!(backup.key, "backup/nightly");
    assert_eq!(backup.links, [link("Source", "https://ci.example/77")]);
    assert_eq!(disk.title, "Disk is full");
    assert_eq!(disk.description, "db-1");
    assert_eq!(disk.status, AlertStatus::Resolved);
    let error = read_generic(br#"[{"title":"a"},{}]"#).unwrap_err().0;
    assert_eq!(error, "Alert 2 has no \"title\". Nothing was stored.");
}

#[test]
fn mapping_finds_alerts_in_any_shape() {
    let mapping = FieldMapping {
        each: "/checks".to_owned(),
        title: vec!["/message".to_owned(), "/name".to_owned()],
        status: vec!["/state".to_owned()],
        resolved: vec!["green".to_owned()],
        labels: [("host".to_owned(), "/host/name".to_owned())].into(),
        ..FieldMapping::default()
    };
    let body = json!({ "checks": [
        { "name": "ping", "state": "GREEN", "host": { "name": "db-1" } },
        { "name": "ping", "message": "No answer", "state": "red", "host": { "name": "db-2" } },
    ] });
    let batch = read_mapped(body.to_string().as_bytes(), &mapping).unwrap();
    let [green, red] = batch.alerts.try_into().unwrap();
    assert_eq!(green.status, AlertStatus::Resolved);
    assert_eq!(green.labels, labels(&[("host", "db-1")]));
    assert_eq!(red.title, "No answer");
    assert_eq!(red.status, AlertStatus::Firing);
    let error = read_mapped(b"{}", &mapping).unwrap_err().0;
    assert_eq!(error, "There's no list at /checks.");
}

#[test]
fn texts_of_alerts_are_limited_and_in_one_line() {
    let long = "x".repeat(100_000);
    let body = json!({
        "title": format!("\u{0}<!channel>\n{long}"),
        "description": long,
        "url": "javascript:alert(1)",
        "labels": { "__proto__": "a\nb", "long": long },
    });
    let batch = read_generic(body.to_string().as_bytes()).unwrap();
    let alert = &batch.alerts[0];
    assert!(alert.title.starts_with("<!channel> xxx"));
    assert_eq!(alert.title.chars().count(), 250);
    assert_eq!(alert.description.chars().count(), 8_192);
    assert_eq!(alert.links, []);
    assert_eq!(alert.labels["__proto__"], "a b");
    assert_eq!(alert.labels["long"].chars().count(), 1_024);
}

#[test]
fn request_with_too_many_alerts_is_rejected() {
    let alerts = vec![json!({ "title": "a" }); MAX_ALERTS + 1];
    let error = read_generic(json!(alerts).to_string().as_bytes());
    let expected = "The request has 10001 alerts, and 10000 is the maximum.";
    assert_eq!(error.unwrap_err().0, expected);
}

#[test]
fn sev_1_is_never_suggested() {
    assert_eq!(suggested_severity("critical"), Severity::Sev2);
    assert_eq!(suggested_severity(" P3 "), Severity::Sev4);
    assert_eq!(suggested_severity("sev-1"), Severity::Unknown);
    assert_eq!(suggested_severity(""), Severity::Unknown);
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_rejected(body in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = read_alertmanager(&body);
        let _ = read_datadog(&body);
        let _ = read_pagerduty(&body, "new");
        let _ = read_sentry("issue", &body);
        let _ = read_generic(&body);
        let _ = SnsMessage::try_from(body.as_slice());
    }

    #[test]
    fn any_title_is_one_line_within_the_limit(title in ".{0,600}") {
        let body = json!({ "title": title, "labels": { "a": title } });
        match read_generic(body.to_string().as_bytes()) {
            Ok(batch) => {
                let alert = &batch.alerts[0];
                prop_assert!(!alert.title.is_empty());
                prop_assert!(crate::text::length(&alert.title) <= 250);
                prop_assert!(!alert.title.contains(['\n', '\r']));
            }
            Err(error) => prop_assert!(error.0.contains("no \"title\"")),
        }
    }
}
