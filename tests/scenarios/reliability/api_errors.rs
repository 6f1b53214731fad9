//! Calls that Slack rejects: they succeed otherwise, are retried, or fail with a post in the channel, a
//! timeline entry, a log message with a remedy, and a button for one retry.

use muster_commands::payload::button_click;
use muster_domain::{IncidentId, TimelineEvent, Viewer};
use muster_sandbox::{AccountKind, Fault};
use serde_json::json;

use crate::harness::prelude::*;

/// Rejected calls in the incident channel: the method, Slack's error code, the post.
const CHANNEL_ERROR_CASES: [(&str, &str, &str); 7] = [
    (
        "conversations.invite",
        "user_not_found",
        "alice couldn't be added to the channel. Slack can't find this person. (Slack: `user_not_found`)",
    ),
    (
        "conversations.setTopic",
        "restricted_action",
        "Couldn't set the channel's topic. The workspace doesn't allow the app to do this. Ask a workspace \
         admin to allow it. (Slack: `restricted_action`)",
    ),
    (
        "conversations.setPurpose",
        "access_denied",
        "Couldn't set the channel's description. The workspace doesn't allow the app to do this. Ask a \
         workspace admin to allow it. (Slack: `access_denied`)",
    ),
    (
        "pins.add",
        "too_many_pins",
        "Couldn't pin the header. The channel has 100 pins, Slack's limit. (Slack: `too_many_pins`)",
    ),
    (
        "bookmarks.add",
        "too_many_bookmarks",
        "Couldn't bookmark a link. The channel has 100 bookmarks, Slack's limit. (Slack: `too_many_bookmarks`)",
    ),
    (
        "bookmarks.add",
        "brand_new_word",
        "Couldn't bookmark a link. Slack answered `brand_new_word`.",
    ),
    (
        "pins.add",
        "no_permission",
        "Couldn't pin the header. The workspace doesn't allow the app to do this. Ask a workspace admin to \
         allow it. (Slack: `no_permission`)",
    ),
];

#[test]
fn api_error_in_the_channel_is_reported_with_a_retry_button() {
    for (method, code, expected) in CHANNEL_ERROR_CASES {
        over_http(async |world, _| {
            world.slack.fail_calls(method, 1, Fault::Error(code));
            assert_error_is_reported_and_retried(world, expected).await;
        });
    }
}

#[test]
fn missing_scope_is_named_in_the_error() {
    let body =
        json!({ "error": "missing_scope", "needed": "pins:write", "provided": "chat:write" });
    scenario(async |world, _| {
        world
            .slack
            .fail_calls("pins.add", 1, Fault::ErrorBody(body.clone()));
        let expected = "Couldn't pin the header. The app is missing the scope pins:write. Update it with \
            the output of `muster manifest` and reinstall it to the workspace.";
        assert_error_is_reported_and_retried(world, expected).await;
    });
}

/// Declares an incident for which one call is rejected, and retries it.
#[expect(clippy::too_many_lines, reason = "the steps of one story")]
async fn assert_error_is_reported_and_retried(world: &World, expected: &str) {
    let (alice, bob) = (world.user("alice"), world.user("bob"));
    declare_with_signal(&alice).await;
    let read = alice.reads(CHANNEL);
    // The failure is batched with other posts.
    assert!(
        read.iter()
            .any(|read| read.ends_with(&format!("{expected}\n[Try again]"))),
        "{read:#?}"
    );
    let why = failed_delivery_reasons(world).await;
    assert!(why.len() == 1 && expected.ends_with(&why[0]), "{why:?}");
    let warned = world.log.take_warnings();
    assert_eq!(warned.len(), 1, "{warned:#?}");
    assert!(
        warned[0].starts_with("A delivery of IR-1 failed: "),
        "{warned:#?}"
    );
    assert!(warned[0].ends_with(&format!(". {}", why[0])), "{warned:#?}");

    world.slack.joins(bob.name, CHANNEL).await;
    let messages = world.slack.messages(CHANNEL);
    let ts = messages
        .into_iter()
        .find(|it| it.rendered_text().ends_with("\n[Try again]"))
        .unwrap()
        .ts;
    for response in ["Trying again for IR-1.", "That has already been retried."] {
        bob.clicks(CHANNEL, &ts, button_click::RETRY_DELIVERY).await;
        assert_eq!(bob.reads_ephemeral(), [response]);
    }
    assert_eq!(world.slack.pins(CHANNEL).len(), 1);
    assert_eq!(world.slack.bookmarks(CHANNEL).len(), 1);
    assert!(
        world
            .slack
            .members(CHANNEL)
            .contains(&world.slack.user("alice"))
    );
    assert!(world.slack.topic(CHANNEL).starts_with("UNKNOWN"));
    assert_eq!(world.slack.purpose(CHANNEL), "IR-1: Checkout is slow");
    assert_eq!(alice.reads(CHANNEL), [""; 0]);
}

#[test]
fn rejected_post_is_reported_to_its_author_with_a_retry_button() {
    scenario(async |world, [alice, bob, ..]| {
        let slack = &world.slack;
        let declared = alice.declares("Checkout is slow").await;
        bob.joins(CHANNEL).await;
        slack.fail_calls("chat.postMessage", 1, Fault::Error("restricted_action"));
        let here = &world.channel_id(CHANNEL);
        bob.updates(here, &[("Title", "Checkout is down")]).await;
        let why = "The workspace doesn't allow the app to do this. Ask a workspace admin to allow it. \
            (Slack: `restricted_action`)";
        assert_eq!(
            bob.reads_ephemeral(),
            [format!(
                "Your change to IR-1 is saved, but isn't posted in its channel. Couldn't send a post. \
                 {why}\n[Try again]"
            )]
        );
        assert_eq!(failed_delivery_reasons(world).await, [why]);
        world.expects_warning("A delivery of IR-1 failed: chat.postMessage: restricted_action");
        assert_eq!(
            alice.reads(here).len(),
            1,
            "the header shows the current state"
        );
        assert_eq!(alice.reads("#incidents").len(), 1);

        let ts = slack.ephemeral_messages("bob").pop().unwrap().ts;
        bob.clicks(here, &ts, button_click::RETRY_DELIVERY).await;
        assert_eq!(bob.reads_ephemeral(), ["Trying again for IR-1."]);
        assert_eq!(
            alice.reads(here),
            ["bob changed the title from “Checkout is slow” to “Checkout is down”."]
        );
        alice.reads_thread("#incidents", &declared.announcement_ts);
    });
}

#[test]
fn guest_who_cannot_be_invited_is_named() {
    scenario(async |world, [alice, ..]| {
        world
            .slack
            .add_user("gus", "Gus Guest", "Europe/Paris", AccountKind::Guest);
        alice.opens_declare_modal().await;
        alice.submits(&[("Incident Commander", "gus")]).await;
        let read = alice.reads(CHANNEL);
        assert_eq!(
            read.last().unwrap(),
            "alice declared this incident.\ngus couldn't be added to the channel. This person is a guest, \
             and the app can't invite guests. Ask a workspace admin to add them. (Slack: \
             `cant_invite`)\n[Try again]"
        );
        read_declaration(world);
        world.read_all_direct_messages();
        world.expects_warning("A delivery of IR-1 failed: conversations.invite: cant_invite");
    });
}

#[test]
fn inviting_the_app_itself_is_not_an_error() {
    scenario(async |world, [alice, ..]| {
        world
            .slack
            .fail_calls("conversations.invite", 1, Fault::Error("cant_invite_self"));
        alice.declares("Checkout is slow").await;
        assert_eq!(failed_delivery_reasons(world).await, [""; 0]);
    });
}

#[test]
fn slack_server_errors_are_retried_automatically() {
    for trouble in [
        Fault::Error("fatal_error"),
        Fault::Status(500),
        Fault::Reset,
    ] {
        scenario(async |world, [alice, ..]| {
            let slack = &world.slack;
            for method in [
                "conversations.create",
                "chat.postMessage",
                "conversations.invite",
                "pins.add",
            ] {
                slack.fail_calls(method, 2, trouble.clone());
            }
            alice.opens_declare_modal().await;
            alice.submits(&[]).await;
            world.deliver_all_advancing().await;
            assert_eq!(alice.reads(CHANNEL).len(), 2);
            assert_eq!(slack.pins(CHANNEL).len(), 1);
            read_declaration(world);
            assert_eq!(failed_delivery_reasons(world).await, [""; 0]);
            let warned = world.log.take_warnings();
            assert!(
                warned
                    .iter()
                    .all(|entry| entry.starts_with("Slack isn't responding;")),
                "{warned:#?}"
            );
        });
    }
}

/// Declares “Checkout is slow” with one link, and reads all messages about it except those in the channel.
async fn declare_with_signal(alice: &TestUser<'_>) {
    alice.opens_declare_modal().await;
    alice
        .submits(&[("Signals", "https://graphs.example/1")])
        .await;
    read_declaration(alice.world);
}

/// Reads all messages about the declaration outside the incident channel.
fn read_declaration(world: &World) {
    let alice = world.user("alice");
    assert_eq!(alice.reads_ephemeral().len(), 1);
    assert_eq!(alice.reads("#incidents").len(), 1);
    assert_eq!(
        alice
            .reads_thread("#incidents", &announcement_ts(world))
            .len(),
        0
    );
}

/// Returns the `ts` of the first announcement.
pub fn announcement_ts(world: &World) -> String {
    let messages = world.slack.messages("#incidents");
    let announcement = messages
        .into_iter()
        .find(|message| message.rendered_text().starts_with("IR-1 "));
    announcement.unwrap().ts
}

/// Returns the reason of a failed delivery, from the timeline of the first incident.
pub async fn failed_delivery_reasons(world: &World) -> Vec<String> {
    let entries = world
        .store()
        .await
        .timeline(Viewer::Operator, IncidentId(1))
        .await
        .unwrap();
    let why = entries.into_iter().filter_map(|entry| match entry.event {
        TimelineEvent::DeliveryFailed { reason: why, .. } => Some(why),
        _ => None,
    });
    why.collect()
}
