//! Metrics and readiness on the port of the pages, and the limits that keep that port usable.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::browser::Browser;
use crate::harness::scenario::{incident_scenario_with_pages, scenario_with_pages};
use crate::harness::world::World;

/// How long to wait on a busy machine.
const WAIT_TIMEOUT: Duration = Duration::from_secs(20);

#[test]
fn operations_are_not_served_through_a_proxy() {
    scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        for path in ["/metrics", "/readyz"] {
            assert_eq!(world.get_page(path).await.0, 200, "{path}");
            for header in ["x-forwarded-for", "forwarded", "via", "x-forwarded-host"] {
                // Not even to a user who is signed in.
                let request = browser.request(Method::GET, path);
                let response = request.header(header, "203.0.113.7").send().await.unwrap();
                assert_eq!(response.status(), 403, "{path} with {header}");
                let text = response.text().await.unwrap();
                for words in [path, header, "through a proxy", "set OPS_ADDR"] {
                    assert!(text.contains(words), "{words} in {text}");
                }
            }
        }
        let alive = browser.request(Method::GET, "/healthz");
        let alive = alive.header("via", "1.1 proxy").send().await.unwrap();
        assert_eq!(alive.status(), 200);
    });
}

/// Returns the value of a metric; 0 if it is missing.
async fn metric(world: &World, labels: &str) -> f64 {
    let (_, page) = world.get_page("/metrics").await;
    let start = format!("muster_requests_total{{{labels}}} ");
    let value = page.lines().find_map(|row| row.strip_prefix(&start));
    value.map_or(0.0, |value| value.parse().unwrap())
}

#[test]
fn requests_of_pages_are_counted_by_kind_and_outcome() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        let browser = alice.signs_in().await;
        let counted = [
            r#"transport="web",kind="page",outcome="answered""#,
            r#"transport="web",kind="page",outcome="rejected""#,
            r#"transport="web",kind="asset",outcome="answered""#,
            r#"transport="web",kind="stream",outcome="answered""#,
            r#"transport="web",kind="form",outcome="rejected""#,
        ];
        let mut before = Vec::new();
        for labels in counted {
            before.push(metric(world, labels).await);
        }
        let page = browser.opens("/incidents/1").await;
        browser.opens("/incidents/99").await;
        browser.opens("/wp-login.php").await;
        let style = page.html.split("href=\"/assets/app").nth(1).unwrap();
        let style = format!("/assets/app{}", style.split('"').next().unwrap());
        browser.opens(&style).await;
        let stream = browser.request(Method::GET, "/incidents/1/events");
        assert_eq!(stream.send().await.unwrap().status(), 200);
        Browser::new(world).posts("/sign-out", &[]).await;
        for (labels, before) in counted.iter().zip(before) {
            assert!(metric(world, labels).await > before, "{labels}");
        }
        // Paths are not labels, so that their number is bounded.
        let (_, page) = world.get_page("/metrics").await;
        let rows = page.lines().filter(|row| row.contains("transport=\"web\""));
        assert!(rows.clone().count() > 5);
        for row in rows {
            assert!(
                !row.contains("wp-login") && !row.contains("incidents/"),
                "{row}"
            );
        }
    });
}

#[test]
fn two_thousand_tabs_of_a_user_open_eight_streams() {
    scenario_with_pages(async |_, [alice, bob, _]| {
        let browser = alice.signs_in().await;
        let mut open = Vec::new();
        for _ in 0..20 {
            let tabs = (0..100).map(|_| browser.request(Method::GET, "/incidents/events").send());
            for response in join_all(tabs).await {
                let response = response.unwrap();
                match response.status() {
                    StatusCode::OK => open.push(response),
                    status => assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE),
                }
            }
        }
        assert_eq!(open.len(), 8);
        // Everything else still works, for her and for others.
        assert_eq!(browser.opens("/incidents").await.status, 200);
        let of_bob = bob.signs_in().await;
        let stream = of_bob.request(Method::GET, "/incidents/events").send();
        assert_eq!(stream.await.unwrap().status(), 200);
    });
}

#[test]
fn client_that_never_reads_its_stream_delays_no_one() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        let browser = alice.signs_in().await;
        let cookies = browser.cookies.borrow().clone();
        let (name, token) = cookies.iter().next().unwrap();
        let address = world.base_url.borrow().replace("http://", "");
        let mut silent = Vec::new();
        for _ in 0..8 {
            let mut connection = TcpStream::connect(&address).await.unwrap();
            let request = format!(
                "GET /incidents/1/events HTTP/1.1\r\nhost: {address}\r\ncookie: {name}={token}\r\n\r\n"
            );
            connection.write_all(request.as_bytes()).await.unwrap();
            connection.readable().await.unwrap();
            silent.push(connection);
        }
        let of_bob = bob.signs_in().await;
        for number in 0..50 {
            let note = format!("/datadog note number {number}");
            alice.types(channel, &note).await;
        }
        let page = of_bob.opens("/incidents/1/timeline").await;
        page.shows(&["number 49"]);
        let stopped = tokio::time::timeout(WAIT_TIMEOUT, world.stop()).await;
        assert!(stopped.is_ok(), "the bot does not stop");
        for connection in &mut silent {
            let mut received = Vec::new();
            connection.read_to_end(&mut received).await.unwrap();
            let received = String::from_utf8(received).unwrap();
            assert!(received.starts_with("HTTP/1.1 200"), "{received}");
            assert!(received.contains("event: changed"), "{received}");
        }
        world.start().await;
        world.skips_messages();
    });
}
