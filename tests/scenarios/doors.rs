//! The HTTP door: who is let in, what everybody else gets, and what the bot says of itself.

use std::net::SocketAddr;

use muster::sandbox::signature;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::world::{World, over_http};

/// A form that declares an incident, as Slack would send it.
const DECLARES: &str = r#"{"type":"view_submission","user":{"id":"U0ALICE0001"},"view":{"id":"V1","callback_id":"declare","private_metadata":"","blocks":[],"state":{"values":{"title":{"title":{"type":"plain_text_input","value":"Checkout"}},"severity":{"severity":{"type":"static_select","selected_option":{"value":"UNKNOWN"}}},"commander":{"commander":{"type":"users_select","selected_user":"U0ALICE0001"}}}}}}"#;

/// How long a signature is good, in seconds.
const GOOD_FOR: i64 = 300;

const PATHS: [&str; 3] = ["/slack/commands", "/slack/interactions", "/slack/events"];

#[tokio::test]
async fn who_is_not_slack_gets_401_and_nothing_else() {
    over_http(async |world| {
        let body = declaration();
        let secret = world.slack.signing_secret();
        let now = world.now() / 1000;
        let good = signature(&secret, now, &body);
        let forged = [
            ("no signature", None),
            (
                "another secret",
                Some((now, signature("another", now, &body))),
            ),
            (
                "another body",
                Some((now, signature(&secret, now, "text=help"))),
            ),
            ("another time", Some((now + 1, good.clone()))),
            ("too old", Some(at(world, -GOOD_FOR - 1, &body))),
            ("from the future", Some(at(world, GOOD_FOR + 1, &body))),
            ("another version", Some((now, good.replace("v0=", "v1=")))),
            ("cut", Some((now, good[..40].to_owned()))),
            ("empty", Some((now, String::new()))),
        ];
        for path in PATHS {
            for (what, signed) in &forged {
                let answer = posts(world, path, signed.as_ref(), body.clone()).await;
                assert_eq!(answer, (401, String::new()), "{path}: {what}");
            }
        }
        let warned = world.log.take();
        assert_eq!(warned.len(), PATHS.len() * forged.len());
        let turned_away = |line: &String| line.starts_with("A request was turned away: ");
        assert!(warned.iter().all(turned_away), "{warned:#?}");
        assert!(
            warned.iter().all(|line| !line.contains(&good)),
            "no signature is logged"
        );
        nothing_is_stored(world).await;

        // The very same request with a good signature is let in, at the edge of its time too.
        for seconds in [-GOOD_FOR, GOOD_FOR] {
            let answer = posts(
                world,
                PATHS[1],
                Some(&at(world, seconds, &body)),
                body.clone(),
            )
            .await;
            assert_eq!(answer, (200, String::new()));
        }
        assert_eq!(
            incidents(world).await,
            1,
            "the same form twice is one incident"
        );
        reads_declaration(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_body_over_64_kib_is_refused_however_it_comes() {
    over_http(async |world| {
        let padding = "a".repeat(64 * 1024);
        let body = format!("{}&padding={padding}", declaration());
        for path in PATHS {
            let answer = posts(world, path, Some(&at(world, 0, &body)), body.clone()).await;
            assert_eq!(answer, (413, String::new()), "{path}");
            let answer = posts_in_chunks(world, path, &body).await;
            assert!(answer.starts_with("HTTP/1.1 413"), "{path}: {answer}");
        }
        let warned = world.log.take();
        assert_eq!(warned.len(), 2 * PATHS.len());
        let expected = "The body of a request could not be taken in";
        assert!(warned.iter().all(|line| line == expected), "{warned:#?}");
        nothing_is_stored(world).await;
    })
    .await;
}

#[tokio::test]
async fn what_slack_signed_and_nobody_can_read_gets_400() {
    over_http(async |world| {
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
            let answer = posts(world, path, Some(&at(world, 0, body)), body.to_owned()).await;
            assert_eq!(answer, (400, String::new()), "{path}: {body}");
        }
        let warned = world.log.take();
        let expected = "A signed request could not be read, so nothing was done";
        assert_eq!(warned, [expected; 7]);
        nothing_is_stored(world).await;
    })
    .await;
}

#[tokio::test]
async fn what_slack_thinks_of_next_is_acknowledged() {
    over_http(async |world| {
        let unknown = [
            (PATHS[0], "ssl_check=1&token=x"),
            (PATHS[1], "ssl_check=1&token=x"),
            (PATHS[1], "payload=%7B%22type%22%3A%22brand_new%22%7D"),
            (PATHS[1], "payload=%7B%22type%22%3A%22shortcut%22%2C%22callback_id%22%3A%22x%22%7D"),
            (PATHS[1], "payload=%5B1%2C2%5D"),
            (PATHS[2], r#"{"type":"brand_new"}"#),
            (PATHS[2], r#"{"type":"event_callback","event_id":"Ev1","event":{"type":"brand_new"}}"#),
            (PATHS[2], "[]"),
        ];
        for (path, body) in unknown {
            let answer = posts(world, path, Some(&at(world, 0, body)), body.to_owned()).await;
            assert_eq!(answer, (200, String::new()), "{path}: {body}");
        }
        let challenge = r#"{"type":"url_verification","challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"}"#;
        let answer = posts(world, PATHS[2], Some(&at(world, 0, challenge)), challenge.to_owned()).await;
        assert_eq!(answer, (200, "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P".to_owned()));
        nothing_is_stored(world).await;
    })
    .await;
}

#[tokio::test]
async fn the_bot_says_how_it_goes() {
    over_http(async |world| {
        let (status, page) = world.gets("/").await;
        assert_eq!((status, page.lines().count()), (200, 1), "{page}");
        assert!(page.starts_with("Muster "), "{page}");
        assert_eq!(world.gets("/healthz").await, (200, "ok".to_owned()));

        let (status, page) = world.gets("/readyz").await;
        assert_eq!(status, 200);
        let channel = world.slack.channel("incidents").unwrap();
        let ready: serde_json::Value = serde_json::from_str(&page).unwrap();
        let expected = serde_json::json!({
            "ready": true,
            "store": { "ok": true, "says": "The store can be written." },
            "slack": { "ok": true, "says": "Slack answers." },
            "socket_mode": { "ok": true, "says": "It is not used: SLACK_APP_TOKEN is not set." },
            "worker": { "ok": true, "says": "The worker moves." },
            "global_channel": { "ok": true, "says": format!("Announcements go to {channel}.") },
        });
        assert_eq!(ready, expected);
    })
    .await;
}

#[tokio::test]
async fn what_is_owed_and_what_was_done_is_counted() {
    over_http(async |world| {
        let alice = world.person("alice");
        let told = alice.declares("Checkout is slow").await;
        alice.says("#general", "/datadog incident Search is slow").await;
        world.slack.goes_down(muster::sandbox::Down::Status(503));
        alice.submits(&[]).await;
        world.leaps(90).await;
        let page = counts(world).await;
        assert!(value(&page, "muster_outbox_depth") >= 2.0, "{page}");
        let oldest = value(&page, "muster_outbox_oldest_seconds");
        assert!((90.0..110.0).contains(&oldest), "{oldest}");
        assert_eq!(value(&page, "muster_incidents{status=\"active\"}"), 2.0);
        assert_eq!(value(&page, "muster_incidents{status=\"resolved\"}"), 0.0);

        world.slack.comes_back();
        world.catches_up().await;
        alice.says(&told.channel, "/datadog incident update").await;
        alice.submits(&[("Status", "RESOLVED")]).await;
        world.catches_up().await;
        let page = counts(world).await;
        for (line, at_least) in [
            ("muster_requests_total{door=\"http\",kind=\"command\",outcome=\"answered\"}", 3.0),
            ("muster_requests_total{door=\"http\",kind=\"view_submission\",outcome=\"answered\"}", 3.0),
            ("muster_request_seconds_count{door=\"http\",kind=\"view_submission\"}", 3.0),
            ("muster_deliveries_total{kind=\"open_channel\",outcome=\"done\"}", 2.0),
            ("muster_deliveries_total{kind=\"open_channel\",outcome=\"again\"}", 1.0),
            ("muster_deliveries_total{kind=\"show_card\",outcome=\"done\"}", 3.0),
            ("muster_slack_call_seconds_count{method=\"conversations.create\",outcome=\"ok\"}", 2.0),
            ("muster_slack_call_seconds_count{method=\"conversations.create\",outcome=\"failed\"}", 1.0),
        ] {
            assert!(value(&page, line) >= at_least, "{line} in\n{page}");
        }
        assert_eq!(value(&page, "muster_outbox_depth"), 0.0);
        assert_eq!(value(&page, "muster_outbox_oldest_seconds"), 0.0);
        assert_eq!(value(&page, "muster_incidents{status=\"active\"}"), 1.0);
        assert_eq!(value(&page, "muster_incidents{status=\"resolved\"}"), 1.0);
        reads_everything(world);
        world.log.take();
    })
    .await;
}

fn declaration() -> String {
    let mut url = reqwest::Url::parse("http://form/").unwrap();
    url.query_pairs_mut().append_pair("payload", DECLARES);
    url.query().unwrap().to_owned()
}

/// Gives a signature of Slack's that was made some seconds from now.
fn at(world: &World, seconds: i64, body: &str) -> (i64, String) {
    let at = world.now() / 1000 + seconds;
    (at, signature(&world.slack.signing_secret(), at, body))
}

/// Posts a body to the bot; gives the status and the text of its answer.
async fn posts(
    world: &World,
    path: &str,
    signed: Option<&(i64, String)>,
    body: String,
) -> (u16, String) {
    let url = format!("{}{path}", world.site.borrow());
    let mut request = reqwest::Client::new().post(url).body(body);
    if let Some((at, signature)) = signed {
        request = request
            .header("x-slack-request-timestamp", *at)
            .header("x-slack-signature", signature);
    }
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// Posts a signed body without saying how long it is; gives the whole answer.
async fn posts_in_chunks(world: &World, path: &str, body: &str) -> String {
    let address: SocketAddr = world.site.borrow()["http://".len()..].parse().unwrap();
    let (at, signature) = at(world, 0, body);
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
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

async fn nothing_is_stored(world: &World) {
    world.settles().await;
    assert_eq!(incidents(world).await, 0);
    let ours = world
        .slack
        .channel_names()
        .into_iter()
        .filter(|name| name.starts_with("incident-"));
    assert_eq!(ours.collect::<Vec<_>>(), [""; 0]);
}

async fn incidents(world: &World) -> i64 {
    let counted = world.store().await.count_by_status().await.unwrap();
    counted.into_iter().map(|(_, count)| count).sum()
}

/// Reads what is said of the incident that a form of our own making declared.
async fn reads_declaration(world: &World) {
    world.catches_up().await;
    reads_everything(world);
    world.log.take();
}

fn reads_everything(world: &World) {
    for channel in world.slack.channel_names() {
        world.unread(&channel);
        for message in world.slack.messages(&channel) {
            world.unread_replies(&channel, &message.ts);
        }
    }
    world.unread_by("alice");
    // Who declares in no channel is told directly.
    world.person("alice").reads_direct();
}

async fn counts(world: &World) -> String {
    let (status, page) = world.gets("/metrics").await;
    assert_eq!(status, 200);
    page
}

/// Gives what a line of the page counts; 0 if there is no such line.
fn value(page: &str, name: &str) -> f64 {
    let mut lines = page
        .lines()
        .filter_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    lines.next().map_or(0.0, |value| value.parse().unwrap())
}
