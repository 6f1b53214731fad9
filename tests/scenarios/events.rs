//! What Slack tells the bot unasked: edits of messages, the end of the app, and what nobody follows.

use muster::sandbox::{Request, RequestKind, Seen};
use serde_json::{Value, json};

use super::world::{World, by_each_door, over_http};

#[tokio::test]
async fn a_message_that_is_edited_is_followed_and_what_it_said_is_kept() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let declared = alice.declares("Checkout is slow").await;
        alice.declares("Search is down").await;
        let (here, there) = (declared.channel.as_str(), "#incidents");
        let found = alice.writes(here, "I found the hots.").await;
        let other = alice.writes(here, "Never mind.").await;
        let calls = bob.writes(there, "Customers call.").await;
        alice.chooses(here, &found, "add_to_incident").await;
        for incident in ["1", "2"] {
            bob.chooses(there, &calls, "add_to_incident").await;
            bob.submits(&[("Incident", incident)]).await;
        }
        alice.reads_alone();
        bob.reads_alone();

        alice.edits(here, &found, "I found the host & <b>.").await;
        alice.edits(here, &found, "I found the host: db-1.").await;
        alice.edits(here, &other, "Do mind.").await;
        bob.edits(there, &calls, "Customers do call.").await;
        assert_eq!(
            world.timeline(1).await[1..],
            [
                "alice wrote “I found the host: db-1.”",
                "bob wrote “Customers do call.”"
            ]
        );
        assert_eq!(
            world.timeline(2).await[1..],
            ["bob wrote “Customers do call.”"]
        );
        assert_eq!(
            world.was_before(),
            [
                "I found the hots.",
                "I found the host & <b>.",
                "Customers call.",
                "Customers call."
            ]
        );
        // Nobody is told: who edits does not want to wake anybody.
        assert_eq!(alice.reads(here), [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn an_edit_that_arrives_twice_is_followed_once() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let declared = alice.declares("Checkout is slow").await;
        let ts = alice.writes(&declared.channel, "One").await;
        alice
            .chooses(&declared.channel, &ts, "add_to_incident")
            .await;
        alice.reads_alone();
        let channel = world.slack.channel(&declared.channel).unwrap();
        let edited = |id: &str, text: &str| {
            event(id, json!({
                "type": "message", "subtype": "message_changed", "channel": channel, "hidden": true,
                "message": { "type": "message", "ts": ts, "user": "U0ALICE0001", "text": text },
            }))
        };
        let two = edited("Ev0TWO", "Two");
        for request in [&two, &edited("Ev0THREE", "Three"), &two] {
            assert_eq!(happens(world, request).await.status, Some(200));
        }
        assert_eq!(world.timeline(1).await[1..], ["alice wrote “Three”"]);
        assert_eq!(world.was_before(), ["One", "Two"]);
    })
    .await;
}

#[tokio::test]
async fn of_edits_that_arrive_in_the_wrong_order_the_latest_stays() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let declared = alice.declares("Checkout is slow").await;
        let ts = alice.writes(&declared.channel, "One").await;
        alice
            .chooses(&declared.channel, &ts, "add_to_incident")
            .await;
        alice.reads_alone();
        let channel = world.slack.channel(&declared.channel).unwrap();
        // Two edits of one second: what a message says of its edit does not tell them apart.
        let edited = |id: &str, text: &str| {
            event(id, json!({
                "type": "message", "subtype": "message_changed", "channel": channel, "hidden": true,
                "ts": format!("1795442800.00{id}00"), "event_ts": format!("1795442800.00{id}00"),
                "message": {
                    "type": "message", "ts": ts, "user": "U0ALICE0001", "text": text,
                    "edited": { "user": "U0ALICE0001", "ts": "1795442800.000000" },
                },
            }))
        };
        for request in [edited("03", "Three"), edited("02", "Two")] {
            assert_eq!(happens(world, &request).await.status, Some(200));
        }
        assert_eq!(world.timeline(1).await[1..], ["alice wrote “Three”"]);
        assert_eq!(world.was_before(), ["One", "Two"], "nothing is lost");
        happens(world, &edited("04", "Four")).await;
        assert_eq!(world.timeline(1).await[1..], ["alice wrote “Four”"]);
    })
    .await;
}

#[tokio::test]
async fn an_edit_from_before_a_message_was_added_does_not_undo_what_it_said_then() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let declared = alice.declares("Checkout is slow").await;
        let here = declared.channel.as_str();
        let added = alice.writes(here, "I found the hots.").await;
        let pinned = alice.writes(here, "Carts time uot.").await;
        let mut late = Vec::new();
        for (ts, first, second) in [
            (&added, "I found the host.", "I found the host: db-1."),
            (&pinned, "Carts time out.", "Carts time out in Asia."),
        ] {
            alice.edits(here, ts, first).await;
            late.push(world.slack.last_event("message").unwrap());
            alice.edits(here, ts, second).await;
        }
        bob.joins(here).await;
        bob.chooses(here, &added, "add_to_incident").await;
        bob.reacts(here, &pinned, "pushpin").await;
        // Slack tells only now of what was edited first.
        for event in &late {
            world.slack.redelivers(event, 1).await;
            world.settles().await;
        }
        let timeline = [
            "alice wrote “I found the host: db-1.”",
            "alice wrote “Carts time out in Asia.”",
        ];
        assert_eq!(world.timeline(1).await[1..], timeline);
        assert_eq!(
            world.was_before(),
            ["I found the host.", "Carts time out."],
            "nothing is lost"
        );
        // What is edited from now on is followed.
        alice.edits(here, &added, "It is db-1.").await;
        assert_eq!(world.timeline(1).await[1], "alice wrote “It is db-1.”");
        bob.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn what_the_bot_does_itself_is_no_news() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let declared = alice.declares("Checkout is slow").await;
        let channel = world.slack.channel(&declared.channel).unwrap();
        let header = world.slack.pins(&declared.channel).pop().unwrap();
        alice
            .chooses(&declared.channel, &header, "add_to_incident")
            .await;
        let before = world.timeline(1).await;
        alice
            .updates(&declared.channel, &[("What happened", "A full disk.")])
            .await;
        let bot = world.slack.bot_user();
        for (number, kind) in (1..).zip(["channel_archive", "channel_unarchive", "channel_deleted"])
        {
            let by = if kind == "channel_deleted" {
                "actor_id"
            } else {
                "user"
            };
            let told = json!({ "type": kind, "channel": channel, by: bot });
            let seen = happens(world, &event(&format!("Ev{number}"), told)).await;
            assert_eq!(seen.status, Some(200));
        }
        let after = world.timeline(1).await;
        assert_eq!(
            after[..2],
            before,
            "our own edit of the header is not followed"
        );
        assert_eq!(after[2..], ["alice changed summary “” to “A full disk.”"]);
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn what_nobody_follows_is_acknowledged_and_changes_nothing() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let declared = alice.declares("Checkout is slow").await;
        let channel = world.slack.channel(&declared.channel).unwrap();
        let unknown = [
            event("Ev1", json!({ "type": "reaction_added", "user": "U0BOB000001" })),
            event("Ev2", json!({ "type": "brand_new_event", "channel": channel })),
            event("Ev3", json!({ "type": "message", "channel": channel, "subtype": "brand_new" })),
            event("Ev4", json!({ "type": "channel_archive" })),
            event("Ev5", json!(null)),
            request(json!({ "type": "event_callback", "event": { "type": "channel_archive", "channel": channel } })),
            request(json!({ "type": "brand_new" })),
            request(json!([])),
        ];
        for request in &unknown {
            let seen = happens(world, request).await;
            assert_eq!(seen.status, Some(200), "{}", request.payload);
        }
        assert_eq!(world.timeline(1).await.len(), 1);
        alice.writes(&declared.channel, "Anybody here?").await;
    })
    .await;
}

#[tokio::test]
async fn the_address_for_events_proves_that_it_is_ours() {
    over_http(async |world| assert!(world.slack.verifies_address().await)).await;
}

#[tokio::test]
async fn an_app_that_is_removed_is_said_in_the_log() {
    by_each_door(async |world| {
        world.slack.uninstalls_app().await;
        world.settles().await;
        // Slack tells both: the token goes with the app.
        assert_eq!(
            world.log.take(),
            [
                "The app’s token was revoked. Install it again and set the new SLACK_BOT_TOKEN. \
                 Until then incidents are stored, and nothing is sent.",
                "The app was removed from the workspace. Install it again and set the new SLACK_BOT_TOKEN. \
                 Until then incidents are stored, and nothing is sent.",
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn a_token_that_is_revoked_is_said_in_the_log() {
    by_each_door(async |world| {
        world.slack.revokes_tokens().await;
        world.settles().await;
        let said = world.log.take();
        let revoked = "The app’s token was revoked. Install it again and set the new SLACK_BOT_TOKEN. \
                       Until then incidents are stored, and nothing is sent.";
        assert_eq!(said, [revoked]);
    })
    .await;
}

#[tokio::test]
async fn the_token_of_another_that_is_revoked_concerns_nobody() {
    by_each_door(async |world| {
        let tokens = json!({ "oauth": ["U0BOB000001"], "bot": [] });
        let told = event("Ev1", json!({ "type": "tokens_revoked", "tokens": tokens }));
        assert_eq!(happens(world, &told).await.status, Some(200));
        world.person("alice").declares("Checkout is slow").await;
    })
    .await;
}

/// Gives an event as Slack delivers it.
pub fn event(id: &str, event: Value) -> Request {
    request(json!({ "type": "event_callback", "event_id": id, "event": event }))
}

fn request(payload: Value) -> Request {
    Request {
        kind: RequestKind::Event,
        payload,
        who: None,
    }
}

/// Lets Slack tell the bot something.
pub async fn happens(world: &World, request: &Request) -> Seen {
    let seen = world.slack.deliver(request).await;
    world.settles().await;
    seen
}
