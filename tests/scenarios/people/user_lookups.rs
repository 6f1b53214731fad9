//! Lookups of users with `users.info`, while Slack answers, limits or does not answer them.

use crate::harness::prelude::*;
use std::time::Duration;

use muster_sandbox::{AccountKind, Fault};

const LIST: &str = "/datadog incident list";

const CHANNEL: &str = "incident-1-checkout-is-slow";

/// Returns the number of calls of `users.info` so far.
fn lookups(world: &World) -> usize {
    let calls = world.slack.calls();
    calls
        .iter()
        .filter(|call| call.method == "users.info")
        .count()
}

async fn lists_many_times(user: &TestUser<'_>, times: usize) {
    for _ in 0..times {
        user.types("#general", LIST).await;
    }
    assert_eq!(user.reads_ephemeral().len(), times);
}

#[test]
fn failed_lookup_is_not_repeated_by_each_command() {
    over_both_transports(async |world, _| {
        let alice = world.user("alice");
        let error = Fault::Error("internal_error");
        world.slack.fail_calls("users.info", 62, error);
        lists_many_times(&alice, 50).await;
        assert_eq!(lookups(world), 1);
        world.advance(1).await;
        lists_many_times(&alice, 50).await;
        assert_eq!(lookups(world), 2);
        // The pause doubles up to a minute.
        for _ in 0..60 {
            world.advance(60).await;
            lists_many_times(&alice, 2).await;
        }
        assert_eq!(lookups(world), 62);
        for _ in 0..3 {
            world.advance(60).await;
            lists_many_times(&alice, 50).await;
            assert_eq!(lookups(world), 63, "once it succeeds, the user is cached");
        }
    });
}

#[test]
fn rate_limited_lookup_waits_as_long_as_slack_asks() {
    scenario(async |world, _| {
        let limited = Fault::RateLimited(30);
        world.slack.fail_calls("users.info", 1, limited);
        for name in ["alice", "bob", "chioma"] {
            lists_many_times(&world.user(name), 5).await;
        }
        assert_eq!(lookups(world), 1, "for no user");
        world.advance(29).await;
        lists_many_times(&world.user("alice"), 5).await;
        assert_eq!(lookups(world), 1);
        world.advance(1).await;
        world.advance(60).await;
        lists_many_times(&world.user("alice"), 5).await;
        assert_eq!(lookups(world), 2);
    });
}

#[test]
fn lookups_stay_within_the_limit_of_the_method() {
    scenario(async |world, _| {
        for number in 0..60 {
            let name = format!("user{number}");
            let zone = "Europe/Paris";
            world
                .slack
                .add_user(&name, &name, zone, AccountKind::Member);
            lists_many_times(&world.user(&name), 1).await;
        }
        assert_eq!(lookups(world), 20);
    });
}

/// Declares an incident as alice, in a workspace with an app and a deactivated user that are not cached.
async fn declare_with_ineligible_users(world: &World) {
    world.user("alice").declares("Checkout is slow").await;
    for (name, kind) in [("newbot", AccountKind::Bot), ("leo", AccountKind::Member)] {
        world.slack.add_user(name, name, "Europe/Prague", kind);
    }
    world.slack.deactivate_account("leo");
}

const INELIGIBLE: [(&str, &str); 2] = [
    ("newbot", "newbot is an app. Pick a person."),
    (
        "leo",
        "leo's account is deactivated. Pick an active member.",
    ),
];

#[test]
fn ineligible_commander_is_rejected_under_the_field_when_first_named() {
    over_both_transports(async |world, _| {
        let alice = world.user("alice");
        declare_with_ineligible_users(world).await;
        let before = world.timeline(1).await;
        for (name, reason) in INELIGIBLE {
            let screen = alice
                .updates(CHANNEL, &[("Incident Commander", name)])
                .await;
            assert_eq!(screen.errors["Incident Commander"], reason);
            alice.closes_modal().await;
        }
        for command in [
            "/datadog incident It is down",
            "/datadog incident test It is down",
        ] {
            alice.types("#general", command).await;
            for (name, reason) in INELIGIBLE {
                let screen = alice.submits(&[("Incident Commander", name)]).await;
                assert_eq!(screen.errors["Incident Commander"], reason, "{command}");
            }
            alice.closes_modal().await;
        }
        assert_eq!(world.timeline(1).await, before);
        assert_eq!(world.incident_channels(), [CHANNEL]);
    });
}

#[test]
fn ineligible_responder_is_rejected_under_the_field_when_first_named() {
    scenario(async |world, _| {
        let alice = world.user("alice");
        declare_with_ineligible_users(world).await;
        alice.types(CHANNEL, "/datadog incident responders").await;
        let fields = [
            ("Incident Commander", "newbot"),
            ("Communications Lead", "leo"),
        ];
        let screen = alice.submits(&fields).await;
        assert_eq!(screen.errors["Incident Commander"], INELIGIBLE[0].1);
        assert_eq!(screen.errors["Communications Lead"], INELIGIBLE[1].1);
        alice.closes_modal().await;
    });
}

#[test]
fn ineligible_commander_is_corrected_later_when_slack_answers_late() {
    scenario(async |world, _| {
        let alice = world.user("alice");
        declare_with_ineligible_users(world).await;
        world.stop().await;
        world.slack_timeout.set(Some(Duration::from_millis(300)));
        world.start().await;
        world.slack.fail_calls("users.info", 1, Fault::Hang);
        let screen = alice
            .updates(CHANNEL, &[("Incident Commander", "newbot")])
            .await;
        assert_eq!(screen.view, None, "the modal closes: {:?}", screen.errors);
        world.slack.end_outage();
        world.deliver_all_advancing().await;
        let reason = "newbot is an app. Pick a person. Your change to IR-1 still names @newbot.";
        assert_eq!(alice.reads_ephemeral(), [reason]);
        world.expects_unread(5, "header, announcement, its reply, post, direct message");
    });
}
