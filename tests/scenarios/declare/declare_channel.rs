//! Declaring an incident in any conversation, and the ephemeral reply there that names the new channel.

use muster_sandbox::{Fault, Visibility};

use crate::harness::prelude::*;

const PRIVATE_REPLY: &str = "Declared IR-1. Head to #incident-1-checkout-is-slow.";

#[test]
fn incident_can_be_declared_in_a_private_channel() {
    over_both_transports(async |world, _| {
        world
            .slack
            .add_channel("secret", Visibility::Private, &["alice", "bob"]);
        assert_declares_in(world, "#secret").await;
    });
}

#[test]
fn incident_can_be_declared_in_a_direct_message() {
    scenario(async |world, _| {
        let direct = world.slack.opens_direct_message("alice", "bob").unwrap();
        assert_declares_in(world, &direct).await;
    });
}

#[test]
fn incident_can_be_declared_in_a_direct_message_with_the_app() {
    scenario(async |world, _| {
        let slack = &world.slack;
        let direct = slack
            .opens_direct_message("alice", &slack.bot_user())
            .unwrap();
        assert_declares_in(world, &direct).await;
    });
}

#[test]
fn incident_can_be_declared_in_channels_with_and_without_the_app() {
    for channel in ["#general", "#random", "#incidents"] {
        scenario(async |world, _| assert_declares_in(world, channel).await);
    }
}

#[test]
fn incident_can_be_declared_in_another_incident_channel() {
    incident_scenario(async |_, channel, [alice, ..]| {
        alice
            .types(channel, "/datadog incident new Search is down")
            .await;
        alice.submits(&[]).await;
        let private_replies = read_private_replies(&alice, channel);
        assert_eq!(
            private_replies,
            ["Declared IR-2. Head to #incident-2-search-is-down."]
        );
        alice.reads_declaration(2);
        assert_eq!(alice.reads(channel), [""; 0]);
    });
}

#[test]
fn private_reply_is_ephemeral_when_the_response_url_fails() {
    scenario(async |_, [alice, ..]| {
        declare_without_response_url(&alice, "#incidents").await;
        assert_eq!(read_private_replies(&alice, "#incidents"), [PRIVATE_REPLY]);
        alice.reads_declaration(1);
    });
}

#[test]
fn private_reply_is_a_direct_message_when_the_app_is_not_in_the_channel() {
    scenario(async |world, [alice, ..]| {
        declare_without_response_url(&alice, "#general").await;
        assert_eq!(alice.reads_ephemeral(), [""; 0]);
        let direct = world.slack.direct_message_channel("alice").unwrap();
        assert_eq!(alice.reads(&direct), [PRIVATE_REPLY]);
        alice.reads_declaration(1);
    });
}

#[test]
fn modal_open_for_an_hour_declares_and_sends_the_private_reply() {
    scenario(async |world, [alice, ..]| {
        alice
            .types("#incidents", "/datadog incident Checkout is slow")
            .await;
        world.advance(3600).await;
        alice.submits(&[]).await;
        assert_eq!(read_private_replies(&alice, "#incidents"), [PRIVATE_REPLY]);
        alice.reads_declaration(1);
    });
}

/// Declares an incident in `place` and checks that alice receives the reply there and that other users
/// receive nothing.
async fn assert_declares_in(world: &World, origin: &str) {
    let alice = world.user("alice");
    alice
        .types(origin, "/datadog incident Checkout is slow")
        .await;
    alice.submits(&[]).await;
    assert_eq!(read_private_replies(&alice, origin), [PRIVATE_REPLY]);
    if origin != "#incidents" {
        assert_eq!(alice.reads(origin), [""; 0]);
    }
    alice.reads_declaration(1);
}

/// Declares an incident in `place` while Slack rejects the response to the command.
async fn declare_without_response_url(alice: &TestUser<'_>, origin: &str) {
    let slack = &alice.world.slack;
    alice
        .types(origin, "/datadog incident Checkout is slow")
        .await;
    slack.fail_calls("response_url", 1, Fault::Status(404));
    alice.submits(&[]).await;
}

/// Returns the user's ephemeral messages. The last one must be in `place`.
fn read_private_replies(user: &TestUser<'_>, origin: &str) -> Vec<String> {
    let slack = &user.world.slack;
    let last = slack.ephemeral_messages(user.name).pop().unwrap();
    assert_eq!(Some(last.channel), slack.channel(origin));
    user.reads_ephemeral()
}
