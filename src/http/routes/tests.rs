//! Tests of the HTTP server on a real port: accepted requests, and the responses to all others.
#![allow(clippy::unwrap_used)]

use std::net::SocketAddr;

use reqwest::Response as ApiResponse;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use super::*;
use crate::app::{self, AnnouncementsChannel, AppConfig, SlackState};
use crate::clock::Clock;
use crate::config::MailConfig;
use crate::domain::Timestamp;
use crate::http::{serve, signature::signed_headers};
use crate::slack::client::SlackApi;
use crate::store::Store;

const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
const NOW: i64 = 1_795_447_205;
const FORM: &str = "application/x-www-form-urlencoded";

/// An app that serves HTTP, with its own store and a clock that does not advance.
struct TestServer {
    address: SocketAddr,
    app: App,
    stop: CancellationToken,
    server_task: tokio::task::JoinHandle<()>,
    _folder: tempfile::TempDir,
}

impl TestServer {
    async fn start(secret: Option<&str>) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("incidents.db")).unwrap();
        // Nothing listens on this port, so a call to Slack fails immediately.
        let slack = SlackApi::new("http://127.0.0.1:9/api", "xoxb-test").unwrap();
        let clock = Clock::from_fn(|| Timestamp::from_epoch_seconds(NOW).to_datetime());
        let config = AppConfig {
            command: "/datadog".to_owned(),
            incidents_channel: Some("incidents".to_owned()),
            public_url: None,
            mail: MailConfig::local(&folder.path().join("incidents.db")),
        };
        let app = App::new(store, slack, clock, config);
        let router = router(HttpState::new(app.clone(), secret.map(Secret::new)));
        let router = router.route(
            "/panics",
            get(panicking_handler).layer(CatchPanicLayer::custom(panic_response)),
        );
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let served = tokio::spawn(serve(listener, router, stop.clone()));
        Self {
            address,
            app,
            stop,
            server_task: served,
            _folder: folder,
        }
    }

    /// Makes all health checks pass. Returns the app's state, so that a test can change it.
    fn set_healthy(&self) -> &app::AppState {
        let (state, now) = (&self.app.state, Timestamp::from_epoch_seconds(NOW));
        state.set_slack(SlackState::Up);
        state.set_last_response_at(now);
        state.set_polled_at(now);
        state
    }

    async fn get(&self, path: &str) -> ApiResponse {
        reqwest::get(format!("http://{}{path}", self.address))
            .await
            .unwrap()
    }

    async fn post(
        &self,
        path: &str,
        headers: &[(&str, String)],
        body: impl Into<Vec<u8>>,
    ) -> ApiResponse {
        let url = format!("http://{}{path}", self.address);
        let mut request = reqwest::Client::new().post(url).body(body.into());
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        request.send().await.unwrap()
    }

    /// Posts a body with a valid signature.
    async fn post_signed(&self, path: &str, body: &[u8]) -> ApiResponse {
        let headers = signed_headers(SECRET, Timestamp::from_epoch_seconds(NOW), body);
        self.post(path, &headers, body).await
    }
}

async fn panicking_handler() -> StatusCode {
    assert_eq!(1, 2, "this handler panics on purpose");
    StatusCode::OK
}

#[tokio::test]
async fn requests_without_a_valid_signature_are_rejected() {
    let server = TestServer::start(Some(SECRET)).await;
    let body = b"command=%2Fdatadog&text=help&user_id=U1&channel_id=C1";
    for path in ["/slack/commands", "/slack/interactions", "/slack/events"] {
        let old = signed_headers(SECRET, Timestamp::from_epoch_seconds(NOW - 301), body);
        let other = signed_headers("another", Timestamp::from_epoch_seconds(NOW), body);
        for headers in [&old[..], &other[..], &[]] {
            let response = server.post(path, headers, *body).await;
            assert_eq!(response.status(), 401, "{path}");
            assert_eq!(response.text().await.unwrap(), "", "{path}");
        }
    }
    assert_eq!(
        server.post_signed("/slack/commands", body).await.status(),
        200
    );
}

#[tokio::test]
async fn every_request_is_rejected_without_a_signing_secret() {
    let server = TestServer::start(None).await;
    let body = b"command=%2Fdatadog&text=help";
    for secret in [SECRET, ""] {
        let headers = signed_headers(secret, Timestamp::from_epoch_seconds(NOW), body);
        let response = server.post("/slack/commands", &headers, *body).await;
        assert_eq!(response.status(), 401);
    }
}

#[tokio::test]
async fn malformed_body_returns_400_only_when_signed() {
    let server = TestServer::start(Some(SECRET)).await;
    for (path, body) in [
        ("/slack/commands", &b""[..]),
        ("/slack/commands", b"text=help"),
        ("/slack/commands", b"{\"command\":\"/datadog\"}"),
        ("/slack/interactions", b"payload=%7Bbroken"),
        ("/slack/interactions", b"other=%7B%7D"),
        ("/slack/events", b"{broken"),
        ("/slack/events", b"\xff\xfe"),
    ] {
        let content = String::from_utf8_lossy(body);
        assert_eq!(
            server.post_signed(path, body).await.status(),
            400,
            "{path} {content}"
        );
        let unsigned = server.post(path, &[], body).await;
        assert_eq!(unsigned.status(), 401, "{path} {content}");
    }
}

#[tokio::test]
async fn unknown_payload_is_acknowledged() {
    let server = TestServer::start(Some(SECRET)).await;
    for (path, body) in [
        ("/slack/commands", &b"ssl_check=1&token=x"[..]),
        ("/slack/commands", b"command=%2Fdatadog&text=%ff%zz+100%"),
        (
            "/slack/interactions",
            b"payload=%7B%22type%22%3A%22brand_new%22%7D",
        ),
        ("/slack/events", b"{\"type\":\"brand_new\"}"),
    ] {
        let content = String::from_utf8_lossy(body);
        assert_eq!(
            server.post_signed(path, body).await.status(),
            200,
            "{path} {content}"
        );
    }
}

#[tokio::test]
async fn oversized_body_is_rejected_with_or_without_content_length() {
    let server = TestServer::start(Some(SECRET)).await;
    let body = vec![b'a'; 1024 * 1024 + 1];
    let announced = server.post_signed("/slack/events", &body).await;
    assert_eq!(announced.status(), 413);
    let largest = [&b"command=%2Fdatadog&text="[..], &body[..1024 * 1024 - 24]].concat();
    assert_eq!(largest.len(), 1024 * 1024);
    assert_eq!(
        server
            .post_signed("/slack/commands", &largest)
            .await
            .status(),
        200
    );

    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let head = "POST /slack/events HTTP/1.1\r\nhost: muster\r\nconnection: close\r\n\
                transfer-encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    for _ in 0..129 {
        stream.write_all(b"2000\r\n").await.unwrap();
        stream.write_all(&body[..0x2000]).await.unwrap();
        stream.write_all(b"\r\n").await.unwrap();
    }
    stream.write_all(b"0\r\n\r\n").await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    assert!(response.starts_with("HTTP/1.1 413"), "{response}");
}

#[tokio::test]
async fn panic_returns_500_without_details() {
    let server = TestServer::start(Some(SECRET)).await;
    let response = server.get("/panics").await;
    assert_eq!(response.status(), 500);
    assert_eq!(response.text().await.unwrap(), "");
    assert_eq!(server.get("/healthz").await.status(), 200);
}

#[tokio::test]
async fn readyz_reports_errors_with_instructions() {
    let server = TestServer::start(Some(SECRET)).await;
    assert_eq!(server.get("/healthz").await.text().await.unwrap(), "ok");

    let response = server.get("/readyz").await;
    assert_eq!(response.status(), 503);
    let content: serde_json::Value = response.json().await.unwrap();
    let goes = |part: &str| content[part]["ok"] == true;
    assert!(goes("store") && goes("announcements_channel"), "{content}");
    assert!(!goes("slack") && !goes("worker"), "{content}");
    let slack = content["slack"]["message"].as_str().unwrap();
    assert!(slack.contains("SLACK_API_URL"), "{slack}");

    let state = server.set_healthy();
    state.set_polled_at(Timestamp::from_epoch_seconds(NOW - 60));
    assert_eq!(server.get("/readyz").await.status(), 200);
    state.set_polled_at(Timestamp::from_epoch_seconds(NOW - 61));
    assert_eq!(server.get("/readyz").await.status(), 503);
    state.set_polled_at(Timestamp::from_epoch_seconds(NOW));
    state.set_announcements_channel(AnnouncementsChannel::Missing("Invite the bot.".to_owned()));
    let response = server.get("/readyz").await;
    assert_eq!(response.status(), 503);
    assert!(response.text().await.unwrap().contains("Invite the bot."));
}

#[tokio::test]
async fn readyz_probes_slack_when_the_last_response_is_old() {
    let server = TestServer::start(Some(SECRET)).await;
    let state = server.set_healthy();
    state.set_last_response_at(Timestamp::from_epoch_seconds(NOW - 300));
    assert_eq!(server.get("/readyz").await.status(), 200);
    state.set_last_response_at(Timestamp::from_epoch_seconds(NOW - 301));
    let response = server.get("/readyz").await;
    assert_eq!(response.status(), 503, "Slack is down");
    assert!(response.text().await.unwrap().contains("SLACK_API_URL"));
    assert_eq!(
        state.slack(),
        SlackState::Unknown,
        "only the worker records it"
    );
}

#[tokio::test]
async fn readyz_fails_when_socket_mode_is_disconnected_for_a_minute() {
    let server = TestServer::start(Some(SECRET)).await;
    let state = server.set_healthy();
    let is_ready = async || server.get("/readyz").await.status() == 200;
    state.socket_started(Timestamp::from_epoch_seconds(NOW - 60));
    assert!(is_ready().await, "connecting");
    state.socket_started(Timestamp::from_epoch_seconds(NOW - 61));
    state.socket_failed("Slack does not take SLACK_APP_TOKEN (it says `invalid_auth`)");
    let response = server.get("/readyz").await;
    assert_eq!(response.status(), 503);
    let content: serde_json::Value = response.json().await.unwrap();
    assert_eq!(
        content["socket_mode"]["message"],
        "Socket Mode has been disconnected for 61 s, so no requests from Slack arrive: Slack does not \
         take SLACK_APP_TOKEN (it says `invalid_auth`). Check SLACK_APP_TOKEN, that Socket Mode is \
         on in the app's settings, and the network connection to Slack. Muster reconnects automatically."
    );
    state.socket_opened();
    state.socket_opened();
    assert!(is_ready().await);
    state.socket_closed(Timestamp::from_epoch_seconds(NOW - 120));
    assert!(is_ready().await, "one is open");
    state.socket_closed(Timestamp::from_epoch_seconds(NOW - 120));
    assert!(!is_ready().await);
}

#[tokio::test]
async fn metrics_count_requests_and_queued_deliveries() {
    let server = TestServer::start(Some(SECRET)).await;
    server.post("/slack/events", &[], "{}").await;
    server
        .post_signed("/slack/commands", b"command=%2Fdatadog&text=help")
        .await;
    let response = server.get("/metrics").await;
    assert_eq!(response.status(), 200);
    let page = response.text().await.unwrap();
    for row in [
        "muster_requests_total{transport=\"http\",kind=\"event\",outcome=\"unsigned\"}",
        "muster_requests_total{transport=\"http\",kind=\"command\",outcome=\"answered\"}",
        "muster_request_seconds_bucket{transport=\"http\",kind=\"command\",le=\"3\"}",
        "muster_outbox_depth 0",
        "muster_outbox_oldest_seconds 0",
        "muster_incidents{status=\"active\"} 0",
        "# HELP muster_outbox_depth ",
    ] {
        assert!(page.contains(row), "{row} in\n{page}");
    }
}

#[tokio::test]
async fn shutdown_closes_the_port_and_finishes_open_requests() {
    let server = TestServer::start(Some(SECRET)).await;
    let body = b"command=%2Fdatadog&text=help";
    let [(timestamp, at), (signature, signed)] =
        signed_headers(SECRET, Timestamp::from_epoch_seconds(NOW), body);
    let mut under_way = TcpStream::connect(server.address).await.unwrap();
    let head = format!(
        "POST /slack/commands HTTP/1.1\r\nhost: muster\r\ncontent-type: {FORM}\r\n\
         {timestamp}: {at}\r\n{signature}: {signed}\r\ncontent-length: {}\r\n\
         expect: 100-continue\r\n\r\n",
        body.len()
    );
    under_way.write_all(head.as_bytes()).await.unwrap();
    // The server requests the body, so it has received the headers.
    let mut interim = [0; 25];
    under_way.read_exact(&mut interim).await.unwrap();
    assert!(interim.starts_with(b"HTTP/1.1 100"));

    server.stop.cancel();
    while TcpStream::connect(server.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    under_way.write_all(body).await.unwrap();
    let mut response = String::new();
    under_way.read_to_string(&mut response).await.unwrap();
    assert!(response.starts_with("HTTP/1.1 200"), "{response}");
    server.server_task.await.unwrap();
}

#[tokio::test]
async fn unknown_paths_and_methods_are_rejected() {
    let server = TestServer::start(Some(SECRET)).await;
    assert_eq!(server.get("/slack/commands").await.status(), 405);
    assert_eq!(server.get("/nowhere").await.status(), 404);
    let page = server.get("/").await;
    assert_eq!(page.url().path(), "/sign-in");
}
