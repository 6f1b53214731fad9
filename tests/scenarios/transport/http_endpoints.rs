//! The HTTP transport: signatures, responses to invalid requests, and the health and metrics endpoints.

use std::net::SocketAddr;

use muster_sandbox::signature;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::harness::prelude::*;

/// The submission of a declaration modal, as Slack would send it.
const DECLARE_SUBMISSION: &str = r#"{"type":"view_submission","user":{"id":"U0ALICE0001"},"view":{"id":"V1","callback_id":"declare","private_metadata":"","blocks":[],"state":{"values":{"title":{"title":{"type":"plain_text_input","value":"Checkout"}},"severity":{"severity":{"type":"static_select","selected_option":{"value":"UNKNOWN"}}},"commander":{"commander":{"type":"users_select","selected_user":"U0ALICE0001"}}}}}}"#;

/// How long a signature is valid, in seconds.
const SIGNATURE_MAX_AGE_SECONDS: i64 = 300;

/// The time and the signature in the headers of a request.
type TimedSignature = (i64, String);

const PATHS: [&str; 3] = ["/slack/commands", "/slack/interactions", "/slack/events"];

#[test]
fn request_with_invalid_signature_gets_401() {
    over_http(async |world, _| {
        let body = declare_form_body();
        let (_, good) = sign_at(world, 0, &body);
        let forged = forged_signatures(world, &body);
        for path in PATHS {
            for (what, signed) in &forged {
                let response = post(world, path, signed.as_ref(), body.clone()).await;
                assert_eq!(response, (401, String::new()), "{path}: {what}");
            }
        }
        let warned = world.log.take_warnings();
        assert_eq!(warned.len(), PATHS.len() * forged.len());
        let is_rejected = |entry: &String| entry.starts_with("A request was rejected: ");
        assert!(warned.iter().all(is_rejected), "{warned:#?}");
        assert!(
            warned.iter().all(|entry| !entry.contains(&good)),
            "the signature must not be logged"
        );
        assert_nothing_stored(world).await;
    });
}

#[test]
fn request_with_valid_signature_is_accepted_at_both_limits_of_its_age() {
    over_http(async |world, _| {
        let body = declare_form_body();
        for seconds in [-SIGNATURE_MAX_AGE_SECONDS, SIGNATURE_MAX_AGE_SECONDS] {
            let response = post(
                world,
                PATHS[1],
                Some(&sign_at(world, seconds, &body)),
                body.clone(),
            )
            .await;
            assert_eq!(response, (200, String::new()));
        }
        assert_eq!(
            count_incidents(world).await,
            1,
            "the same submission twice declares one incident"
        );
        read_declaration(world).await;
    });
}

#[test]
fn body_over_1_mib_is_rejected() {
    over_http(async |world, _| {
        let padding = "a".repeat(1024 * 1024);
        let body = format!("{}&padding={padding}", declare_form_body());
        for path in PATHS {
            let response = post(world, path, Some(&sign_at(world, 0, &body)), body.clone()).await;
            assert_eq!(response, (413, String::new()), "{path}");
            let response = post_chunked(world, path, &body).await;
            assert!(response.starts_with("HTTP/1.1 413"), "{path}: {response}");
        }
        let warned = world.log.take_warnings();
        assert_eq!(warned.len(), 2 * PATHS.len());
        let expected = "The body of a request could not be received";
        assert!(warned.iter().all(|entry| entry == expected), "{warned:#?}");
        assert_nothing_stored(world).await;
    });
}

#[test]
fn body_of_almost_1_mib_is_accepted() {
    over_http(async |world, _| {
        let padding = "a".repeat(1024 * 1024 - 2_000);
        let body = format!("{}&padding={padding}", declare_form_body());
        let response = post(
            world,
            PATHS[1],
            Some(&sign_at(world, 0, &body)),
            body.clone(),
        )
        .await;
        assert_eq!(response, (200, String::new()));
        let response = post_chunked(world, PATHS[1], &body).await;
        assert!(response.starts_with("HTTP/1.1 200"), "{response}");
        assert_eq!(count_incidents(world).await, 1);
        read_declaration(world).await;
    });
}

#[test]
fn malformed_signed_request_gets_400() {
    over_http(async |world, _| {
        let broken = [
            (PATHS[0], "text=help"),
            (PATHS[0], ""),
            (PATHS[1], "payload=%7B%22type%22%3A"),
            (PATHS[1], "payload="),
            (PATHS[1], "other=%7B%7D"),
            (PATHS[2], "{\"type\":"),
            (PATHS[2], ""),
        ];
        for (path, body) in broken {
            let response = post(world, path, Some(&sign_at(world, 0, body)), body.to_owned()).await;
            assert_eq!(response, (400, String::new()), "{path}: {body}");
        }
        let warned = world.log.take_warnings();
        let expected = "A signed request could not be parsed and was ignored";
        assert_eq!(warned, [expected; 7]);
        assert_nothing_stored(world).await;
    });
}

#[test]
fn unknown_request_types_are_acknowledged() {
    over_http(async |world, _| {
        let unknown = [
            (PATHS[0], "ssl_check=1&token=x"),
            (PATHS[1], "ssl_check=1&token=x"),
            (PATHS[1], "payload=%7B%22type%22%3A%22brand_new%22%7D"),
            (
                PATHS[1],
                "payload=%7B%22type%22%3A%22shortcut%22%2C%22callback_id%22%3A%22x%22%7D",
            ),
            (PATHS[1], "payload=%5B1%2C2%5D"),
            (PATHS[2], r#"{"type":"brand_new"}"#),
            (
                PATHS[2],
                r#"{"type":"event_callback","event_id":"Ev1","event":{"type":"brand_new"}}"#,
            ),
            (PATHS[2], "[]"),
        ];
        for (path, body) in unknown {
            let response = post(world, path, Some(&sign_at(world, 0, body)), body.to_owned()).await;
            assert_eq!(response, (200, String::new()), "{path}: {body}");
        }
        let challenge = r#"{"type":"url_verification","challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"}"#;
        let response = post(
            world,
            PATHS[2],
            Some(&sign_at(world, 0, challenge)),
            challenge.to_owned(),
        )
        .await;
        assert_eq!(
            response,
            (
                200,
                "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P".to_owned()
            )
        );
        assert_nothing_stored(world).await;
    });
}

#[test]
fn status_pages_report_readiness() {
    over_http(async |world, _| {
        let (status, page) = world.get_page("/").await;
        assert!(status == 200 && page.contains("<h1>Sign in</h1>"), "{page}");
        assert_eq!(world.get_page("/healthz").await, (200, "ok".to_owned()));

        let (status, page) = world.get_page("/readyz").await;
        assert_eq!(status, 200);
        let channel = world.slack.channel("incidents").unwrap();
        let ready: serde_json::Value = serde_json::from_str(&page).unwrap();
        let expected = serde_json::json!({
            "ready": true,
            "store": { "ok": true, "message": "Database writable." },
            "slack": { "ok": true, "message": "Slack responding." },
            "socket_mode": { "ok": true, "message": "Not configured (SLACK_APP_TOKEN isn't set)." },
            "worker": { "ok": true, "message": "Worker running." },
            "announcements_channel": { "ok": true, "message": format!("Announcing in {channel}.") },
            "mail": { "ok": true, "message": format!("Mail goes to {}.", world.slack.smtp_address()) },
        });
        assert_eq!(ready, expected);
    });
}

/// Counters after an outage, with their lowest values.
const METRICS_AFTER_OUTAGE: [(&str, f64); 8] = [
    (
        "muster_requests_total{transport=\"http\",kind=\"command\",outcome=\"answered\"}",
        3.0,
    ),
    (
        "muster_requests_total{transport=\"http\",kind=\"view_submission\",outcome=\"answered\"}",
        3.0,
    ),
    (
        "muster_request_seconds_count{transport=\"http\",kind=\"view_submission\"}",
        3.0,
    ),
    (
        "muster_deliveries_total{kind=\"create_channel\",outcome=\"done\"}",
        2.0,
    ),
    (
        "muster_deliveries_total{kind=\"create_channel\",outcome=\"retried\"}",
        1.0,
    ),
    (
        "muster_deliveries_total{kind=\"upsert_announcement\",outcome=\"done\"}",
        3.0,
    ),
    (
        "muster_slack_call_seconds_count{method=\"conversations.create\",outcome=\"ok\"}",
        2.0,
    ),
    (
        "muster_slack_call_seconds_count{method=\"conversations.create\",outcome=\"failed\"}",
        1.0,
    ),
];

/// Returns the metrics of active and of resolved incidents.
fn incident_counts(page: &str) -> [f64; 2] {
    ["active", "resolved"]
        .map(|status| metric_value(page, &format!("muster_incidents{{status=\"{status}\"}}")))
}

#[test]
fn metrics_count_queued_and_finished_deliveries() {
    incident_over_http(async |world, channel, [alice, ..]| {
        let slack = &world.slack;
        alice
            .types("#general", "/datadog incident new Search is slow")
            .await;
        slack.start_outage(muster_sandbox::Outage::Status(503));
        alice.submits(&[]).await;
        world.advance(90).await;
        let page = get_metrics(world).await;
        assert!(metric_value(&page, "muster_outbox_depth") >= 2.0, "{page}");
        let oldest = metric_value(&page, "muster_outbox_oldest_seconds");
        assert!((90.0..110.0).contains(&oldest), "{oldest}");
        assert_eq!(incident_counts(&page), [2.0, 0.0]);

        slack.end_outage();
        world.deliver_all_advancing().await;
        alice.types(channel, "/datadog incident update").await;
        alice.submits(&[RESOLVED]).await;
        world.deliver_all_advancing().await;
        let page = get_metrics(world).await;
        for (entry, at_least) in METRICS_AFTER_OUTAGE {
            assert!(metric_value(&page, entry) >= at_least, "{entry} in\n{page}");
        }
        assert_eq!(metric_value(&page, "muster_outbox_depth"), 0.0);
        assert_eq!(metric_value(&page, "muster_outbox_oldest_seconds"), 0.0);
        assert_eq!(incident_counts(&page), [1.0, 1.0]);
        read_everything(world);
        world.expects_warning("Slack isn't responding;");
    });
}

fn declare_form_body() -> String {
    let mut url = reqwest::Url::parse("http://form/").unwrap();
    url.query_pairs_mut()
        .append_pair("payload", DECLARE_SUBMISSION);
    url.query().unwrap().to_owned()
}

/// Returns Slack's signature for the body, with a timestamp that differs by `seconds` from now.
fn sign_at(world: &World, seconds: i64, body: &str) -> TimedSignature {
    let at = world.now() / 1000 + seconds;
    (at, signature(&world.slack.signing_secret(), at, body))
}

/// Returns invalid signatures of the body, each with its description. `None` is a request without one.
fn forged_signatures(world: &World, body: &str) -> [(&'static str, Option<TimedSignature>); 9] {
    let secret = world.slack.signing_secret();
    let now = world.now() / 1000;
    let good = signature(&secret, now, body);
    let expired = sign_at(world, -SIGNATURE_MAX_AGE_SECONDS - 1, body);
    let future = sign_at(world, SIGNATURE_MAX_AGE_SECONDS + 1, body);
    let other_secret = signature("another", now, body);
    let other_body = signature(&secret, now, "text=help");
    [
        ("no signature", None),
        ("another secret", Some((now, other_secret))),
        ("another body", Some((now, other_body))),
        ("another time", Some((now + 1, good.clone()))),
        ("too old", Some(expired)),
        ("from the future", Some(future)),
        ("another version", Some((now, good.replace("v0=", "v1=")))),
        ("cut", Some((now, good[..40].to_owned()))),
        ("empty", Some((now, String::new()))),
    ]
}

/// Posts a body to the bot. Returns the status and the body of the response.
async fn post(
    world: &World,
    path: &str,
    signed: Option<&TimedSignature>,
    body: String,
) -> (u16, String) {
    let url = format!("{}{path}", world.base_url.borrow());
    let mut request = reqwest::Client::new().post(url).body(body);
    if let Some((at, signature)) = signed {
        request = request
            .header("x-slack-request-timestamp", *at)
            .header("x-slack-signature", signature);
    }
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

/// Posts a signed body without a content length. Returns the whole response.
async fn post_chunked(world: &World, path: &str, body: &str) -> String {
    let address: SocketAddr = world.base_url.borrow()["http://".len()..].parse().unwrap();
    let (at, signature) = sign_at(world, 0, body);
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: muster\r\nconnection: close\r\n\
         x-slack-request-timestamp: {at}\r\nx-slack-signature: {signature}\r\n\
         transfer-encoding: chunked\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    for chunk in body.as_bytes().chunks(4096) {
        let size = format!("{:x}\r\n", chunk.len());
        stream.write_all(size.as_bytes()).await.unwrap();
        stream.write_all(chunk).await.unwrap();
        stream.write_all(b"\r\n").await.unwrap();
    }
    stream.write_all(b"0\r\n\r\n").await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    response
}

async fn assert_nothing_stored(world: &World) {
    world.deliver_all().await;
    assert_eq!(count_incidents(world).await, 0);
    let ours = world
        .slack
        .channel_names()
        .into_iter()
        .filter(|name| name.starts_with("incident-"));
    assert_eq!(ours.collect::<Vec<_>>(), [""; 0]);
}

async fn count_incidents(world: &World) -> i64 {
    let counted = world.store().await.count_by_status().await.unwrap();
    counted.into_iter().map(|(_, count)| count).sum()
}

/// Reads all messages about the incident that the hand-made submission declared.
async fn read_declaration(world: &World) {
    world.deliver_all_advancing().await;
    read_everything(world);
}

fn read_everything(world: &World) {
    for channel in world.slack.channel_names() {
        world.unread(&channel);
        for message in world.slack.messages(&channel) {
            world.unread_replies(&channel, &message.ts);
        }
    }
    world.unread_ephemerals("alice");
    // A user who declares outside a channel receives a direct message.
    world.user("alice").reads_direct_messages();
}

async fn get_metrics(world: &World) -> String {
    let (status, page) = world.get_page("/metrics").await;
    assert_eq!(status, 200);
    page
}

/// Returns the value of a metric, 0 if the page does not contain it.
fn metric_value(page: &str, name: &str) -> f64 {
    let mut lines = page
        .lines()
        .filter_map(|entry| entry.strip_prefix(name)?.strip_prefix(' '));
    lines.next().map_or(0.0, |value| value.parse().unwrap())
}
