//! Lost responses: Slack executed a call and its response did not arrive. Afterwards nothing is missing and
//! nothing is duplicated.

use muster_commands::add_to_incident;
use muster_domain::{IncidentId, Viewer};
use muster_sandbox::Fault;

use crate::harness::prelude::*;

/// The delivery methods, and how many calls of each lose their response.
const METHODS: [(&str, usize); 14] = [
    ("conversations.create", 1),
    ("conversations.invite", 3),
    ("chat.postMessage", 6),
    ("chat.update", 2),
    ("pins.add", 1),
    ("conversations.setTopic", 2),
    ("conversations.setPurpose", 2),
    ("conversations.info", 2),
    ("conversations.rename", 1),
    ("bookmarks.add", 2),
    ("reactions.add", 1),
    ("chat.getPermalink", 1),
    ("users.info", 3),
    ("response_url", 1),
];

/// The channel name after the title changed.
const DOWN_CHANNEL: &str = "incident-1-checkout-is-down";

#[test]
fn lost_response_duplicates_nothing() {
    fail_each_method(&Fault::LostResponse);
}

#[test]
fn error_after_success_duplicates_nothing() {
    fail_each_method(&Fault::ErrorAfterEffect("fatal_error"));
}

#[test]
fn lost_responses_of_all_methods_duplicate_nothing() {
    for trouble in [
        Fault::LostResponse,
        Fault::ErrorAfterEffect("internal_error"),
    ] {
        over_both_transports(async |world, _| {
            for (method, times) in METHODS {
                world.slack.fail_calls(method, times, trouble.clone());
            }
            run_incident(world).await;
            assert_no_duplicates(world, 2).await;
        });
    }
}

fn fail_each_method(trouble: &Fault) {
    for (method, times) in METHODS {
        over_http(async |world, _| {
            world.slack.fail_calls(method, times, trouble.clone());
            run_incident(world).await;
            // Slack has no lookup for ephemeral messages: they are sent again.
            let private_replies = if method == "response_url" { 2 } else { 1 };
            assert_no_duplicates(world, private_replies).await;
            let lost = world.slack.calls().into_iter().filter(|call| {
                let error = call.error.as_deref().unwrap_or_default();
                call.method == method && ["response_lost", "fatal_error"].contains(&error)
            });
            assert_eq!(lost.count(), times, "{method}");
        });
    }
}

/// Declares an incident, changes it and adds a message to its timeline, so that every kind of delivery is
/// sent.
async fn run_incident(world: &World) {
    let (alice, bob) = (world.user("alice"), world.user("bob"));
    alice.opens_declare_modal().await;
    let signals = "https://graphs.example/1\nhttps://graphs.example/2";
    alice
        .submits(&[("Incident Commander", "bob"), ("Signals", signals)])
        .await;
    world.deliver_all_advancing().await;

    let channel = "incident-1-checkout-is-slow";
    bob.types(channel, "/datadog incident update").await;
    bob.submits(&[
        ("Title", "Checkout is down"),
        SEV_1,
        ("Incident Commander", "chioma"),
    ])
    .await;
    world.deliver_all_advancing().await;

    let channel = DOWN_CHANNEL;
    let ts = bob.posts(channel, "I am working on a fix.").await;
    alice
        .uses_message_action(channel, &ts, add_to_incident::ACTION)
        .await;
    world.deliver_all_advancing().await;
    assert_eq!(world.slack.reactions(channel, &ts).len(), 1);
    assert_eq!(world.slack.reactions(channel, &ts)[0].users.len(), 1);
    let entries = world
        .store()
        .await
        .timeline(Viewer::Operator, IncidentId(1))
        .await
        .unwrap();
    let message = entries.into_iter().find_map(|entry| entry.message).unwrap();
    assert_eq!(Some(message.permalink), world.slack.permalink(channel, &ts));
}

async fn assert_no_duplicates(world: &World, private_replies: usize) {
    let alice = world.user("alice");
    for commander in ["bob", "chioma"] {
        assert_eq!(world.user(commander).reads_direct_messages().len(), 1);
    }
    assert_one_channel_with_all_users(world);
    assert_each_message_is_posted_once(world);
    assert_announced_once(world);
    let mut replies = vec!["Declared IR-1. Head to #incident-1-checkout-is-down."; private_replies];
    replies.push("Added to the timeline of IR-1.");
    assert_eq!(alice.reads_ephemeral(), replies);

    let warned = world.log.take_warnings();
    let expected = "Slack isn't responding; deliveries are queued and sent later.";
    assert!(
        warned.iter().all(|entry| entry.starts_with(expected)),
        "{warned:#?}"
    );
}

fn assert_one_channel_with_all_users(world: &World) {
    let names = world.slack.channel_names();
    let ours: Vec<_> = names
        .iter()
        .filter(|name| name.starts_with("incident-"))
        .collect();
    assert_eq!(ours, [DOWN_CHANNEL]);

    let mut members = world.slack.members(DOWN_CHANNEL);
    members.sort();
    let mut expected = ["alice", "bob", "chioma"]
        .map(|name| world.slack.user(name))
        .to_vec();
    expected.push(world.slack.bot_user());
    expected.sort();
    assert_eq!(members, expected);

    let renamed = world.slack.messages(DOWN_CHANNEL).into_iter();
    let renamed = renamed.filter(|it| it.subtype.as_deref() == Some("channel_name"));
    assert_eq!(renamed.count(), 1);
}

fn assert_each_message_is_posted_once(world: &World) {
    let read = without_mentions(world.user("alice").reads(DOWN_CHANNEL));
    assert_eq!(read.len(), 3, "header, declaration, change: {read:#?}");
    let header = read
        .iter()
        .filter(|read| read.starts_with("IR-1 Checkout is down\n"));
    assert_eq!(header.count(), 1, "{read:#?}");
    assert!(
        read.iter()
            .any(|read| read.starts_with("alice declared this incident.\n"))
    );
    let changed = "bob updated the incident\n\
                   Title “Checkout is slow” → “Checkout is down”\n\
                   Severity UNKNOWN → SEV-1\n\
                   Commander bob → chioma";
    assert!(read.iter().any(|read| read == changed), "{read:#?}");
    assert_eq!(world.slack.pins(DOWN_CHANNEL).len(), 1);
    assert_eq!(world.slack.bookmarks(DOWN_CHANNEL).len(), 2);
    assert!(
        world
            .slack
            .topic(DOWN_CHANNEL)
            .starts_with("SEV-1 Critical · ACTIVE · ")
    );
    assert_eq!(world.slack.purpose(DOWN_CHANNEL), "IR-1: Checkout is down");
}

fn assert_announced_once(world: &World) {
    let alice = world.user("alice");
    let announcements = alice.reads("#incidents");
    assert!(
        announcements.len() == 1 && announcements[0].starts_with("IR-1 Checkout is down\n"),
        "{announcements:#?}"
    );
    let announcement = world.slack.messages("#incidents").pop().unwrap();
    assert_eq!(
        without_mentions(alice.reads_thread("#incidents", &announcement.ts)),
        ["bob updated the incident\nSeverity UNKNOWN → SEV-1\nCommander bob → chioma"]
    );
}

/// Removes the mentions of users who have not been fetched yet.
fn without_mentions(read: Vec<String>) -> Vec<String> {
    read.into_iter().map(|read| read.replace('@', "")).collect()
}
