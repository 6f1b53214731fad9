//! Crash tests for subscribing and unsubscribing: each click is applied once, however often it is delivered.

use muster_commands::payload::button_click;

use crate::harness::prelude::*;

/// Returns the channel and the `ts` of the announcement.
async fn find_announcement(world: &World) -> (String, String) {
    let mut messages = world.slack.messages("incidents").into_iter();
    let announcement = messages.find(|message| message.rendered_text().starts_with("IR-1 "));
    let announcement = announcement.expect("the incident is not announced");
    ("incidents".to_owned(), announcement.ts)
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
        let action = slack.types("bob", CHANNEL, "/datadog incident stable");
        assert_accepted(&action.await);
        let last_message = || {
            let direct = slack.direct_message_channel("alice")?;
            Some((direct.to_string(), slack.messages(&direct).pop()?.ts))
        };
        wait_for("direct message to the subscriber", async || {
            last_message().is_some()
        })
        .await;
        last_message().unwrap()
    };
    test_button_redelivery(button_click::UNSUBSCRIBE, finds, |world| {
        assert_eq!(subscribers(world), ["[]"]);
    })
    .await;
}
