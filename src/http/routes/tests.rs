//! The HTTP door over a real port: what is let in, and how the rest is answered.
#![allow(clippy::unwrap_used)]

use std::net::SocketAddr;

use reqwest::Response as Answer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use super::*;
use crate::bot::{self, GlobalChannel, Settings, SlackState};
use crate::clock::Clock;
use crate::domain::Moment;
use crate::http::{serve, signature::signed};
use crate::slack::client::SlackApi;
use crate::store::Store;

const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
const NOW: i64 = 1_795_447_205;
const FORM: &str = "application/x-www-form-urlencoded";

/// A bot that listens, on a store of its own, with a clock that stands still.
struct House {
    address: SocketAddr,
    bot: Bot,
    stop: CancellationToken,
    served: tokio::task::JoinHandle<()>,
    _folder: tempfile::TempDir,
}

impl House {
    async fn open(secret: Option<&str>) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("incidents.db")).unwrap();
        // Nothing listens there: a call to Slack fails at once.
        let slack = SlackApi::new("http://127.0.0.1:9/api", "xoxb-test").unwrap();
        let clock = Clock::set_by(|| Moment::from_epoch_seconds(NOW).time());
        let settings = Settings {
            command: "/datadog".to_owned(),
            incidents_channel: Some("incidents".to_owned()),
        };
        let bot = Bot::new(store, slack, clock, settings);
        let router = router(Front::new(bot.clone(), secret.map(Secret::new)));
        let router = router.route(
            "/panics",
            get(panics).layer(CatchPanicLayer::custom(broke_off)),
        );
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let served = tokio::spawn(serve(listener, router, stop.clone()));
        Self {
            address,
            bot,
            stop,
            served,
            _folder: folder,
        }
    }

    /// Lets all be well; gives what the bot knows of itself, to change that.
    fn is_well(&self) -> &bot::State {
        let (state, now) = (&self.bot.state, Moment::from_epoch_seconds(NOW));
        state.set_slack(SlackState::Reached);
        state.set_heard_at(now);
        state.set_turned_at(now);
        state
    }

    async fn get(&self, path: &str) -> Answer {
        reqwest::get(format!("http://{}{path}", self.address))
            .await
            .unwrap()
    }

    async fn post(
        &self,
        path: &str,
        headers: &[(&str, String)],
        body: impl Into<Vec<u8>>,
    ) -> Answer {
        let url = format!("http://{}{path}", self.address);
        let mut request = reqwest::Client::new().post(url).body(body.into());
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        request.send().await.unwrap()
    }

    /// Posts what Slack signed.
    async fn slack(&self, path: &str, body: &[u8]) -> Answer {
        let headers = signed(SECRET, Moment::from_epoch_seconds(NOW), body);
        self.post(path, &headers, body).await
    }
}

async fn panics() -> StatusCode {
    assert_eq!(1, 2, "this test breaks off on purpose");
    StatusCode::OK
}

#[tokio::test]
async fn what_slack_signed_is_let_in_and_nothing_else() {
    let house = House::open(Some(SECRET)).await;
    let body = b"command=%2Fdatadog&text=help&user_id=U1&channel_id=C1";
    for path in ["/slack/commands", "/slack/interactions", "/slack/events"] {
        let old = signed(SECRET, Moment::from_epoch_seconds(NOW - 301), body);
        let other = signed("another", Moment::from_epoch_seconds(NOW), body);
        for headers in [&old[..], &other[..], &[]] {
            let answer = house.post(path, headers, *body).await;
            assert_eq!(answer.status(), 401, "{path}");
            assert_eq!(answer.text().await.unwrap(), "", "{path}");
        }
    }
    assert_eq!(house.slack("/slack/commands", body).await.status(), 200);
}

#[tokio::test]
async fn without_a_signing_secret_nobody_is_let_in() {
    let house = House::open(None).await;
    let body = b"command=%2Fdatadog&text=help";
    for secret in [SECRET, ""] {
        let headers = signed(secret, Moment::from_epoch_seconds(NOW), body);
        let answer = house.post("/slack/commands", &headers, *body).await;
        assert_eq!(answer.status(), 401);
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_only_to_slack_itself() {
    let house = House::open(Some(SECRET)).await;
    for (path, body) in [
        ("/slack/commands", &b""[..]),
        ("/slack/commands", b"text=help"),
        ("/slack/commands", b"{\"command\":\"/datadog\"}"),
        ("/slack/interactions", b"payload=%7Bbroken"),
        ("/slack/interactions", b"other=%7B%7D"),
        ("/slack/events", b"{broken"),
        ("/slack/events", b"\xff\xfe"),
    ] {
        let said = String::from_utf8_lossy(body);
        assert_eq!(house.slack(path, body).await.status(), 400, "{path} {said}");
        let unsigned = house.post(path, &[], body).await;
        assert_eq!(unsigned.status(), 401, "{path} {said}");
    }
}

#[tokio::test]
async fn what_is_unknown_is_acknowledged() {
    let house = House::open(Some(SECRET)).await;
    for (path, body) in [
        ("/slack/commands", &b"ssl_check=1&token=x"[..]),
        ("/slack/commands", b"command=%2Fdatadog&text=%ff%zz+100%"),
        (
            "/slack/interactions",
            b"payload=%7B%22type%22%3A%22brand_new%22%7D",
        ),
        ("/slack/events", b"{\"type\":\"brand_new\"}"),
    ] {
        let said = String::from_utf8_lossy(body);
        assert_eq!(house.slack(path, body).await.status(), 200, "{path} {said}");
    }
}

#[tokio::test]
async fn a_huge_body_is_refused_however_it_comes() {
    let house = House::open(Some(SECRET)).await;
    let body = vec![b'a'; 64 * 1024 + 1];
    let announced = house.slack("/slack/events", &body).await;
    assert_eq!(announced.status(), 413);
    let largest = [&b"command=%2Fdatadog&text="[..], &body[..64 * 1024 - 24]].concat();
    assert_eq!(largest.len(), 64 * 1024);
    assert_eq!(house.slack("/slack/commands", &largest).await.status(), 200);

    let mut stream = TcpStream::connect(house.address).await.unwrap();
    let head = "POST /slack/events HTTP/1.1\r\nhost: muster\r\nconnection: close\r\n\
                transfer-encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    for _ in 0..9 {
        stream.write_all(b"2000\r\n").await.unwrap();
        stream.write_all(&body[..0x2000]).await.unwrap();
        stream.write_all(b"\r\n").await.unwrap();
    }
    stream.write_all(b"0\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
}

#[tokio::test]
async fn a_fault_of_ours_is_an_answer_without_a_trace() {
    let house = House::open(Some(SECRET)).await;
    let answer = house.get("/panics").await;
    assert_eq!(answer.status(), 500);
    assert_eq!(answer.text().await.unwrap(), "");
    assert_eq!(house.get("/healthz").await.status(), 200);
}

#[tokio::test]
async fn readiness_says_what_is_wrong_and_what_to_do() {
    let house = House::open(Some(SECRET)).await;
    assert_eq!(house.get("/healthz").await.text().await.unwrap(), "ok");

    let answer = house.get("/readyz").await;
    assert_eq!(answer.status(), 503);
    let said: serde_json::Value = answer.json().await.unwrap();
    let goes = |part: &str| said[part]["ok"] == true;
    assert!(goes("store") && goes("global_channel"), "{said}");
    assert!(!goes("slack") && !goes("worker"), "{said}");
    let slack = said["slack"]["says"].as_str().unwrap();
    assert!(slack.contains("SLACK_API_URL"), "{slack}");

    let state = house.is_well();
    state.set_turned_at(Moment::from_epoch_seconds(NOW - 60));
    assert_eq!(house.get("/readyz").await.status(), 200);
    state.set_turned_at(Moment::from_epoch_seconds(NOW - 61));
    assert_eq!(house.get("/readyz").await.status(), 503);
    state.set_turned_at(Moment::from_epoch_seconds(NOW));
    state.set_global(GlobalChannel::Missing("Invite the bot.".to_owned()));
    let answer = house.get("/readyz").await;
    assert_eq!(answer.status(), 503);
    assert!(answer.text().await.unwrap().contains("Invite the bot."));
}

#[tokio::test]
async fn what_slack_said_long_ago_is_asked_anew() {
    let house = House::open(Some(SECRET)).await;
    let state = house.is_well();
    state.set_heard_at(Moment::from_epoch_seconds(NOW - 300));
    assert_eq!(house.get("/readyz").await.status(), 200);
    state.set_heard_at(Moment::from_epoch_seconds(NOW - 301));
    let answer = house.get("/readyz").await;
    assert_eq!(answer.status(), 503, "nobody is there");
    assert!(answer.text().await.unwrap().contains("SLACK_API_URL"));
    assert_eq!(
        state.slack(),
        SlackState::Unknown,
        "the worker asks by itself"
    );
}

#[tokio::test]
async fn socket_mode_that_is_long_without_a_connection_is_said_with_what_to_do() {
    let house = House::open(Some(SECRET)).await;
    let state = house.is_well();
    let is_ready = async || house.get("/readyz").await.status() == 200;
    state.socket_begins(Moment::from_epoch_seconds(NOW - 60));
    assert!(is_ready().await, "it still connects");
    state.socket_begins(Moment::from_epoch_seconds(NOW - 61));
    state.socket_failed("Slack does not take SLACK_APP_TOKEN (it says `invalid_auth`)");
    let answer = house.get("/readyz").await;
    assert_eq!(answer.status(), 503);
    let said: serde_json::Value = answer.json().await.unwrap();
    assert_eq!(
        said["socket_mode"]["says"],
        "Socket Mode has not been connected for 61 s, so nothing that people do in Slack arrives: Slack \
         does not take SLACK_APP_TOKEN (it says `invalid_auth`). Check SLACK_APP_TOKEN, that Socket \
         Mode is switched on in the app’s settings, and the network between here and Slack; it connects \
         by itself then."
    );
    state.socket_opened();
    state.socket_opened();
    assert!(is_ready().await);
    state.socket_closed(Moment::from_epoch_seconds(NOW - 120));
    assert!(is_ready().await, "one is open");
    state.socket_closed(Moment::from_epoch_seconds(NOW - 120));
    assert!(!is_ready().await);
}

#[tokio::test]
async fn requests_and_what_is_owed_are_counted() {
    let house = House::open(Some(SECRET)).await;
    house.post("/slack/events", &[], "{}").await;
    house
        .slack("/slack/commands", b"command=%2Fdatadog&text=help")
        .await;
    let answer = house.get("/metrics").await;
    assert_eq!(answer.status(), 200);
    let page = answer.text().await.unwrap();
    for line in [
        "muster_requests_total{door=\"http\",kind=\"event\",outcome=\"unsigned\"}",
        "muster_requests_total{door=\"http\",kind=\"command\",outcome=\"answered\"}",
        "muster_request_seconds_bucket{door=\"http\",kind=\"command\",le=\"3\"}",
        "muster_outbox_depth 0",
        "muster_outbox_oldest_seconds 0",
        "muster_incidents{status=\"active\"} 0",
        "# HELP muster_outbox_depth Deliveries that wait",
    ] {
        assert!(page.contains(line), "{line} in\n{page}");
    }
}

#[tokio::test]
async fn the_port_closes_and_the_requests_under_way_are_finished() {
    let house = House::open(Some(SECRET)).await;
    let body = b"command=%2Fdatadog&text=help";
    let [(timestamp, at), (signature, signed)] =
        signed(SECRET, Moment::from_epoch_seconds(NOW), body);
    let mut under_way = TcpStream::connect(house.address).await.unwrap();
    let head = format!(
        "POST /slack/commands HTTP/1.1\r\nhost: muster\r\ncontent-type: {FORM}\r\n\
         {timestamp}: {at}\r\n{signature}: {signed}\r\ncontent-length: {}\r\n\
         expect: 100-continue\r\n\r\n",
        body.len()
    );
    under_way.write_all(head.as_bytes()).await.unwrap();
    // The server asks for the body, so it has the request in hand.
    let mut interim = [0; 25];
    under_way.read_exact(&mut interim).await.unwrap();
    assert!(interim.starts_with(b"HTTP/1.1 100"));

    house.stop.cancel();
    while TcpStream::connect(house.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    under_way.write_all(body).await.unwrap();
    let mut answer = String::new();
    under_way.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    house.served.await.unwrap();
}

#[tokio::test]
async fn other_paths_and_methods_are_refused() {
    let house = House::open(Some(SECRET)).await;
    assert_eq!(house.get("/slack/commands").await.status(), 405);
    assert_eq!(house.get("/nowhere").await.status(), 404);
    let page = house.get("/").await.text().await.unwrap();
    assert!(
        page.starts_with("Muster ") && page.lines().count() == 1,
        "{page}"
    );
}
