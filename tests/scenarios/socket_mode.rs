//! Socket Mode on its bad days: connections that are renewed, dropped and refused, and acknowledgements
//! that are lost.

use muster::sandbox::{Disconnect, Sandbox};
use rusqlite::Connection;
use serde_json::json;

use super::world::{World, over_socket};

const POINTER: &str =
    "IR-1 is declared: #incident-1-checkout-is-slow is its channel, and you are in it.";

#[tokio::test]
async fn a_connection_that_is_to_be_renewed_is_read_until_its_successor_is_there() {
    for reason in [Disconnect::RefreshRequested, Disconnect::Warning] {
        over_socket(async |world| {
            let alice = world.person("alice");
            alice
                .says("#general", "/datadog incident Checkout is slow")
                .await;
            world.slack.socket_disconnects(reason);
            // The old ones are still read: this comes before the new ones are there.
            assert!(world.slack.socket_connections() >= 2);
            alice.submits(&[]).await;
            connected(world, 4).await;
            alice.says("#general", "/datadog help").await;
            assert_eq!(alice.reads_alone().len(), 2, "the pointer and the help");
            reads_declaration(world);
        })
        .await;
    }
}

#[tokio::test]
async fn connections_that_drop_come_back() {
    over_socket(async |world| {
        let alice = world.person("alice");
        alice
            .says("#general", "/datadog incident Checkout is slow")
            .await;
        world.slack.socket_drops();
        connected(world, 2).await;
        alice.submits(&[]).await;
        assert_eq!(alice.reads_alone(), [POINTER]);
        reads_declaration(world);
    })
    .await;
}

#[tokio::test]
async fn an_envelope_whose_acknowledgement_was_lost_comes_again_and_is_done_once() {
    over_socket(async |world| {
        let alice = world.person("alice");
        alice
            .says("#general", "/datadog incident Checkout is slow")
            .await;
        let form = world.slack.view("alice").unwrap().id;
        // Another writer holds the store for a moment, so that the connections are gone by the time that
        // there is something to acknowledge.
        let other = Connection::open(world.database()).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let (seen, ()) = tokio::join!(world.slack.submits("alice", &form), async {
            let arrived = |slack: &Sandbox| {
                slack
                    .last_request("alice")
                    .filter(|request| request.payload["type"] == "view_submission")
            };
            world.slack.until(arrived).await.expect("the form was sent");
            world.until_at_work().await;
            world.slack.socket_drops();
            other.execute_batch("ROLLBACK").unwrap();
        });
        assert_eq!(seen.status, None, "nobody acknowledged it");
        world.settles().await;
        assert_eq!(alice.reads_alone(), [POINTER], "and yet it is done");

        connected(world, 2).await;
        let request = world.slack.last_request("alice").unwrap();
        for number in 1..=2 {
            let seen = world.slack.redelivers(&request, number).await;
            assert_eq!((seen.status, seen.trouble), (Some(200), None));
        }
        world.settles().await;
        reads_declaration(world);
        assert_eq!(world.slack.channel("incident-2-checkout-is-slow"), None);
        assert_eq!(alice.reads_alone(), [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn a_command_is_answered_in_its_acknowledgement() {
    over_socket(async |world| {
        let alice = world.person("alice");
        for typed in [
            "/datadog help",
            "/datadog incident list",
            "/datadog incdent",
        ] {
            let seen = alice.says("#general", typed).await;
            assert_eq!(seen.ephemeral.len(), 1, "{typed}");
        }
        assert_eq!(alice.reads_alone().len(), 3);
        let calls = world.slack.calls();
        assert!(
            calls.iter().all(|call| call.method != "response_url"),
            "the acknowledgement was enough"
        );
    })
    .await;
}

#[tokio::test]
async fn an_envelope_of_an_unknown_type_is_acknowledged() {
    over_socket(async |world| {
        for kind in ["brand_new", "", "hello_again"] {
            assert!(
                world
                    .slack
                    .socket_sends(kind, &json!({ "what": "ever" }))
                    .await,
                "{kind}"
            );
        }
        for payload in [
            json!(null),
            json!([1]),
            json!("words"),
            json!({ "type": "brand_new" }),
        ] {
            for kind in ["interactive", "events_api"] {
                assert!(
                    world.slack.socket_sends(kind, &payload).await,
                    "{kind} {payload}"
                );
            }
        }
        assert_eq!(world.slack.socket_connections(), 2);
    })
    .await;
}

#[tokio::test]
async fn socket_mode_that_is_switched_off_is_said_once_in_the_log() {
    over_socket(async |world| {
        world.slack.socket_disconnects(Disconnect::LinkDisabled);
        connected(world, 0).await;
        world.slack.until(|_| world.log.has_any().then_some(())).await;
        world.settles().await;
        assert_eq!(
            world.log.take(),
            [
                "Socket Mode is switched off for the app: switch it on in the app’s settings, or set \
                 SLACK_SIGNING_SECRET and PUBLIC_URL for HTTP"
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn a_bot_that_slack_has_too_many_connections_of_is_never_left_without_one() {
    over_socket(async |world| {
        world
            .slack
            .socket_disconnects(Disconnect::TooManyWebsockets);
        connected(world, 0).await;
        connected(world, 1).await;
        let alice = world.person("alice");
        alice
            .says("#general", "/datadog incident Checkout is slow")
            .await;
        alice.submits(&[]).await;
        assert_eq!(alice.reads_alone(), [POINTER]);
        reads_declaration(world);
    })
    .await;
}

async fn connected(world: &World, connections: usize) {
    let there = |slack: &Sandbox| (slack.socket_connections() == connections).then_some(());
    let message = format!("{connections} connections");
    world.slack.until(there).await.expect(&message);
}

/// Reads the declaration of “Checkout is slow” but for the pointer.
fn reads_declaration(world: &World) {
    let alice = world.person("alice");
    assert_eq!(alice.reads("incident-1-checkout-is-slow").len(), 2);
    assert_eq!(alice.reads("#incidents").len(), 1);
    let mut cards = world.slack.messages("#incidents").into_iter();
    let card = cards
        .rfind(|message| message.as_read().starts_with("IR-"))
        .unwrap();
    assert_eq!(alice.reads_thread("#incidents", &card.ts).len(), 1);
}
