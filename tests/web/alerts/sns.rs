//! Messages of AWS SNS: their signature, age and address of the certificate.

use muster_domain::alert::SourceKind;
use serde_json::{Value, json};

use super::intake_scenario;
use super::{IntakeResponse, Sender, alerts, rows};
use crate::harness::world::World;
use crate::support::sns::{SnsServer, notification, sign};

/// A time within the last hour of the scenario.
pub(super) const RECENT: &str = "2026-11-23T14:04:59.000Z";

/// Restarts the bot with a stand-in for SNS.
pub(super) async fn restarts_with_sns(world: &World) -> SnsServer {
    let server = SnsServer::start().await;
    world.stop().await;
    *world.sns_url.borrow_mut() = server.base_url.clone();
    world.start().await;
    server
}

fn alarm(state: &str) -> String {
    json!({
        "AlarmName": "api-5xx", "AlarmArn": "arn:aws:cloudwatch:eu-west-1:000000000000:alarm:api-5xx",
        "NewStateValue": state, "StateChangeTime": "2026-11-23T14:02:11.000+0000",
    })
    .to_string()
}

async fn sends(tool: &Sender<'_>, message: &Value) -> IntakeResponse {
    let headers = [
        ("x-amz-sns-message-type", "Notification"),
        ("content-type", "text/plain; charset=UTF-8"),
    ];
    tool.sends_with(&headers, message.to_string()).await
}

#[test]
fn cloudwatch_alarm_fires_and_resolves_with_one_fetch_of_the_certificate() {
    intake_scenario(async |world, _| {
        let server = restarts_with_sns(world).await;
        let tool = Sender::new(world, SourceKind::Sns).await;
        let mut messages = Vec::new();
        for (id, state) in [("m1", "ALARM"), ("m2", "INSUFFICIENT_DATA"), ("m3", "OK")] {
            let mut message = notification(id, &alarm(state), RECENT);
            message["Subject"] = format!("{state}: \"api-5xx\"").into();
            messages.push(sign(message));
        }
        for _ in 0..50 {
            assert_eq!(sends(&tool, &messages[0]).await.status, 200);
        }
        assert_eq!(alerts(world), ["api-5xx firing 1"]);
        sends(&tool, &messages[1]).await;
        assert_eq!(alerts(world), ["api-5xx firing 1"]);
        sends(&tool, &messages[2]).await;
        assert_eq!(alerts(world), ["api-5xx resolved 1"]);
        assert_eq!(server.take_requests(), ["/certificate.pem"]);
    });
}

#[test]
fn signature_of_version_1_is_accepted() {
    intake_scenario(async |world, _| {
        restarts_with_sns(world).await;
        let tool = Sender::new(world, SourceKind::Sns).await;
        let message = include_str!("../../../fixtures/alerts/sns/signed-with-sha1.json");
        assert_eq!(tool.sends(message).await.status, 200);
        assert_eq!(alerts(world), ["Disk is full firing 1"]);
        let changed = tool
            .sends(message.replace("Disk is full", "Disk is fine"))
            .await;
        assert_eq!(changed.status, 400);
    });
}

#[test]
fn certificates_of_other_hosts_are_not_requested() {
    intake_scenario(async |world, _| {
        let server = restarts_with_sns(world).await;
        let tool = Sender::new(world, SourceKind::Sns).await;
        for url in [
            "https://evil.example/certificate.pem",
            "http://sns.eu-west-1.amazonaws.com/certificate.pem",
            "https://sns.evil.amazonaws.com.example/certificate.pem",
            "https://sns.eu-west-1.amazonaws.com:8443/certificate.pem",
            "https://sns.eu-west-1.amazonaws.com/certificate",
            "",
        ] {
            let mut message = sign(notification("m1", &alarm("ALARM"), RECENT));
            message["SigningCertURL"] = url.into();
            let response = sends(&tool, &message).await;
            assert_eq!(response.status, 400, "{url}");
            let reason = "Its SigningCertURL isn't an address of SNS, so nothing was requested.";
            assert_eq!(response.message(), reason);
            assert_eq!(tool.outcomes(1).await, [reason]);
        }
        assert!(server.take_requests().is_empty());
        assert!(alerts(world).is_empty());
    });
}

#[test]
fn file_that_is_no_certificate_is_rejected_and_redirects_are_not_followed() {
    intake_scenario(async |world, _| {
        let server = restarts_with_sns(world).await;
        let tool = Sender::new(world, SourceKind::Sns).await;
        for (file, reason) in [
            (
                "text.pem",
                "The file at its SigningCertURL isn't a certificate.",
            ),
            (
                "moved.pem",
                "sns.eu-west-1.amazonaws.com answered 303 See Other.",
            ),
            (
                "missing.pem",
                "sns.eu-west-1.amazonaws.com answered 404 Not Found.",
            ),
        ] {
            let mut message = sign(notification("m1", &alarm("ALARM"), RECENT));
            message["SigningCertURL"] =
                format!("https://sns.eu-west-1.amazonaws.com/{file}").into();
            let response = sends(&tool, &message).await;
            assert_eq!((response.status, response.message()), (400, reason));
        }
        assert!(server.take_requests().is_empty(), "no redirect is followed");
        assert!(alerts(world).is_empty());
    });
}

#[test]
fn changed_messages_are_rejected() {
    intake_scenario(async |world, _| {
        restarts_with_sns(world).await;
        let tool = Sender::new(world, SourceKind::Sns).await;
        for (member, value) in [
            ("Message", alarm("OK")),
            ("MessageId", "m2".to_owned()),
            ("Subject", "added".to_owned()),
            (
                "TopicArn",
                "arn:aws:sns:eu-west-1:000000000000:other".to_owned(),
            ),
            ("Timestamp", "2026-11-23T14:04:58.000Z".to_owned()),
        ] {
            let mut message = sign(notification("m1", &alarm("ALARM"), RECENT));
            message[member] = value.into();
            let response = sends(&tool, &message).await;
            assert_eq!(response.status, 400, "{member}");
            assert!(
                response.message().starts_with("Its signature is invalid"),
                "{response:?}"
            );
        }
        assert!(alerts(world).is_empty());
    });
}

#[test]
fn old_raw_and_unsigned_messages_are_rejected() {
    intake_scenario(async |world, _| {
        restarts_with_sns(world).await;
        let tool = Sender::new(world, SourceKind::Sns).await;
        for timestamp in ["2026-11-23T13:04:59.000Z", "2026-11-23T15:05:01.000Z"] {
            let message = sign(notification("m1", &alarm("ALARM"), timestamp));
            let response = sends(&tool, &message).await;
            assert_eq!(response.status, 400);
            assert!(
                response.message().contains("more than an hour off"),
                "{response:?}"
            );
        }
        let raw = [("x-amz-sns-rawdelivery", "true")];
        let response = tool.sends_with(&raw, alarm("ALARM")).await;
        assert_eq!(response.status, 400);
        assert!(
            response
                .message()
                .starts_with("The message was delivered raw")
        );
        for (version, signature) in [("3", "AAAA"), ("2", "?"), ("2", "AAAA")] {
            let mut message = sign(notification("m1", &alarm("ALARM"), RECENT));
            message["SignatureVersion"] = version.into();
            message["Signature"] = signature.into();
            assert_eq!(sends(&tool, &message).await.status, 400);
        }
        assert!(alerts(world).is_empty());
    });
}

#[test]
fn sns_tries_again_while_the_certificate_cannot_be_fetched() {
    intake_scenario(async |world, _| {
        let server = restarts_with_sns(world).await;
        let tool = Sender::new(world, SourceKind::Sns).await;
        let message = sign(notification("m1", &alarm("ALARM"), RECENT));
        server.goes_down();
        let response = sends(&tool, &message).await;
        assert_eq!(response.status, 503);
        world.log.accept("SNS can't be reached:");
        assert!(alerts(world).is_empty());
        server.recovers();
        assert_eq!(sends(&tool, &message).await.status, 200);
        assert_eq!(alerts(world), ["api-5xx firing 1"]);
    });
}

#[test]
fn text_message_fires_with_its_subject_as_the_title() {
    intake_scenario(async |world, _| {
        restarts_with_sns(world).await;
        let tool = Sender::new(world, SourceKind::Sns).await;
        let mut message = notification("m1", "The budget is exceeded.\nDetails follow.", RECENT);
        sends(&tool, &sign(message.clone())).await;
        message["Subject"] = "AWS Budgets".into();
        message["MessageId"] = "m2".into();
        sends(&tool, &sign(message)).await;
        let titles = rows(world, "SELECT title FROM alerts ORDER BY id");
        assert_eq!(titles, ["The budget is exceeded.", "AWS Budgets"]);
    });
}
