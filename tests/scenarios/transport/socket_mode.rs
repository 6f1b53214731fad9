//! Socket Mode under faults: connections that are refreshed, dropped and rejected, and acknowledgements that
//! are lost.

use muster_sandbox::{ActionResult, DisconnectReason, Sandbox};
use rusqlite::Connection;
use serde_json::json;

use crate::harness::prelude::*;

const PRIVATE_REPLY: &str = "Declared IR-1. Head to #incident-1-checkout-is-slow.";

#[test]
fn expiring_connection_is_read_until_it_is_replaced() {
    for reason in [
        DisconnectReason::RefreshRequested,
        DisconnectReason::Warning,
    ] {
        over_socket_mode(async |world, [alice, ..]| {
            let slack = &world.slack;
            alice.opens_declare_modal().await;
            slack.disconnect_sockets(reason);
            // The old connections are still read: the request arrives before the new ones exist.
            assert!(slack.socket_connections() >= 2);
            alice.submits(&[]).await;
            wait_for_connections(world, 4).await;
            alice.types("#general", "/datadog help").await;
            assert_eq!(
                alice.reads_ephemeral().len(),
                2,
                "the reply to the declaration and the help"
            );
            read_declaration(world);
        });
    }
}

#[test]
fn dropped_connections_are_reopened() {
    over_socket_mode(async |world, [alice, ..]| {
        alice.opens_declare_modal().await;
        world.slack.drop_sockets();
        wait_for_connections(world, 2).await;
        alice.submits(&[]).await;
        assert_eq!(alice.reads_ephemeral(), [PRIVATE_REPLY]);
        read_declaration(world);
    });
}

#[test]
fn redelivered_envelope_is_processed_once() {
    over_socket_mode(async |world, [alice, ..]| {
        let slack = &world.slack;
        alice.opens_declare_modal().await;
        let screen = submit_and_drop_connections(world).await;
        assert_eq!(screen.status, None, "the request was not acknowledged");
        world.deliver_all().await;
        assert_eq!(
            alice.reads_ephemeral(),
            [PRIVATE_REPLY],
            "the request was applied"
        );

        wait_for_connections(world, 2).await;
        let request = slack.last_request("alice").unwrap();
        for number in 1..=2 {
            let screen = slack.redeliver(&request, number).await;
            assert_eq!((screen.status, screen.error), (Some(200), None));
        }
        world.deliver_all().await;
        read_declaration(world);
        assert_eq!(slack.channel("incident-2-checkout-is-slow"), None);
        assert_eq!(alice.reads_ephemeral(), [""; 0]);
    });
}

#[test]
fn command_reply_is_sent_in_the_acknowledgement() {
    over_socket_mode(async |world, [alice, ..]| {
        for command in [
            "/datadog help",
            "/datadog incident list",
            "/datadog incdent",
        ] {
            let screen = alice.types("#general", command).await;
            assert_eq!(screen.ephemeral.len(), 1, "{command}");
        }
        assert_eq!(alice.reads_ephemeral().len(), 3);
        let calls = world.slack.calls();
        assert!(
            calls.iter().all(|call| call.method != "response_url"),
            "the acknowledgement contains the reply"
        );
    });
}

#[test]
fn envelope_of_unknown_type_is_acknowledged() {
    over_socket_mode(async |world, _| {
        let slack = &world.slack;
        for kind in ["brand_new", "", "hello_again"] {
            assert!(
                slack.send_envelope(kind, &json!({ "what": "ever" })).await,
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
                    slack.send_envelope(kind, &payload).await,
                    "{kind} {payload}"
                );
            }
        }
        assert_eq!(slack.socket_connections(), 2);
    });
}

#[test]
fn disabled_socket_mode_is_logged_once() {
    over_socket_mode(async |world, _| {
        let slack = &world.slack;
        slack.disconnect_sockets(DisconnectReason::LinkDisabled);
        wait_for_connections(world, 0).await;
        slack
            .wait_for(|_| world.log.has_warnings().then_some(()))
            .await;
        world.deliver_all().await;
        assert_eq!(
            world.log.take_warnings(),
            [
                "Socket Mode is switched off for the app: switch it on in the app’s settings, or set \
                 SLACK_SIGNING_SECRET and PUBLIC_URL for HTTP"
            ]
        );
    });
}

#[test]
fn too_many_connections_leave_at_least_one_open() {
    over_socket_mode(async |world, [alice, ..]| {
        world
            .slack
            .disconnect_sockets(DisconnectReason::TooManyWebsockets);
        wait_for_connections(world, 0).await;
        wait_for_connections(world, 1).await;
        alice.opens_declare_modal().await;
        alice.submits(&[]).await;
        assert_eq!(alice.reads_ephemeral(), [PRIVATE_REPLY]);
        read_declaration(world);
    });
}

/// Submits alice's modal, and closes the connections before the bot can acknowledge the request.
async fn submit_and_drop_connections(world: &World) -> ActionResult {
    let form = world.slack.top_modal("alice").unwrap().id;
    // Another writer locks the store for a moment, so that the connections are closed before the request
    // can be acknowledged.
    let other = Connection::open(world.database_path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (screen, ()) = tokio::join!(world.slack.submits("alice", &form), async {
        let arrived = |slack: &Sandbox| {
            slack
                .last_request("alice")
                .filter(|request| request.payload["type"] == "view_submission")
        };
        world
            .slack
            .wait_for(arrived)
            .await
            .expect("the modal was not submitted");
        world.wait_until_busy().await;
        world.slack.drop_sockets();
        other.execute_batch("ROLLBACK").unwrap();
    });
    screen
}

async fn wait_for_connections(world: &World, connections: usize) {
    let there = |slack: &Sandbox| (slack.socket_connections() == connections).then_some(());
    let message = format!("{connections} connections");
    world.slack.wait_for(there).await.expect(&message);
}

/// Reads all messages about the declaration of “Checkout is slow” except the ephemeral reply.
fn read_declaration(world: &World) {
    let alice = world.user("alice");
    assert_eq!(alice.reads("incident-1-checkout-is-slow").len(), 2);
    assert_eq!(alice.reads("#incidents").len(), 1);
    let mut announcements = world.slack.messages("#incidents").into_iter();
    let announcement = announcements
        .rfind(|message| message.rendered_text().starts_with("IR-"))
        .unwrap();
    assert_eq!(alice.reads_thread("#incidents", &announcement.ts).len(), 0);
}
