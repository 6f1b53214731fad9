//! A 📌 reaction in an incident channel adds the message to the timeline; removing the reaction removes the
//! entry. Edits and deletions of the message are applied.

use serde_json::json;

use crate::events::events::{deliver_event, event_request};
use crate::harness::prelude::*;

const PUSHPIN: &str = "pushpin";

/// Declares an incident with alice and bob in its channel; bob posts a message.
async fn declare_with_message(world: &World) -> (DeclaredIncident, String) {
    let (alice, bob) = (world.user("alice"), world.user("bob"));
    let declared = alice.declares("Checkout is slow").await;
    bob.joins(&declared.channel).await;
    let ts = bob.posts(&declared.channel, "I found the host.").await;
    (declared, ts)
}

/// Returns the users whose pushpin reaction is on a message.
fn users_with_pushpin(world: &World, channel: &str, ts: &str) -> Vec<String> {
    let reactions = world.slack.reactions(channel, ts);
    let pins = reactions.into_iter().filter(|it| it.name == PUSHPIN);
    pins.flat_map(|it| it.users)
        .map(|it| it.to_string())
        .collect()
}

#[test]
fn pushpin_adds_message_and_its_removal_removes_the_entry() {
    over_both_transports(async |world, [alice, ..]| {
        let slack = &world.slack;
        let (declared, ts) = declare_with_message(world).await;
        let channel = declared.channel.as_str();
        alice.reacts(channel, &ts, PUSHPIN).await;
        assert_eq!(
            world.timeline(1).await[1..],
            ["bob wrote “I found the host.”"]
        );
        let entry = world.entries(1).await.pop().unwrap();
        assert_eq!(
            entry.message.unwrap().permalink,
            slack.permalink(channel, &ts).unwrap()
        );
        assert_eq!(entry.recorded_by, Some("U0ALICE0001".into()));
        let ours = slack.bot_user().to_string();
        assert_eq!(
            users_with_pushpin(world, channel, &ts),
            ["U0ALICE0001", ours.as_str()]
        );
        alice.reacts(channel, &ts, "eyes").await;
        alice.unreacts(channel, &ts, "eyes").await;
        assert_eq!(world.timeline(1).await.len(), 2);

        alice.unreacts(channel, &ts, PUSHPIN).await;
        assert_eq!(world.timeline(1).await.len(), 1);
        assert_eq!(users_with_pushpin(world, channel, &ts), [""; 0]);
        alice.reacts(channel, &ts, PUSHPIN).await;
        assert_eq!(
            world.timeline(1).await[1..],
            ["bob wrote “I found the host.”"],
            "adding the reaction again restores the entry"
        );
        assert_eq!(alice.reads(channel), [""; 0], "nothing is posted");
    });
}

#[test]
fn entry_is_not_removed_while_a_pushpin_is_left() {
    scenario(async |world, [alice, bob, ..]| {
        let (declared, ts) = declare_with_message(world).await;
        let channel = declared.channel.as_str();
        alice.reacts(channel, &ts, PUSHPIN).await;
        bob.reacts(channel, &ts, PUSHPIN).await;
        alice.unreacts(channel, &ts, PUSHPIN).await;
        assert_eq!(world.timeline(1).await.len(), 2);
        bob.unreacts(channel, &ts, PUSHPIN).await;
        assert_eq!(world.timeline(1).await.len(), 1);
    });
}

#[test]
fn message_added_by_action_is_not_removed_with_a_pushpin() {
    scenario(async |world, [alice, bob, ..]| {
        let (declared, ts) = declare_with_message(world).await;
        let channel = declared.channel.as_str();
        alice.adds_to_incident(channel, &ts).await;
        alice.reads_ephemeral();
        bob.reacts(channel, &ts, PUSHPIN).await;
        bob.unreacts(channel, &ts, PUSHPIN).await;
        assert_eq!(world.timeline(1).await.len(), 2);
        alice.adds_to_incident(channel, &ts).await;
        assert_eq!(alice.reads_ephemeral(), ["Already on the timeline."]);
    });
}

#[test]
fn pushpin_outside_incident_channels_is_ignored() {
    incident_scenario(async |world, _, [alice, ..]| {
        let ts = alice.posts("#incidents", "Anybody?").await;
        alice.reacts("#incidents", &ts, PUSHPIN).await;
        assert_eq!(world.timeline(1).await.len(), 1);
    });
}

#[test]
fn pushpin_adds_thread_reply() {
    scenario(async |world, [alice, ..]| {
        let (declared, ts) = declare_with_message(world).await;
        let channel = declared.channel.as_str();
        let reply = alice.replies(channel, &ts, "It is the disk.").await;
        alice.reacts(channel, &reply, PUSHPIN).await;
        assert_eq!(
            world.timeline(1).await[1..],
            ["alice wrote “It is the disk.”"]
        );
    });
}

#[test]
fn edit_and_deletion_of_a_pushpinned_message_are_applied() {
    scenario(async |world, [alice, bob, ..]| {
        let (declared, ts) = declare_with_message(world).await;
        let channel = declared.channel.as_str();
        alice.reacts(channel, &ts, PUSHPIN).await;
        bob.edits(channel, &ts, "I found the host: db-1.").await;
        assert_eq!(
            world.timeline(1).await[1..],
            ["bob wrote “I found the host: db-1.”"]
        );
        bob.deletes(channel, &ts).await;
        assert_eq!(world.timeline(1).await.len(), 1);
        assert_eq!(world.previous_texts(), ["I found the host."]);
        let stored: String = world
            .open_database()
            .query_row(
                "SELECT event ->> 'text' FROM timeline WHERE removed_at IS NOT NULL AND removed_by IS NULL",
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(stored, "I found the host: db-1.");
    });
}

#[test]
fn latest_pushpin_event_wins_when_events_are_duplicated_or_late() {
    scenario(async |world, _| {
        let (declared, ts) = declare_with_message(world).await;
        let channel = world.slack.channel(&declared.channel).unwrap();
        let event = |id: &str, kind: &str, at: &str| {
            event_request(
                id,
                json!({
                    "type": kind, "user": "U0ALICE0001", "reaction": PUSHPIN, "item_user": "U0BOB000001",
                    "item": { "type": "message", "channel": channel, "ts": ts }, "event_ts": at,
                }),
            )
        };
        let (on, off) = ("reaction_added", "reaction_removed");
        // The removal of the first reaction arrives before its addition, and each is delivered twice.
        for (id, kind, at) in [
            ("Ev2", off, "1795442800.000200"),
            ("Ev1", on, "1795442800.000100"),
            ("Ev2", off, "1795442800.000200"),
            ("Ev1", on, "1795442800.000100"),
        ] {
            let screen = deliver_event(world, &event(id, kind, at)).await;
            assert_eq!(screen.status, Some(200));
            assert_eq!(world.timeline(1).await.len(), 1, "{id}");
        }
        deliver_event(world, &event("Ev3", on, "1795442800.000300")).await;
        deliver_event(world, &event("Ev3", on, "1795442800.000300")).await;
        assert_eq!(
            world.timeline(1).await[1..],
            ["bob wrote “I found the host.”"]
        );
    });
}
