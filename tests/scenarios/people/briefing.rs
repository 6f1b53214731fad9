//! The briefing: an ephemeral summary for a user who joins an incident channel.

use serde_json::json;

use crate::events::events::{deliver_event, event_request};
use crate::harness::prelude::*;

const BRIEFING_PARTS: [&str; 18] = [
    "Welcome to IR-1. Here's where things are. Only you see this.",
    "IR-1 Checkout is slow",
    "Severity",
    "🟠 SEV-2 High",
    "Status",
    "🧯 STABLE",
    "Incident Commander",
    "@alice",
    "What happened",
    "Carts time out.",
    "https://example.com/graph",
    "Responders  alice",
    "So far",
    "alice declared this incident.",
    "alice wrote: I found the host: *db-1*.",
    "alice updated the incident",
    "Status ACTIVE → STABLE",
    "What happened: Carts time out.",
];

#[test]
fn joining_user_receives_a_briefing() {
    over_both_transports(async |world, [alice, bob, ..]| {
        let fields = [SEV_2, ("Signals", "https://example.com/graph")];
        let declared = alice.declares_with("Checkout is slow", &fields).await;
        let here = declared.channel.as_str();
        let ts = alice.posts(here, "I found the host: *db-1*.").await;
        alice.adds_to_incident(here, &ts).await;
        let summary = ("What happened", "Carts time out.");
        alice.updates(here, &[STABLE, summary]).await;
        world.expects_unread(5, "header, announcement, its reply, post, reply");
        assert_eq!(
            world.unread_briefings("alice"),
            [""; 0],
            "the declarer receives no briefing"
        );

        bob.joins(here).await;
        let [briefing] = unread_briefings(world, "bob").try_into().unwrap();
        let mut rest = briefing.as_str();
        for entry in BRIEFING_PARTS {
            let start = rest
                .find(entry)
                .unwrap_or_else(|| panic!("“{entry}” is missing in the rest: {rest}"));
            rest = &rest[start + entry.len()..];
        }
        // Other users do not receive it, and it notifies no one.
        assert_eq!(world.unread_briefings("alice"), [""; 0]);
        assert_eq!(alice.reads(here), [""; 0]);
        assert_eq!(bob.reads_ephemeral(), [""; 0]);
    });
}

#[test]
fn invited_and_returning_users_receive_a_briefing() {
    incident_scenario(async |world, channel, [alice, bob, ..]| {
        alice.invites(channel, "chioma").await;
        assert_eq!(world.unread_briefings("chioma").len(), 1);
        alice
            .updates(channel, &[("Incident Commander", "bob")])
            .await;
        assert_eq!(world.unread_briefings("bob").len(), 1, "invited by the bot");
        world.expects_unread(5, "header, announcement, its reply, post, direct message");
        for user in [&alice, &bob] {
            user.leaves(channel).await;
            user.joins(channel).await;
            assert_eq!(world.unread_briefings(user.name).len(), 1, "rejoined");
        }
        bob.reads_ephemeral();
        bob.reads_direct_messages();
    });
}

#[test]
fn redelivered_join_event_sends_one_briefing() {
    scenario(async |world, [alice, bob, ..]| {
        let slack = &world.slack;
        let declared = alice.declares("Checkout is slow").await;
        let channel = slack.channel(&declared.channel).unwrap();
        bob.joins(&declared.channel).await;
        assert_eq!(world.unread_briefings("bob").len(), 1);
        let joined = json!({
            "type": "member_joined_channel", "user": slack.user("bob").to_string(),
            "channel": channel, "channel_type": "C",
        });
        for _ in 0..3 {
            deliver_event(world, &event_request("Ev0JOINED", joined.clone())).await;
        }
        assert_eq!(world.unread_briefings("bob").len(), 1);
        // The bot itself receives no briefing.
        let mut came_back = joined;
        came_back["user"] = json!(slack.bot_user());
        deliver_event(world, &event_request("Ev0BOT", came_back)).await;
    });
}

#[test]
fn briefing_is_skipped_when_the_user_is_not_in_the_channel() {
    scenario(async |world, [alice, bob, ..]| {
        let slack = &world.slack;
        let declared = alice.declares("Checkout is slow").await;
        let channel = slack.channel(&declared.channel).unwrap();
        let joined = json!({
            "type": "member_joined_channel", "user": slack.user("bob").to_string(),
            "channel": channel, "channel_type": "C",
        });
        deliver_event(world, &event_request("Ev0JOINED", joined)).await;
        assert_eq!(world.unread_briefings("bob"), [""; 0]);
        bob.joins("#random").await;
        assert_eq!(
            world.unread_briefings("bob"),
            [""; 0],
            "not an incident channel"
        );
        assert_eq!(alice.reads(&declared.channel), [""; 0]);
    });
}

/// Returns a user's briefings as lines, without times.
fn unread_briefings(world: &World, user: &str) -> Vec<String> {
    world.unread_briefings(user)
}
