//! Crash tests for subscribing and unsubscribing: each click is applied once, however often it is delivered.

use muster_commands::payload::button_click;

use crate::exactly_once::test_button_redelivery;
use crate::expected_state::{CHANNEL, ExpectedState};
use crate::harness::{World, assert_accepted, wait_for};

/// Returns the channel and the `ts` of the announcement.
async fn find_announcement(world: &World) -> (String, String) {
    let mut messages = world.slack.messages("incidents").into_iter();
    let card = messages.find(|message| message.rendered_text().starts_with("IR-1 "));
    let card = card.expect("the incident is not announced");
    ("incidents".to_owned(), card.ts)
}

fn subscribers(world: &World) -> Vec<String> {
    world.database.query("SELECT subscribers FROM incidents")
}

#[tokio::test]
async fn redelivered_subscribe_click_subscribes_once() {
    test_button_redelivery(button_click::SUBSCRIBE, find_announcement, |world| {
        assert_eq!(subscribers(world), [r#"["U0ALICE0001"]"#]);
        ExpectedState::after_declaration().assert_matches(world);
    })
    .await;
}

#[tokio::test]
async fn redelivered_unsubscribe_click_unsubscribes_once() {
    let finds = async |world: &World| {
        let (slack, button) = (&world.slack, button_click::SUBSCRIBE);
        let (channel, ts) = find_announcement(world).await;
        assert_accepted(&slack.clicks("alice", &channel, &ts, button, None).await);
        // Subscribers receive no message about their own changes.
        let typed = slack.types("bob", CHANNEL, "/datadog incident stable");
        assert_accepted(&typed.await);
        let told = || {
            let direct = slack.direct_message_channel("alice")?;
            Some((direct.to_string(), slack.messages(&direct).pop()?.ts))
        };
        wait_for("direct message to the subscriber", async || {
            told().is_some()
        })
        .await;
        told().unwrap()
    };
    test_button_redelivery(button_click::UNSUBSCRIBE, finds, |world| {
        assert_eq!(subscribers(world), ["[]"]);
    })
    .await;
}
