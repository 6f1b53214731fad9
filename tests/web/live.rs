//! Pages that are notified of changes.

use std::time::Duration;

use reqwest::{Method, Response};

use crate::browser::Browser;
use crate::harness::scenario::{incident_scenario_with_pages, scenario_with_pages};

/// How long to wait for an event on a busy machine.
const WAIT_TIMEOUT: Duration = Duration::from_secs(20);

/// A stream of events.
pub struct Stream(Response);

impl Stream {
    /// Opens a stream. It has begun once the first comment has arrived.
    pub async fn open(browser: &Browser<'_>, path: &str) -> Self {
        let response = browser.request(Method::GET, path).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["x-accel-buffering"], "no");
        let mut stream = Self(response);
        assert!(stream.next().await.unwrap().starts_with(':'));
        stream
    }

    /// Returns the next piece; `None` if the stream has ended.
    async fn next(&mut self) -> Option<String> {
        let piece = tokio::time::timeout(WAIT_TIMEOUT, self.0.chunk());
        let piece = piece.await.expect("no event in time").ok()??;
        Some(String::from_utf8(piece.to_vec()).unwrap())
    }

    /// Returns everything until a piece contains this text.
    pub async fn read_until(&mut self, text: &str) -> String {
        let mut received = String::new();
        while !received.contains(text) {
            received.push_str(&self.next().await.expect("the stream has ended"));
        }
        received
    }
}

#[test]
fn page_is_notified_of_a_change_without_its_content() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        let browser = bob.signs_in().await;
        let mut of_incident = Stream::open(&browser, "/incidents/1/events").await;
        let mut of_list = Stream::open(&browser, "/incidents/events").await;
        alice
            .types(channel, "/datadog title Checkout is down")
            .await;
        for stream in [&mut of_incident, &mut of_list] {
            let event = stream.read_until("event: changed\ndata: ").await;
            assert!(!event.contains("down"), "{event}");
        }
        browser
            .opens("/incidents/1")
            .await
            .shows(&["Checkout is down"]);
        world.skips_messages();
    });
}

#[test]
fn page_of_an_incident_that_becomes_private_is_gone() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        let browser = bob.signs_in().await;
        let mut of_bob = Stream::open(&browser, "/incidents/1/events").await;
        let mut list_of_bob = Stream::open(&browser, "/incidents/events").await;
        let browser_of_alice = alice.signs_in().await;
        let mut of_alice = Stream::open(&browser_of_alice, "/incidents/1/events").await;
        alice.types(channel, "/datadog incident private").await;
        of_bob.read_until("event: gone").await;
        assert_eq!(of_bob.next().await, None);
        of_alice.read_until("event: changed").await;
        list_of_bob.read_until("event: changed").await;
        world.deliver_all().await;

        let [hidden, missing] = [
            browser.opens("/incidents/1/events").await,
            browser.opens("/incidents/99/events").await,
        ];
        assert_eq!((hidden.status, missing.status), (404, 404));
        assert_eq!(hidden.html, missing.html);

        // The list does not tell that a hidden incident has changed.
        let mut list_of_bob = Stream::open(&browser, "/incidents/events").await;
        alice.types("#general", "/datadog IR-1 note secret").await;
        bob.declares("Search is down").await;
        let event = list_of_bob.read_until("event: changed").await;
        assert_eq!(event.matches("event:").count(), 1, "{event}");
        world.skips_messages();
    });
}

#[test]
fn stream_ends_with_its_session_and_when_the_bot_stops() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        let browser = alice.signs_in().await;
        let mut stream = Stream::open(&browser, "/incidents/1/events").await;
        browser.posts("/sign-out", &[]).await;
        bob.types("#general", "/datadog IR-1 note it burns").await;
        assert_eq!(stream.next().await, None);

        let browser = alice.signs_in().await;
        let mut streams = Vec::new();
        for path in ["/incidents/1/events", "/incidents/events"] {
            streams.push(Stream::open(&browser, path).await);
        }
        let stopped = tokio::time::timeout(WAIT_TIMEOUT, world.stop()).await;
        assert!(stopped.is_ok(), "the bot does not stop");
        for stream in &mut streams {
            assert_eq!(stream.next().await, None);
        }
        world.start().await;
        alice.types(channel, "/datadog note it is over").await;
        world.skips_messages();
    });
}

#[test]
fn ninth_stream_of_a_user_is_rejected_until_one_ends() {
    scenario_with_pages(async |_, [alice, bob, _]| {
        let path = "/incidents/events";
        let browser = alice.signs_in().await;
        let mut streams = Vec::new();
        for _ in 0..8 {
            streams.push(Stream::open(&browser, path).await);
        }
        let rejected = browser.opens(path).await;
        assert_eq!(rejected.status, 503);
        rejected.shows(&["Too many open pages"]);
        Stream::open(&bob.signs_in().await, path).await;

        drop(streams);
        // The server notices the closed connections soon.
        let ended = async {
            while browser
                .request(Method::GET, path)
                .send()
                .await
                .unwrap()
                .status()
                != 200
            {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(WAIT_TIMEOUT, ended).await.unwrap();
    });
}
