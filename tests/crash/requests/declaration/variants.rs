//! Crash tests for declaring from a message, with the global shortcut, and as a test.

use muster_commands::{declare, declare_from_message, test_incident};

use crate::harness::prelude::*;

const TITLE: &str = "Payments time out";

/// Checks that the second incident was declared once, with a channel of its own.
fn assert_declared(world: &World, channel: &str) {
    let titles = world
        .database
        .query("SELECT title FROM incidents ORDER BY id");
    assert_eq!(titles, ["Checkout is slow", TITLE]);
    let channels = world.slack.channel_names().into_iter();
    let channels: Vec<_> = channels.filter(|it| it.contains("-2-")).collect();
    assert_eq!(channels, [channel]);
    assert_eq!(world.slack.pins(channel).len(), 1, "one header");
}

#[tokio::test]
async fn redelivered_declare_modal_of_a_message_declares_one_incident() {
    let fills = async |world: &World| {
        let slack = &world.slack;
        let ts = slack.types("chioma", "#incidents", TITLE).await.ts.unwrap();
        let menu = declare_from_message::ACTION;
        assert_accepted(
            &slack
                .runs_message_action("alice", "#incidents", &ts, menu)
                .await,
        );
        (world.fill_modal("alice", &[]).await, ts)
    };
    let sends =
        async |slack: &Sandbox, ready: &(String, String)| slack.submits("alice", &ready.0).await;
    test_redelivery(
        RequestName::Modal(declare::CALLBACK_ID),
        fills,
        sends,
        |world, (_, ts)| {
            assert_declared(world, "incident-2-payments-time-out");
            let replies = world.slack.replies("#incidents", ts);
            let replies: Vec<_> = replies.iter().map(|it| it.rendered_text()).collect();
            let reply = "Declared IR-2 from this message. Head to #incident-2-payments-time-out.";
            assert_eq!(replies, [reply], "the replies in the thread of the message");
            let first = "SELECT event ->> 'text' FROM timeline WHERE kind = 'message'";
            assert_eq!(world.database.query(first), [TITLE]);
            assert_eq!(
                world.slack.reactions("#incidents", ts).len(),
                1,
                "the pushpin"
            );
        },
    )
    .await;
}

#[tokio::test]
async fn redelivered_declare_modal_of_a_shortcut_declares_one_incident() {
    let fills = async |world: &World| {
        let begun = world
            .slack
            .runs_shortcut("alice", declare_from_message::SHORTCUT);
        assert_accepted(&begun.await);
        world.fill_modal("alice", &[("Title", TITLE)]).await
    };
    let sends = async |slack: &Sandbox, form: &String| slack.submits("alice", form).await;
    test_redelivery(
        RequestName::Modal(declare::CALLBACK_ID),
        fills,
        sends,
        |world, _| {
            assert_declared(world, "incident-2-payments-time-out");
            let direct = world.slack.direct_message_channel("alice").unwrap();
            let messages = world.slack.messages(&direct).into_iter();
            let messages = messages.filter(|it| it.rendered_text().starts_with("Declared IR-2. "));
            assert_eq!(messages.count(), 1, "the direct messages to alice");
        },
    )
    .await;
}

#[tokio::test]
async fn redelivered_test_incident_modal_declares_one_incident() {
    let fields = [("Title", TITLE)];
    test_command_modal_redelivery(
        RequestName::Modal(test_incident::CALLBACK_ID),
        "/datadog incident test",
        &fields,
        |world| {
            assert_declared(world, "test-incident-2-payments-time-out");
        },
    )
    .await;
}
