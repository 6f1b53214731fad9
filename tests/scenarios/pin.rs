//! 📌 on a message in an incident's channel puts it on the timeline; taken away, the entry goes away. What
//! becomes of the message is followed.

use serde_json::json;

use super::events::{event, happens};
use super::person::Declared;
use super::world::{World, by_each_door};

const PIN: &str = "pushpin";

/// Declares an incident in whose channel alice and bob are; bob writes a message.
async fn with_a_message(world: &World) -> (Declared, String) {
    let (alice, bob) = (world.person("alice"), world.person("bob"));
    let declared = alice.declares("Checkout is slow").await;
    bob.joins(&declared.channel).await;
    let ts = bob.writes(&declared.channel, "I found the host.").await;
    (declared, ts)
}

/// Gives who has pinned a message.
fn pinned_by(world: &World, channel: &str, ts: &str) -> Vec<String> {
    let reactions = world.slack.reactions(channel, ts);
    let pins = reactions.into_iter().filter(|it| it.name == PIN);
    pins.flat_map(|it| it.users)
        .map(|it| it.to_string())
        .collect()
}

#[tokio::test]
async fn a_pinned_message_is_on_the_timeline_and_goes_with_its_pin() {
    by_each_door(async |world| {
        let (declared, ts) = with_a_message(world).await;
        let alice = world.person("alice");
        let channel = declared.channel.as_str();
        alice.reacts(channel, &ts, PIN).await;
        assert_eq!(
            world.timeline(1).await[1..],
            ["bob wrote “I found the host.”"]
        );
        let entry = world.entries(1).await.pop().unwrap();
        assert_eq!(
            entry.message.unwrap().permalink,
            world.slack.permalink(channel, &ts).unwrap()
        );
        assert_eq!(entry.recorded_by, Some("U0ALICE0001".into()));
        let ours = world.slack.bot_user().to_string();
        assert_eq!(
            pinned_by(world, channel, &ts),
            ["U0ALICE0001", ours.as_str()]
        );
        alice.reacts(channel, &ts, "eyes").await;
        alice.unreacts(channel, &ts, "eyes").await;
        assert_eq!(world.timeline(1).await.len(), 2);

        alice.unreacts(channel, &ts, PIN).await;
        assert_eq!(world.timeline(1).await.len(), 1);
        assert_eq!(pinned_by(world, channel, &ts), [""; 0]);
        alice.reacts(channel, &ts, PIN).await;
        assert_eq!(
            world.timeline(1).await[1..],
            ["bob wrote “I found the host.”"],
            "pinned again, it is back"
        );
        assert_eq!(alice.reads(channel), [""; 0], "nobody is told");
    })
    .await;
}

#[tokio::test]
async fn a_message_stays_while_somebody_pins_it() {
    by_each_door(async |world| {
        let (declared, ts) = with_a_message(world).await;
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let channel = declared.channel.as_str();
        alice.reacts(channel, &ts, PIN).await;
        bob.reacts(channel, &ts, PIN).await;
        alice.unreacts(channel, &ts, PIN).await;
        assert_eq!(world.timeline(1).await.len(), 2);
        bob.unreacts(channel, &ts, PIN).await;
        assert_eq!(world.timeline(1).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_was_added_by_a_click_does_not_go_with_a_pin() {
    by_each_door(async |world| {
        let (declared, ts) = with_a_message(world).await;
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let channel = declared.channel.as_str();
        alice.chooses(channel, &ts, "add_to_incident").await;
        alice.reads_alone();
        bob.reacts(channel, &ts, PIN).await;
        bob.unreacts(channel, &ts, PIN).await;
        assert_eq!(world.timeline(1).await.len(), 2);
        alice.chooses(channel, &ts, "add_to_incident").await;
        assert_eq!(alice.reads_alone(), ["Already on the timeline."]);
    })
    .await;
}

#[tokio::test]
async fn a_pin_elsewhere_concerns_nobody() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        let ts = alice.writes("#incidents", "Anybody?").await;
        alice.reacts("#incidents", &ts, PIN).await;
        assert_eq!(world.timeline(1).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_reply_in_a_thread_is_pinned_like_any_message() {
    by_each_door(async |world| {
        let (declared, ts) = with_a_message(world).await;
        let alice = world.person("alice");
        let channel = declared.channel.as_str();
        let reply = alice.replies(channel, &ts, "It is the disk.").await;
        alice.reacts(channel, &reply, PIN).await;
        assert_eq!(
            world.timeline(1).await[1..],
            ["alice wrote “It is the disk.”"]
        );
    })
    .await;
}

#[tokio::test]
async fn a_pinned_message_that_is_edited_or_deleted_is_followed() {
    by_each_door(async |world| {
        let (declared, ts) = with_a_message(world).await;
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let channel = declared.channel.as_str();
        alice.reacts(channel, &ts, PIN).await;
        bob.edits(channel, &ts, "I found the host: db-1.").await;
        assert_eq!(
            world.timeline(1).await[1..],
            ["bob wrote “I found the host: db-1.”"]
        );
        bob.deletes(channel, &ts).await;
        assert_eq!(world.timeline(1).await.len(), 1);
        assert_eq!(world.was_before(), ["I found the host."]);
        let kept: String = world
            .looks_into_the_file()
            .query_row(
                "SELECT what ->> 'text' FROM timeline WHERE removed_at IS NOT NULL AND removed_by IS NULL",
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(kept, "I found the host: db-1.");
    })
    .await;
}

#[tokio::test]
async fn pins_that_arrive_twice_or_out_of_order_leave_it_as_it_is_in_the_end() {
    by_each_door(async |world| {
        let (declared, ts) = with_a_message(world).await;
        let channel = world.slack.channel(&declared.channel).unwrap();
        let told = |id: &str, kind: &str, at: &str| {
            event(id, json!({
                "type": kind, "user": "U0ALICE0001", "reaction": PIN, "item_user": "U0BOB000001",
                "item": { "type": "message", "channel": channel, "ts": ts }, "event_ts": at,
            }))
        };
        let (on, off) = ("reaction_added", "reaction_removed");
        // The end of the first pin comes before it, and each comes twice.
        for (id, kind, at) in [
            ("Ev2", off, "1795442800.000200"),
            ("Ev1", on, "1795442800.000100"),
            ("Ev2", off, "1795442800.000200"),
            ("Ev1", on, "1795442800.000100"),
        ] {
            let seen = happens(world, &told(id, kind, at)).await;
            assert_eq!(seen.status, Some(200));
            assert_eq!(world.timeline(1).await.len(), 1, "{id}");
        }
        happens(world, &told("Ev3", on, "1795442800.000300")).await;
        happens(world, &told("Ev3", on, "1795442800.000300")).await;
        assert_eq!(
            world.timeline(1).await[1..],
            ["bob wrote “I found the host.”"]
        );
    })
    .await;
}
