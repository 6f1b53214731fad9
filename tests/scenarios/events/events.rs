//! The Events API: message edits, `app_uninstalled`, `tokens_revoked`, and ignored events.

use muster_sandbox::{ActionResult, Request, RequestKind};
use serde_json::{Value, json};

use crate::harness::prelude::*;

/// Asserts that entries show the latest texts, and that the earlier ones are stored.
async fn assert_edits_are_stored(world: &World) {
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
        world.previous_texts(),
        [
            "I found the hots.",
            "I found the host & <b>.",
            "Customers call.",
            "Customers call."
        ]
    );
}

#[test]
fn message_edit_updates_the_entry_and_stores_the_old_text() {
    over_both_transports(async |world, [alice, bob, ..]| {
        let declared = alice.declares("Checkout is slow").await;
        alice.declares("Search is down").await;
        let (here, there) = (declared.channel.as_str(), "#incidents");
        let matches = alice.posts(here, "I found the hots.").await;
        let other = alice.posts(here, "Never mind.").await;
        let calls = bob.posts(there, "Customers call.").await;
        alice.adds_to_incident(here, &matches).await;
        for incident in ["1", "2"] {
            bob.adds_to_incident(there, &calls).await;
            bob.submits(&[("Incident", incident)]).await;
        }
        alice.reads_ephemeral();
        bob.reads_ephemeral();

        alice.edits(here, &matches, "I found the host & <b>.").await;
        alice.edits(here, &matches, "I found the host: db-1.").await;
        alice.edits(here, &other, "Do mind.").await;
        bob.edits(there, &calls, "Customers do call.").await;
        assert_edits_are_stored(world).await;
        // Edits are not posted.
        assert_eq!(alice.reads(here), [""; 0]);
    });
}

#[test]
fn redelivered_edit_is_applied_once() {
    scenario(async |world, [alice, ..]| {
        let declared = alice.declares("Checkout is slow").await;
        let ts = alice.posts(&declared.channel, "One").await;
        alice.adds_to_incident(&declared.channel, &ts).await;
        alice.reads_ephemeral();
        let channel = world.slack.channel(&declared.channel).unwrap();
        let edited = |id: &str, text: &str| {
            event_request(
                id,
                json!({
                    "type": "message", "subtype": "message_changed", "channel": channel, "hidden": true,
                    "message": { "type": "message", "ts": ts, "user": "U0ALICE0001", "text": text },
                }),
            )
        };
        let two = edited("Ev0TWO", "Two");
        for request in [&two, &edited("Ev0THREE", "Three"), &two] {
            assert_eq!(deliver_event(world, request).await.status, Some(200));
        }
        assert_eq!(world.timeline(1).await[1..], ["alice wrote “Three”"]);
        assert_eq!(world.previous_texts(), ["One", "Two"]);
    });
}

#[test]
fn latest_edit_wins_when_edits_arrive_out_of_order() {
    scenario(async |world, [alice, ..]| {
        let declared = alice.declares("Checkout is slow").await;
        let ts = alice.posts(&declared.channel, "One").await;
        alice.adds_to_incident(&declared.channel, &ts).await;
        alice.reads_ephemeral();
        let channel = world.slack.channel(&declared.channel).unwrap();
        // Two edits in the same second: their timestamps do not tell them apart.
        let edited = |id: &str, text: &str| {
            event_request(
                id,
                json!({
                    "type": "message", "subtype": "message_changed", "channel": channel, "hidden": true,
                    "ts": format!("1795442800.00{id}00"), "event_ts": format!("1795442800.00{id}00"),
                    "message": {
                        "type": "message", "ts": ts, "user": "U0ALICE0001", "text": text,
                        "edited": { "user": "U0ALICE0001", "ts": "1795442800.000000" },
                    },
                }),
            )
        };
        for request in [edited("03", "Three"), edited("02", "Two")] {
            assert_eq!(deliver_event(world, &request).await.status, Some(200));
        }
        assert_eq!(world.timeline(1).await[1..], ["alice wrote “Three”"]);
        assert_eq!(
            world.previous_texts(),
            ["One", "Two"],
            "all edits are recorded"
        );
        deliver_event(world, &edited("04", "Four")).await;
        assert_eq!(world.timeline(1).await[1..], ["alice wrote “Four”"]);
    });
}

#[test]
fn edit_older_than_the_added_message_is_ignored() {
    incident_scenario(async |world, channel, [alice, bob, ..]| {
        let slack = &world.slack;
        let added = alice.posts(channel, "I found the hots.").await;
        let pinned = alice.posts(channel, "Carts time uot.").await;
        let mut late = Vec::new();
        for (ts, first, second) in [
            (&added, "I found the host.", "I found the host: db-1."),
            (&pinned, "Carts time out.", "Carts time out in Asia."),
        ] {
            alice.edits(channel, ts, first).await;
            late.push(slack.last_event("message").unwrap());
            alice.edits(channel, ts, second).await;
        }
        bob.joins(channel).await;
        bob.adds_to_incident(channel, &added).await;
        bob.reacts(channel, &pinned, "pushpin").await;
        // Slack delivers the event of the first edit only now.
        for event in &late {
            slack.redeliver(event, 1).await;
            world.deliver_all().await;
        }
        let timeline = [
            "alice wrote “I found the host: db-1.”",
            "alice wrote “Carts time out in Asia.”",
        ];
        assert_eq!(world.timeline(1).await[1..], timeline);
        assert_eq!(
            world.previous_texts(),
            ["I found the host.", "Carts time out."],
            "all edits are recorded"
        );
        // Later edits are applied.
        alice.edits(channel, &added, "It is db-1.").await;
        assert_eq!(world.timeline(1).await[1], "alice wrote “It is db-1.”");
        assert_eq!(bob.reads_ephemeral(), ["Added to the timeline of IR-1."]);
    });
}

#[test]
fn events_caused_by_the_app_are_ignored() {
    scenario(async |world, [alice, ..]| {
        let slack = &world.slack;
        let declared = alice.declares("Checkout is slow").await;
        let channel = slack.channel(&declared.channel).unwrap();
        let header = slack.pins(&declared.channel).pop().unwrap();
        alice.reacts(&declared.channel, &header, "pushpin").await;
        let before = world.timeline(1).await;
        alice
            .updates(&declared.channel, &[("What happened", "A full disk.")])
            .await;
        let app = slack.bot_user();
        for (number, kind) in (1..).zip(["channel_archive", "channel_unarchive", "channel_deleted"])
        {
            let actor_key = if kind == "channel_deleted" {
                "actor_id"
            } else {
                "user"
            };
            let event = json!({ "type": kind, "channel": channel, actor_key: app });
            let screen = deliver_event(world, &event_request(&format!("Ev{number}"), event)).await;
            assert_eq!(screen.status, Some(200));
        }
        let after = world.timeline(1).await;
        assert_eq!(after[..2], before, "edits by the bot itself are ignored");
        assert_eq!(after[2..], ["alice changed summary “” to “A full disk.”"]);
        world.expects_unread(2, "header, post");
    });
}

#[test]
fn unknown_events_are_acknowledged_and_ignored() {
    scenario(async |world, [alice, ..]| {
        let declared = alice.declares("Checkout is slow").await;
        let channel = world.slack.channel(&declared.channel).unwrap();
        let unknown = [
            event_request(
                "Ev1",
                json!({ "type": "reaction_added", "user": "U0BOB000001" }),
            ),
            event_request(
                "Ev2",
                json!({ "type": "brand_new_event", "channel": channel }),
            ),
            event_request(
                "Ev3",
                json!({ "type": "message", "channel": channel, "subtype": "brand_new" }),
            ),
            event_request("Ev4", json!({ "type": "channel_archive" })),
            event_request("Ev5", json!(null)),
            raw_event_request(
                json!({ "type": "event_callback", "event": { "type": "channel_archive", "channel": channel } }),
            ),
            raw_event_request(json!({ "type": "brand_new" })),
            raw_event_request(json!([])),
        ];
        for request in &unknown {
            let screen = deliver_event(world, request).await;
            assert_eq!(screen.status, Some(200), "{}", request.payload);
        }
        assert_eq!(world.timeline(1).await.len(), 1);
        alice.posts(&declared.channel, "Anybody here?").await;
    });
}

#[test]
fn url_verification_returns_the_challenge() {
    over_http(async |world, _| assert!(world.slack.verify_request_url().await));
}

#[test]
fn app_uninstalled_is_logged() {
    scenario(async |world, _| {
        world.slack.uninstall_app().await;
        world.deliver_all().await;
        // Slack sends both events: uninstalling the app revokes its token.
        assert_eq!(
            world.log.take_warnings(),
            [
                "The app's token was revoked. Install it again and set the new SLACK_BOT_TOKEN. Until \
                 then, incidents are stored but nothing is sent.",
                "The app was removed from the workspace. Install it again and set the new SLACK_BOT_TOKEN. \
                 Until then, incidents are stored but nothing is sent.",
            ]
        );
    });
}

#[test]
fn revoked_token_is_logged() {
    scenario(async |world, _| {
        world.slack.revoke_tokens().await;
        world.deliver_all().await;
        let text = world.log.take_warnings();
        let revoked = "The app's token was revoked. Install it again and set the new SLACK_BOT_TOKEN. \
            Until then, incidents are stored but nothing is sent.";
        assert_eq!(text, [revoked]);
    });
}

#[test]
fn revoked_user_token_is_ignored() {
    scenario(async |world, [alice, ..]| {
        let tokens = json!({ "oauth": ["U0BOB000001"], "bot": [] });
        let request = event_request("Ev1", json!({ "type": "tokens_revoked", "tokens": tokens }));
        assert_eq!(deliver_event(world, &request).await.status, Some(200));
        alice.declares("Checkout is slow").await;
    });
}

/// Builds an event request as Slack sends it.
pub fn event_request(id: &str, event: Value) -> Request {
    raw_event_request(json!({ "type": "event_callback", "event_id": id, "event": event }))
}

fn raw_event_request(payload: Value) -> Request {
    Request {
        kind: RequestKind::Event,
        payload,
        who: None,
    }
}

/// Has Slack deliver an event to the bot.
pub async fn deliver_event(world: &World, request: &Request) -> ActionResult {
    let screen = world.slack.deliver(request).await;
    world.deliver_all().await;
    screen
}
