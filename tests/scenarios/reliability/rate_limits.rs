//! Slack's rate limits: known ones are respected in advance, unknown ones after Slack's `Retry-After`.

use muster_sandbox::{AccountKind, Call, Fault};
use serde_json::json;

use crate::harness::prelude::*;

#[test]
fn thirty_concurrent_declarations_hit_no_rate_limit() {
    over_both_transports(async |world, _| {
        let slack = &world.slack;
        for number in 1..=30 {
            open_modal(world, number).await;
        }
        world.deliver_all().await;
        let before = slack.calls().len();
        for number in 1..=30 {
            submit_modal(world, number, &[]).await;
        }
        let took = world.deliver_all_advancing().await;

        for number in 1..=30 {
            let who = format!("declarer{number}");
            let channel = format!("incident-{number}-outage-{number}");
            assert_eq!(world.unread(&channel).len(), 2, "{channel}");
            assert_eq!(slack.pins(&channel).len(), 1, "{channel}");
            assert_eq!(slack.members(&channel).len(), 2, "{channel}");
            let private_reply = format!("Declared IR-{number}. Head to #{channel}.");
            assert_eq!(world.unread_ephemerals(&who), [private_reply]);
        }
        read_announcements(world, 30);
        assert_eq!(rate_limited_methods(&slack.calls()[before..]), [""; 0]);
        // Slack allows twenty new channels per minute, and one post per second in the announcements channel.
        assert!((61..=125).contains(&took), "it took {took} s");
    });
}

#[test]
fn sev_1_is_delivered_before_queued_bookmarks_and_channels() {
    scenario(async |world, _| {
        let slack = &world.slack;
        declare_25_with_signals(world).await;
        let before = slack.calls().len();
        let declared_at = world.now();
        submit_modal(world, 26, &[SEV_1]).await;
        world.deliver_all_advancing().await;

        let calls = slack.calls().split_off(before);
        let channel = "incident-26-outage-26";
        let mut created = calls
            .iter()
            .filter(|call| call.method == "conversations.create");
        assert_eq!(
            created.clone().count(),
            6,
            "five other incidents waited for a channel"
        );
        assert_eq!(created.next().unwrap().arguments["name"], channel);
        let header = header_index(&calls, &world.channel_id(channel));
        let waited = calls[header].at.timestamp_millis() - declared_at;
        assert!(waited <= 61_000, "the header was posted after {waited} ms");
        let sent_before = bookmark_count(&calls[..header]);
        assert!(sent_before <= 20, "{sent_before}");
        let sent_after = bookmark_count(&calls[header..]);
        assert!(sent_after >= 400, "{sent_after}");
        assert_eq!(rate_limited_methods(&calls), [""; 0]);
        read_26_declarations(world);
    });
}

/// Opens 26 modals and submits 25 of them, each with twenty links to bookmark.
async fn declare_25_with_signals(world: &World) {
    let signals: Vec<_> = (1..=20)
        .map(|number| format!("https://graphs.example/{number}"))
        .collect();
    let signals = signals.join("\n");
    for number in 1..=26 {
        open_modal(world, number).await;
    }
    world.deliver_all().await;
    for number in 1..=25 {
        submit_modal(world, number, &[SEV_4, ("Signals", &signals)]).await;
    }
    world.deliver_all().await;
}

/// Returns the index of the call that posts the header.
fn header_index(calls: &[Call], channel_id: &str) -> usize {
    let header = calls.iter().position(|call| {
        call.method == "chat.postMessage" && call.arguments["channel"] == *channel_id
    });
    header.expect("no header was posted")
}

fn bookmark_count(calls: &[Call]) -> usize {
    calls
        .iter()
        .filter(|call| call.method == "bookmarks.add")
        .count()
}

/// Reads all messages about the declarations. All except the last have twenty bookmarks.
fn read_26_declarations(world: &World) {
    for number in 1..=26 {
        let channel = format!("incident-{number}-outage-{number}");
        let links = if number == 26 { 0 } else { 20 };
        assert_eq!(world.slack.bookmarks(&channel).len(), links, "{channel}");
        assert_eq!(world.unread(&channel).len(), 2, "{channel}");
        assert_eq!(
            world.unread_ephemerals(&format!("declarer{number}")).len(),
            1
        );
    }
    read_announcements(world, 26);
}

#[test]
fn taken_channel_names_are_tried_once_each_while_rate_limited() {
    scenario(async |world, _| {
        world.change_settings(&[("channel_name", json!("inc-{{dd}}"))]);
        let taken = create_numbered_channels(world, "inc-23").await;
        for number in 1..=3 {
            open_modal(world, number).await;
        }
        for number in 1..=3 {
            submit_modal(world, number, &[]).await;
        }
        let took = world.deliver_all_advancing().await;
        assert!(took <= 190, "it took {took} s");
        for number in 13..=15 {
            let channel = format!("inc-23-{number}");
            assert_eq!(world.unread(&channel).len(), 2, "{channel}");
        }
        let calls = world.slack.calls();
        for name in &taken {
            let requests = calls.iter().filter(|call| {
                call.arguments["name"] == *name && call.error.as_deref() == Some("name_taken")
            });
            assert_eq!(requests.count(), 3, "{name}: one per incident");
        }
        for number in 1..=3 {
            assert_eq!(
                world.unread_ephemerals(&format!("declarer{number}")).len(),
                1
            );
        }
        read_announcements(world, 3);
    });
}

#[test]
fn renamed_channel_gets_a_free_name_when_many_are_taken() {
    scenario(async |world, [alice, ..]| {
        let slack = &world.slack;
        world.change_settings(&[("channel_name", json!("room-{{title}}"))]);
        for number in 1..=3 {
            alice.declares(&format!("Outage {number}")).await;
        }
        world.advance(61).await;
        let taken = create_numbered_channels(world, "room-all-is-down").await;
        let before = slack.calls().len();
        for number in 1..=3 {
            let here = format!("#room-outage-{number}");
            let retitled = "/datadog incident title All is down";
            slack.types("alice", &here, retitled).await;
        }
        let took = world.deliver_all_advancing().await;
        assert!(took <= 190, "it took {took} s");
        let calls = slack.calls().split_off(before);
        let requests = calls.iter().filter(|it| {
            it.method == "conversations.rename" && it.error.as_deref() != Some("ratelimited")
        });
        for name in &taken {
            let requests = requests.clone().filter(|it| it.arguments["name"] == *name);
            assert_eq!(requests.count(), 3, "{name}: one per incident");
        }
        for number in 13..=15 {
            let channel = format!("room-all-is-down-{number}");
            assert!(slack.channel(&channel).is_some(), "{channel}");
        }
        assert_eq!(requests.filter(|it| it.error.is_none()).count(), 3);
        world.expects_unread(
            12,
            "three headers, three welcomes, three announcements, three posts, three replies",
        );
    });
}

#[test]
fn rate_limit_pauses_only_the_limited_method() {
    scenario(async |world, [alice, ..]| {
        let slack = &world.slack;
        slack.fail_calls("conversations.setTopic", 1, Fault::RateLimited(30));
        let before = slack.calls().len();
        let first = alice.declares("Checkout is slow").await;
        let second = alice.declares("Search is slow").await;
        assert_eq!(slack.topic(&first.channel), "");
        assert_eq!(slack.topic(&second.channel), "");
        world.deliver_all_advancing().await;
        assert!(slack.topic(&first.channel).starts_with("UNKNOWN"));
        assert!(slack.topic(&second.channel).starts_with("UNKNOWN"));

        let calls = slack.calls().split_off(before);
        let topics: Vec<_> = calls
            .iter()
            .filter(|call| call.method == "conversations.setTopic")
            .collect();
        let closed_at = topics[0].at;
        let waited: Vec<_> = topics
            .iter()
            .map(|call| (call.at - closed_at).num_seconds())
            .collect();
        assert_eq!(waited, [0, 30, 30]);
        assert_eq!(rate_limited_methods(&calls), ["conversations.setTopic"]);
        let others = calls
            .iter()
            .filter(|call| call.method != "conversations.setTopic");
        let last = others.map(|call| (call.at - closed_at).num_seconds()).max();
        assert!(last < Some(15), "{last:?}");
    });
}

#[test]
fn rate_limit_without_retry_after_waits_half_a_minute() {
    scenario(async |world, [alice, ..]| {
        let slack = &world.slack;
        slack.fail_calls("pins.add", 1, Fault::Error("ratelimited"));
        let declared = alice.declares("Checkout is slow").await;
        assert_eq!(slack.pins(&declared.channel).len(), 0);
        let took = world.deliver_all_advancing().await;
        assert!((20..=31).contains(&took), "it took {took} s");
        assert_eq!(slack.pins(&declared.channel).len(), 1);
    });
}

#[test]
fn hundred_joining_users_are_briefed_without_delaying_other_deliveries() {
    incident_scenario(async |world, channel, [alice, ..]| {
        let slack = &world.slack;
        let names: Vec<_> = (1..=100).map(|number| format!("joiner{number}")).collect();
        let before = slack.calls().len();
        for name in &names {
            let zone = "Europe/Paris";
            slack.add_user(name, name, zone, AccountKind::Member);
            let screen = slack.joins(name, channel).await;
            assert_eq!(screen.error, None);
        }
        let changed_at = world.now();
        slack
            .types("alice", channel, "/datadog incident sev1")
            .await;
        world.deliver_all().await;
        let post = alice.reads(channel).pop().unwrap();
        assert_eq!(post, "alice changed severity UNKNOWN → SEV-1");
        let waited = world.now() - changed_at;
        assert!(waited <= 5_000, "the change was posted after {waited} ms");
        let took = world.deliver_all_advancing().await;
        assert!(took <= 90, "the last briefing was sent after {took} s");
        for name in &names {
            assert_eq!(world.unread_briefings(name).len(), 1, "{name}");
        }
        let calls = slack.calls().split_off(before);
        assert_eq!(rate_limited_methods(&calls), [""; 0]);
        let briefed = calls.iter().filter(|it| it.method == "chat.postEphemeral");
        assert_eq!(briefed.count(), names.len());
        let members = slack.members(channel).len();
        assert_eq!(members, names.len() + 2);
        world.expects_unread(2, "announcement, its reply, reply");
    });
}

/// Creates a channel with this name, and those with the suffixes 2 to 12. Returns their names.
async fn create_numbered_channels(world: &World, name: &str) -> Vec<String> {
    let names: Vec<_> = [name.to_owned()]
        .into_iter()
        .chain((2..=12).map(|number| format!("{name}-{number}")))
        .collect();
    for name in &names {
        let screen = world.slack.creates_channel("bob", name).await;
        assert_eq!(screen.error, None);
    }
    names
}

/// Adds a user who types the command.
async fn open_modal(world: &World, number: i64) {
    let who = format!("declarer{number}");
    world
        .slack
        .add_user(&who, &who, "Europe/Paris", AccountKind::Member);
    let command = format!("/datadog incident Outage {number}");
    world.slack.types(&who, "#general", &command).await;
}

/// Submits the modal of that user, without any delivery.
async fn submit_modal(world: &World, number: i64, fields: &[(&str, &str)]) {
    let who = format!("declarer{number}");
    let view = world.slack.top_modal(&who).expect("a modal is open").id;
    for (label, value) in fields {
        let filled = world.slack.fills(&who, &view, label, *value).await;
        assert_eq!(filled, Ok(()), "filling in {label}");
    }
    let screen = world.slack.submits(&who, &view).await;
    assert_eq!(
        (screen.error, screen.view),
        (None, None),
        "the modal closes"
    );
}

/// Reads every announcement. None has a reply yet.
fn read_announcements(world: &World, incidents: usize) {
    assert_eq!(world.unread("#incidents").len(), incidents);
    for announcement in world.slack.messages("#incidents") {
        let replies = world.unread_replies("#incidents", &announcement.ts);
        assert_eq!(replies, [""; 0]);
    }
}

/// Returns the methods of the calls that Slack rejected with `ratelimited`.
fn rate_limited_methods(calls: &[Call]) -> Vec<String> {
    let rejected = calls
        .iter()
        .filter(|call| call.error.as_deref() == Some("ratelimited"));
    rejected.map(|call| call.method.clone()).collect()
}
