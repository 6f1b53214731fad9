//! Tokens: where they may be, and what a wrong one gets.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use muster::store::{IdempotencyKey, SourceAction};
use muster_domain::alert::SourceKind;
use muster_domain::{Timestamp, UserId};
use reqwest::Method;

use super::intake_scenario;
use super::{Sender, alerts, receive, request_to};

const BODY: &str = r#"{"title":"disk","alerts":[]}"#;

#[test]
fn token_is_accepted_in_the_path_and_in_both_headers() {
    intake_scenario(async |world, _| {
        let tool = Sender::new(world, SourceKind::Json).await;
        let basic = STANDARD.encode(format!("muster:{}", tool.token));
        for authorization in [format!("Bearer {}", tool.token), format!("Basic {basic}")] {
            let request = request_to(world, Method::POST, "/alerts/json");
            let request = request.header("authorization", authorization).body(BODY);
            assert_eq!(receive(request).await.status, 202);
        }
        let put = request_to(world, Method::PUT, &tool.path()).body(BODY);
        assert_eq!(receive(put).await.status, 202);
        assert_eq!(alerts(world), ["disk firing 3"]);
        let log = world.log.everything();
        assert!(!log.contains(&tool.token), "{log}");
    });
}

#[test]
fn unknown_tokens_and_those_of_other_sources_do_not_exist() {
    intake_scenario(async |world, _| {
        let tool = Sender::new(world, SourceKind::Alertmanager).await;
        let wrong = "0".repeat(32);
        for path in [
            format!("/alerts/alertmanager/{wrong}"),
            format!("/alerts/grafana/{}", tool.token),
            format!("/alerts/pagerduty/{}", tool.token),
            format!("/alerts/nagios/{}", tool.token),
            "/alerts/alertmanager".to_owned(),
            "/alerts/nagios".to_owned(),
        ] {
            let response = receive(request_to(world, Method::POST, &path).body(BODY)).await;
            assert_eq!(response.status, 404, "{path}");
        }
        assert!(tool.outcomes(10).await.is_empty());
        assert_eq!(tool.sends(BODY).await.status, 202);
    });
}

#[test]
fn revoked_source_does_not_exist() {
    intake_scenario(async |world, _| {
        let tool = Sender::new(world, SourceKind::Json).await;
        assert_eq!(tool.sends(BODY).await.status, 202);
        let store = world.store().await;
        let key = IdempotencyKey::web(&UserId::from("U0ALICE0001"), "revoke");
        let now = Timestamp::from_epoch_millis(world.now());
        let revoking = store.change_alert_source(key, 1, SourceAction::Revoke, now);
        revoking.await.unwrap();
        assert_eq!(tool.sends(BODY).await.status, 404);
        assert_eq!(alerts(world), ["disk firing 1"]);
    });
}

#[test]
fn other_methods_are_not_allowed() {
    intake_scenario(async |world, _| {
        let tool = Sender::new(world, SourceKind::Json).await;
        for method in [Method::GET, Method::DELETE] {
            let request = request_to(world, method, &tool.path());
            assert_eq!(request.send().await.unwrap().status(), 405);
        }
    });
}
