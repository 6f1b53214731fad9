//! Creation of an incident channel that Slack rejects: its name is taken, or a permission is missing.

use muster_commands::payload::button_click;
use muster_sandbox::Fault;
use serde_json::json;

use crate::harness::prelude::*;
use crate::reliability::api_errors::{announcement_ts, failed_delivery_reasons};

#[test]
fn channel_gets_a_suffix_when_the_archived_name_is_taken() {
    over_both_transports(async |world, [alice, bob, ..]| {
        let slack = &world.slack;
        slack.creates_channel(bob.name, CHANNEL).await;
        slack.archives(bob.name, CHANNEL).await;
        let declared = alice.declares("Checkout is slow").await;
        assert_eq!(declared.channel, "incident-1-checkout-is-slow-2");
    });
}

#[test]
fn channel_creation_fails_and_is_retried_once_by_button() {
    for (fault, times, code, advice) in channel_creation_errors() {
        scenario(async |world, [alice, ..]| {
            let slack = &world.slack;
            slack.fail_calls("conversations.create", times, fault.clone());
            alice.opens_declare_modal().await;
            alice.submits(&[]).await;
            assert_channel_creation_failed(world, code, advice).await;
            let private_reply = slack.ephemeral_messages("alice").pop().unwrap();
            assert_channel_creation_is_retried_once(world, &private_reply.ts).await;
        });
    }
}

/// Returns errors of `conversations.create`: the error, how often it is returned, its code, the advice.
fn channel_creation_errors() -> [(Fault, usize, &'static str, &'static str); 3] {
    let scope =
        json!({ "error": "missing_scope", "needed": "channels:manage", "provided": "chat:write" });
    [
        (
            Fault::Error("restricted_action"),
            1,
            "restricted_action",
            "The workspace doesn't allow the app to do this. Ask a workspace admin to allow it. (Slack: \
             `restricted_action`)",
        ),
        (
            Fault::Error("name_taken"),
            20,
            "name_taken",
            "20 channels with that name exist already. Rename the old ones. (Slack: `name_taken`)",
        ),
        (
            Fault::ErrorBody(scope),
            1,
            "missing_scope",
            "The app is missing the scope channels:manage. Update it with the output of `muster manifest` \
             and reinstall it to the workspace.",
        ),
    ]
}

/// Checks the messages, the log and the timeline after the channel of IR-1 could not be created.
async fn assert_channel_creation_failed(world: &World, code: &str, advice: &str) {
    let alice = world.user("alice");
    let why = format!("Couldn't create the incident's channel. {advice}");
    assert_eq!(
        alice.reads_ephemeral(),
        [format!(
            "IR-1 is saved, but has no channel. {why}\n[Try again]"
        )]
    );
    assert_eq!(
        world.log.take_warnings(),
        [format!(
            "A delivery of IR-1 failed: conversations.create: {code}. {advice}"
        )]
    );
    assert_eq!(failed_delivery_reasons(world).await, [advice]);
    let announcement = alice.reads("#incidents");
    assert!(
        announcement[0].ends_with("\nIt has no channel."),
        "{announcement:?}"
    );
    assert_eq!(
        alice.reads_thread("#incidents", &announcement_ts(world)),
        [""; 0]
    );
}

/// Clicks the retry button of a private reply twice: the first click creates the channel, the second nothing.
async fn assert_channel_creation_is_retried_once(world: &World, ts: &str) {
    let alice = world.user("alice");
    alice
        .clicks("#general", ts, button_click::RETRY_DELIVERY)
        .await;
    world.deliver_all_advancing().await;
    assert_eq!(
        alice.reads_ephemeral(),
        [
            "Trying again for IR-1.",
            "Declared IR-1. Head to #incident-1-checkout-is-slow."
        ]
    );
    let read = alice.reads(CHANNEL);
    assert_eq!(read.len(), 2, "the header and the declaration: {read:?}");
    assert!(
        read[1].starts_with("alice declared this incident."),
        "{read:?}"
    );
    let announcement = alice.reads("#incidents");
    assert!(
        announcement.len() == 1 && announcement[0].ends_with("\n[Join Channel] [Subscribe]"),
        "{announcement:?}"
    );

    alice
        .clicks("#general", ts, button_click::RETRY_DELIVERY)
        .await;
    assert_eq!(alice.reads_ephemeral(), ["That has already been retried."]);
    assert_eq!(alice.reads(CHANNEL), [""; 0]);
}
