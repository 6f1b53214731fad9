//! Sources whose requests are signed with a secret.

use hmac::{Hmac, KeyInit, Mac};
use muster::secret::Secret;
use muster_domain::alert::SourceKind;
use sha2::Sha256;

use super::intake_scenario;
use super::{Sender, alerts, request};
use crate::harness::world::World;

const SECRET: &str = "s3cret";

async fn signed_source(world: &World, kind: SourceKind) -> Sender<'_> {
    let mut request = request(kind);
    request.secret = Secret::new(SECRET);
    Sender::with_request(world, request).await
}

fn sign(secret: &str, text: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    let digits = mac.finalize().into_bytes();
    digits.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn grafana_with_a_secret_must_sign() {
    intake_scenario(async |world, _| {
        let tool = signed_source(world, SourceKind::Grafana).await;
        let body = include_str!("../../../fixtures/alerts/grafana.json");
        const HEADER: &str = "X-Grafana-Alerting-Signature";
        let unsigned = tool.sends(body).await;
        assert_eq!(unsigned.status, 400);
        assert!(
            unsigned
                .message()
                .contains("x-grafana-alerting-signature is missing")
        );
        for signature in [sign("other", body), sign(SECRET, &format!("{body} "))] {
            let response = tool.sends_with(&[(HEADER, &signature)], body).await;
            assert_eq!(response.status, 400);
            assert!(response.message().contains("doesn't match"), "{response:?}");
        }
        assert!(alerts(world).is_empty());
        let signature = sign(SECRET, body);
        let response = tool.sends_with(&[(HEADER, &signature)], body).await;
        assert_eq!(response.status, 202);
        let at = (world.now() / 1000 - 301).to_string();
        let old = sign(SECRET, &format!("{at}:{body}"));
        let headers = [
            (HEADER, old.as_str()),
            ("X-Grafana-Alerting-Timestamp", &at),
        ];
        let response = tool.sends_with(&headers, body).await;
        assert!(response.message().contains("301 s off"), "{response:?}");
    });
}

#[test]
fn sentry_with_a_secret_must_sign() {
    intake_scenario(async |world, _| {
        let tool = signed_source(world, SourceKind::Sentry).await;
        let body = include_str!("../../../fixtures/alerts/sentry-event-alert.json");
        let resource = ("Sentry-Hook-Resource", "event_alert");
        assert_eq!(tool.sends_with(&[resource], body).await.status, 400);
        assert!(alerts(world).is_empty());
        let signature = sign(SECRET, body);
        let headers = [resource, ("Sentry-Hook-Signature", &signature)];
        assert_eq!(tool.sends_with(&headers, body).await.status, 202);
        assert_eq!(alerts(world), ["KeyError: 'price' firing 1"]);
    });
}
