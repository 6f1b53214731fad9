//! Unresolved users, while Slack answers late or not at all.

use std::time::{Duration, Instant};

use muster_sandbox::{AccountKind, Fault, HoldPoint, Outage, Visibility};
use serde_json::json;

use crate::harness::prelude::*;

/// Restarts the bot with a short request timeout.
async fn restart_with_short_timeout(world: &World) {
    world.stop().await;
    world.slack_timeout.set(Some(Duration::from_millis(300)));
    world.start().await;
}

#[test]
fn unresolved_guest_is_fetched_before_declaring() {
    over_both_transports(async |world, [alice, ..]| {
        let slack = &world.slack;
        let zone = "Europe/Paris";
        slack.add_user("gus", "Gus Guest", zone, AccountKind::Guest);
        slack.add_channel("partners", Visibility::Public, &["gus"]);
        world.change_settings(&[("who_declares", json!("no_guests"))]);
        let gus = world.user("gus");
        let screen = gus
            .types("#partners", "/datadog incident Checkout is slow")
            .await;
        assert_eq!(screen.view, None);
        assert_eq!(
            gus.reads_ephemeral(),
            [
                "Only members can declare incidents here, and you're a guest. Tell a member what you saw: \
                 they can declare it in seconds and add you to its channel."
            ]
        );
        // An unresolved user who is a member can declare.
        alice.declares("Checkout is slow").await;
    });
}

#[test]
fn unresolved_user_may_declare_when_the_fetch_times_out() {
    over_http(async |world, [alice, ..]| {
        let slack = &world.slack;
        world.change_settings(&[("who_declares", json!("no_guests"))]);
        restart_with_short_timeout(world).await;
        slack.fail_calls("users.info", 4, Fault::Hang);
        alice.opens_declare_modal().await;
        alice.submits_and_closes(&[]).await;
        slack.end_outage();
        world.deliver_all_advancing().await;
        assert!(alice.announcement(1).is_some());
        world.expects_unread(4, "header, announcement, its reply, post, reply");
    });
}

#[test]
fn command_is_acknowledged_while_the_user_is_fetched() {
    scenario(async |world, [alice, ..]| {
        let slack = &world.slack;
        world.change_settings(&[("who_declares", json!("no_guests"))]);
        let pending_call = slack.hold_call("users.info", HoldPoint::Before);
        let command = "/datadog incident Checkout is slow";
        let begun = Instant::now();
        let screen = slack.types("alice", "#general", command).await;
        let waited = begun.elapsed();
        assert_eq!((screen.status, screen.error), (Some(200), None));
        // The modal waits for up to one second; the response does not.
        assert!(waited < Duration::from_secs(1), "{waited:?}");
        pending_call.release();
        world.deliver_all().await;
        assert_eq!(alice.modal().title, "Declare Incident");
        alice.closes_modal().await;
    });
}

const DEFERRED_REPLY: &str = "I don't know @dora yet, and Slack isn't responding right now. Your request \
    is saved: I'll apply it once Slack confirms who they are, and let you know.";

const COMMANDER_CHANGED: &str = "Changed the commander of IR-1 from @alice to @dora.";

/// Declares an incident as alice, in a workspace with unresolved users.
async fn declare_with_unresolved_users(world: &World) {
    world.user("alice").declares("Checkout is slow").await;
    let kinds = [
        ("dora", AccountKind::Member),
        ("gus", AccountKind::Guest),
        ("newbot", AccountKind::Bot),
        ("leo", AccountKind::Member),
    ];
    for (name, kind) in kinds {
        world.slack.add_user(name, name, "Europe/Prague", kind);
    }
    world.slack.deactivate_account("leo");
}

/// Returns the new posts in the incident channel, without the header.
fn read_posts(user: &TestUser<'_>) -> Vec<String> {
    let mut posts = user.reads(CHANNEL);
    posts.retain(|post| !post.starts_with("IR-1 "));
    posts
}

#[test]
fn command_naming_an_unresolved_user_gets_one_reply() {
    scenario(async |world, [alice, ..]| {
        let slack = &world.slack;
        declare_with_unresolved_users(world).await;
        let requests = [
            ("incident commander @dora", COMMANDER_CHANGED),
            ("incident role communications lead @dora", ""),
        ];
        for (command, expected) in requests {
            alice.types(CHANNEL, &format!("/datadog {command}")).await;
            let replies = [expected].into_iter().filter(|it| !it.is_empty());
            assert_eq!(alice.reads_ephemeral(), replies.collect::<Vec<_>>());
        }
        assert_eq!(
            read_posts(&alice),
            [
                "alice changed commander alice → @dora",
                "alice made @dora Communications Lead.",
            ]
        );
        let dora = slack.user("dora");
        assert!(slack.members(CHANNEL).contains(&dora));
        world.expects_unread(4, "announcement, its reply, two direct messages");
    });
}

#[test]
fn unresolved_user_is_assigned_through_the_incident_picker() {
    scenario(async |world, [alice, ..]| {
        declare_with_unresolved_users(world).await;
        alice
            .types("#general", "/datadog incident commander @dora")
            .await;
        alice.submits_and_closes(&[("Incident", "1")]).await;
        assert_eq!(alice.reads_ephemeral(), [COMMANDER_CHANGED]);
        world.expects_unread(5, "header, announcement, its reply, post, direct message");
    });
}

#[test]
fn request_is_deferred_while_the_user_is_unresolved() {
    scenario(async |world, [alice, ..]| {
        let slack = &world.slack;
        declare_with_unresolved_users(world).await;
        restart_with_short_timeout(world).await;
        slack.fail_calls("users.info", 1, Fault::Hang);
        alice
            .types(CHANNEL, "/datadog incident commander @dora")
            .await;
        assert_eq!(alice.reads_ephemeral(), [DEFERRED_REPLY]);
        assert_eq!(
            alice.reads(CHANNEL),
            [""; 0],
            "the request is still deferred"
        );
        slack.end_outage();
        world.deliver_all_advancing().await;
        assert_eq!(alice.reads_ephemeral(), [COMMANDER_CHANGED]);
        let expected = "alice changed commander alice → @dora";
        assert_eq!(read_posts(&alice), [expected]);
        world.expects_unread(3, "announcement, its reply, direct message");
    });
}

#[test]
fn deferred_reply_is_confirmed_while_slack_is_down() {
    over_http(async |world, [alice, ..]| {
        let slack = &world.slack;
        declare_with_unresolved_users(world).await;
        slack.start_outage(Outage::Status(503));
        alice.types(CHANNEL, "/datadog incident sev2").await;
        world.advance(10).await;
        alice.reads_ephemeral();
        let command = "/datadog incident commander @dora";
        let screen = alice.types(CHANNEL, command).await;
        assert_eq!(screen.status, Some(200));
        assert_eq!(alice.reads_ephemeral(), [DEFERRED_REPLY]);
        // The deferred requests survive any shutdown.
        world.stop().await;
        world.start().await;
        world.advance(600).await;
        assert_eq!(
            alice.reads_ephemeral(),
            [""; 0],
            "one reply per deferred request"
        );
        slack.end_outage();
        world.deliver_all_advancing().await;
        assert_eq!(alice.reads_ephemeral(), [COMMANDER_CHANGED]);
        world.expects_unread(
            6,
            "header, announcement, its reply, two posts, direct message",
        );
        world.expects_warning("Slack isn't responding;");
        world.expects_warning("Slack isn't responding;");
    });
}

#[test]
fn ineligible_unresolved_user_is_reported_to_the_requester() {
    scenario(async |world, [alice, ..]| {
        let slack = &world.slack;
        declare_with_unresolved_users(world).await;
        world.change_settings(&[("who_declares", json!("no_guests"))]);
        let gus = "gus is a guest, and guests can't be responders here. Pick a member.";
        let left = "leo's account is deactivated. Pick an active member.";
        let app = "newbot is an app. Pick a person.";
        for (name, expected) in [("gus", gus), ("leo", left)] {
            alice
                .types(CHANNEL, &format!("/datadog incident commander @{name}"))
                .await;
            assert_eq!(alice.reads_ephemeral(), [expected]);
        }
        // A deferred reply names the request that it belongs to.
        slack.fail_calls("users.info", 9, Fault::Error("internal_error"));
        let command = "/datadog incident role communications lead @newbot";
        alice.types(CHANNEL, command).await;
        assert_eq!(
            alice.reads_ephemeral().len(),
            1,
            "the reply that the request is deferred"
        );
        world.advance_clock(120);
        slack.end_outage();
        world.deliver_all_advancing().await;
        assert_eq!(
            alice.reads_ephemeral(),
            [format!(
                "You asked to make @newbot Communications Lead for IR-1. That wasn't done. {app}"
            )]
        );
        assert_eq!(
            world.timeline(1).await.len(),
            1,
            "the timeline is unchanged"
        );
    });
}

#[test]
fn later_request_wins_over_a_deferred_one() {
    scenario(async |world, [alice, bob, ..]| {
        let slack = &world.slack;
        declare_with_unresolved_users(world).await;
        bob.joins(CHANNEL).await;
        slack.fail_calls("users.info", 9, Fault::Error("internal_error"));
        alice
            .types(CHANNEL, "/datadog incident commander @dora")
            .await;
        assert_eq!(alice.reads_ephemeral(), [DEFERRED_REPLY]);
        world.advance_clock(1);
        bob.types(CHANNEL, "/datadog incident commander me").await;
        bob.reads_ephemeral();
        slack.end_outage();
        world.deliver_all_advancing().await;
        let replies = alice.reads_ephemeral();
        assert!(
            replies.len() == 1
                && replies[0].contains(
                    "Someone else got the role Incident Commander in the meantime. Nothing was changed"
                ),
            "{replies:?}"
        );
        let expected = "bob changed commander alice → @bob";
        assert_eq!(read_posts(&alice), [expected]);
        world.expects_unread(3, "announcement, its reply, direct message");
    });
}

#[test]
fn unresolvable_user_is_accepted() {
    over_http(async |world, [alice, ..]| {
        let slack = &world.slack;
        declare_with_unresolved_users(world).await;
        slack.fail_calls("users.info", 9, Fault::Error("user_not_visible"));
        alice
            .types(CHANNEL, "/datadog incident commander @dora")
            .await;
        assert_eq!(alice.reads_ephemeral(), [COMMANDER_CHANGED]);
        slack.end_outage();
        world.expects_unread(5, "header, announcement, its reply, post, direct message");
    });
}

#[test]
fn update_naming_a_bot_is_stored_and_reported() {
    scenario(async |world, [alice, ..]| {
        let slack = &world.slack;
        declare_with_unresolved_users(world).await;
        alice.types(CHANNEL, "/datadog incident update").await;
        slack.fail_calls("users.info", 9, Fault::Error("internal_error"));
        let fields = [
            ("Incident Commander", "newbot"),
            ("Title", "Checkout is down"),
        ];
        alice.submits_and_closes(&fields).await;
        assert_eq!(alice.reads_ephemeral(), [""; 0]);
        slack.end_outage();
        world.deliver_all_advancing().await;
        let expected = "newbot is an app. Pick a person. Your change to IR-1 still names @newbot.";
        assert_eq!(alice.reads_ephemeral(), [expected]);
        world.expects_unread(5, "header, announcement, its reply, post, direct message");
    });
}

#[test]
fn task_for_a_bot_is_stored_and_reported() {
    scenario(async |world, [alice, ..]| {
        declare_with_unresolved_users(world).await;
        alice
            .types(CHANNEL, "/datadog task Roll back @newbot")
            .await;
        let expected = "newbot is an app. Pick a person. Your change to IR-1 still names @newbot.";
        assert_eq!(alice.reads_ephemeral(), [expected]);
        world.expects_unread(1, "post");
        world.expects_warning("A delivery of IR-1 failed: chat.postMessage: cannot_dm_bot");
    });
}
