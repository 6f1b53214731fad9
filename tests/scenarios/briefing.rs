//! The briefing: whoever comes into an incident's channel is shown how things stand, and nobody else.

use serde_json::json;

use super::events::{event, happens};
use super::world::{World, by_each_door};

#[tokio::test]
async fn whoever_joins_is_shown_how_things_stand() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let fields = [
            ("Severity Level", "SEV-2 High"),
            ("Signals", "https://example.com/graph"),
        ];
        let declared = alice.declares_with("Checkout is slow", &fields).await;
        let here = declared.channel.as_str();
        let ts = alice.writes(here, "I found the host: *db-1*.").await;
        alice.chooses(here, &ts, "add_to_incident").await;
        let summary = ("What happened", "Carts time out.");
        alice.updates(here, &[("Status", "STABLE"), summary]).await;
        alice.reads_everything();
        assert_eq!(
            world.briefings_of("alice"),
            [""; 0],
            "who declared it knows"
        );

        bob.joins(here).await;
        let [briefing] = briefings(world, "bob").try_into().unwrap();
        let expected = [
            "You are in the channel of IR-1. This is how things stand; only you see it.",
            "IR-1 Checkout is slow",
            "Severity",
            ":red_circle: SEV-2 High",
            "Status",
            "STABLE",
            "Incident Commander",
            "@alice",
            "What happened",
            "Carts time out.",
            "https://example.com/graph",
            "Taking part  alice",
            "What happened so far",
            "alice declared this incident.",
            "alice wrote: I found the host: *db-1*.",
            "alice changed the status from ACTIVE to STABLE.",
            "alice wrote What happened: Carts time out.",
        ];
        let mut rest = briefing.as_str();
        for line in expected {
            let found = rest.find(line);
            let found = found.unwrap_or_else(|| panic!("no “{line}” in what follows: {rest}"));
            rest = &rest[found + line.len()..];
        }
        // Nobody else sees it, and nobody is called by it.
        assert_eq!(world.briefings_of("alice"), [""; 0]);
        assert_eq!(alice.reads(here), [""; 0]);
        assert_eq!(bob.reads_alone(), [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn whoever_is_invited_is_briefed_and_whoever_comes_back_is_briefed_anew() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let declared = alice.declares("Checkout is slow").await;
        let here = declared.channel.as_str();
        alice.invites(here, "chioma").await;
        assert_eq!(world.briefings_of("chioma").len(), 1);
        alice.updates(here, &[("Incident Commander", "bob")]).await;
        assert_eq!(world.briefings_of("bob").len(), 1, "the bot brought them");
        alice.reads_everything();
        for person in [&alice, &bob] {
            person.leaves(here).await;
            person.joins(here).await;
            assert_eq!(world.briefings_of(person.name).len(), 1, "they came back");
        }
        bob.reads_alone();
        bob.reads_direct();
    })
    .await;
}

#[tokio::test]
async fn one_joining_is_one_briefing_however_often_slack_tells_of_it() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let declared = alice.declares("Checkout is slow").await;
        let channel = world.slack.channel(&declared.channel).unwrap();
        world.person("bob").joins(&declared.channel).await;
        assert_eq!(world.briefings_of("bob").len(), 1);
        let joined = json!({
            "type": "member_joined_channel", "user": world.slack.person("bob").to_string(),
            "channel": channel, "channel_type": "C",
        });
        for _ in 0..3 {
            happens(world, &event("Ev0JOINED", joined.clone())).await;
        }
        assert_eq!(world.briefings_of("bob").len(), 1);
        // The bot itself needs none.
        let mut came_back = joined;
        came_back["user"] = json!(world.slack.bot_user());
        happens(world, &event("Ev0BOT", came_back)).await;
    })
    .await;
}

#[tokio::test]
async fn who_left_before_they_could_be_briefed_is_not_missed() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let declared = alice.declares("Checkout is slow").await;
        let channel = world.slack.channel(&declared.channel).unwrap();
        let joined = json!({
            "type": "member_joined_channel", "user": world.slack.person("bob").to_string(),
            "channel": channel, "channel_type": "C",
        });
        happens(world, &event("Ev0JOINED", joined)).await;
        assert_eq!(world.briefings_of("bob"), [""; 0]);
        bob.joins("#random").await;
        assert_eq!(world.briefings_of("bob"), [""; 0], "that is no incident's");
        assert_eq!(alice.reads(&declared.channel), [""; 0]);
    })
    .await;
}

/// Gives a person's briefings as lines without times.
fn briefings(world: &World, person: &str) -> Vec<String> {
    world.briefings_of(person)
}
