//! Mentions of the app and direct messages to it: the answer is the action menu.

use muster_sandbox::Fault;
use serde_json::json;

use crate::events::events::{deliver_event, event_request};
use crate::harness::prelude::*;

/// The menu outside incident channels.
const MENU: &str = "What would you like to do?\n[Declare Incident] [List Incidents] [Help]";

/// Opens the user's conversation with the app. Returns its ID.
fn open_conversation(user: &TestUser<'_>) -> String {
    let conversation = user.world.slack.opens_direct_message(user.name, "muster");
    conversation.expect("the app has no user").to_string()
}

#[test]
fn mention_in_an_incident_channel_shows_its_menu_to_the_author() {
    incident_over_both_transports(async |_, channel, [alice, bob, ..]| {
        bob.joins(channel).await;
        bob.types(channel, "/datadog").await;
        let menu = bob.reads_ephemeral();
        assert!(
            menu[0].starts_with("IR-1 Checkout is slow is ACTIVE.\n["),
            "{menu:?}"
        );
        bob.posts(channel, "@muster what is the status?").await;
        assert_eq!(bob.reads_ephemeral(), menu);
        assert_eq!(alice.reads_ephemeral(), [""; 0]);
        assert_eq!(alice.reads(channel), [""; 0]);

        let ts = bob.last_ephemeral().ts;
        bob.clicks(channel, &ts, "action_menu incident timeline")
            .await;
        let list = bob.reads_ephemeral().pop().unwrap();
        assert!(list.starts_with("Timeline of IR-1"), "{list}");
    });
}

#[test]
fn mention_in_a_thread_is_answered_there() {
    scenario(async |world, [alice, bob, ..]| {
        alice.invites("#general", "muster").await;
        let parent = alice.posts("#general", "Is anything down?").await;
        bob.replies("#general", &parent, "@muster list").await;
        assert_eq!(bob.reads_ephemeral(), [MENU]);
        assert_eq!(bob.last_ephemeral().thread_ts, Some(parent.clone()));
        assert_eq!(world.unread_replies("general", &parent), [""; 0]);
    });
}

#[test]
fn direct_message_is_answered_with_the_menu() {
    over_both_transports(async |_, [alice, bob, ..]| {
        let conversation = open_conversation(&alice);
        alice.posts(&conversation, "help").await;
        assert_eq!(alice.reads_direct_messages(), [MENU]);
        assert_eq!(bob.reads_direct_messages(), [""; 0]);

        let menu = alice.last_direct_message().ts;
        alice
            .clicks(&conversation, &menu, "action_menu incident list")
            .await;
        assert_eq!(alice.reads_ephemeral(), [NO_OPEN_INCIDENT]);
    });
}

#[test]
fn redelivered_message_is_answered_once() {
    scenario(async |world, [alice, ..]| {
        alice.invites("#general", "muster").await;
        alice.posts("#general", "@muster hello").await;
        let conversation = open_conversation(&alice);
        alice.posts(&conversation, "hello").await;
        assert_eq!(alice.reads_ephemeral(), [MENU]);
        assert_eq!(alice.reads_direct_messages(), [MENU]);
        for kind in ["app_mention", "message"] {
            let event = world.slack.last_event(kind).unwrap();
            assert_eq!(deliver_event(world, &event).await.status, Some(200));
        }
        assert_eq!(alice.reads_ephemeral(), [""; 0]);
        assert_eq!(alice.reads_direct_messages(), [""; 0]);
    });
}

#[test]
fn edits_bots_and_the_app_itself_are_not_answered() {
    scenario(async |world, [alice, ..]| {
        alice.invites("#general", "muster").await;
        let channel = world.channel_id("#general");
        let conversation = open_conversation(&alice);
        let ts = alice.posts(&conversation, "hello").await;
        assert_eq!(alice.reads_direct_messages(), [MENU]);
        alice.edits(&conversation, &ts, "hello again").await;
        alice.deletes(&conversation, &ts).await;
        let (bot, app) = ("B0OTHER0001", world.slack.bot_user());
        let mention = json!({
            "type": "app_mention", "channel": channel, "user": "U0ALICE0001", "text": "<@U0MUSTER> hi",
        });
        for (id, field, value) in [
            ("Ev0BOT", "bot_id", json!(bot)),
            ("Ev0EDITED", "edited", json!({ "user": "U0ALICE0001" })),
            ("Ev0APP", "user", json!(app)),
            ("Ev0NOBODY", "user", json!(null)),
        ] {
            let mut event = mention.clone();
            event[field] = value;
            let request = event_request(id, event);
            assert_eq!(deliver_event(world, &request).await.status, Some(200));
            assert_eq!(world.take_all_unread(), [""; 0], "{id}");
        }
    });
}

#[test]
fn user_who_writes_very_often_is_answered_five_times_a_minute() {
    scenario(async |world, [alice, bob, ..]| {
        let conversation = open_conversation(&alice);
        for _ in 0..8 {
            alice.posts(&conversation, "hello?").await;
            // Slack allows one message per second.
            world.advance(2).await;
        }
        assert_eq!(alice.reads_direct_messages(), [MENU; 5]);
        let other = open_conversation(&bob);
        bob.posts(&other, "hello?").await;
        assert_eq!(bob.reads_direct_messages(), [MENU]);
        world.advance(90).await;
        alice.posts(&conversation, "hello?").await;
        assert_eq!(alice.reads_direct_messages(), [MENU]);
    });
}

#[test]
fn mention_is_answered_directly_when_the_channel_rejects_the_menu() {
    scenario(async |world, [alice, ..]| {
        alice.invites("#general", "muster").await;
        let rejected = Fault::Error("user_not_in_channel");
        world.slack.fail_calls("chat.postEphemeral", 1, rejected);
        alice.posts("#general", "@muster hello").await;
        assert_eq!(alice.reads_direct_messages(), [MENU]);
        assert_eq!(alice.reads_ephemeral(), [""; 0]);
        for method in ["chat.postEphemeral", "chat.postMessage"] {
            let rejected = Fault::Error("not_in_channel");
            world.slack.fail_calls(method, 1, rejected);
        }
        alice.posts("#general", "@muster hello").await;
        assert_eq!(alice.reads_direct_messages(), [""; 0]);
        world.expects_warning(
            "Cannot answer a message to the app: chat.postMessage: not_in_channel",
        );
    });
}
