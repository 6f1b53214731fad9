//! Declaring from a message, as a global shortcut, and as a test: the form, killed at each of its moments.

use muster::sandbox::Sandbox;
use muster_commands::{declare, declare_incident, test_incident};

use super::asks::Ask;
use super::once::{once, sends};
use super::world::{World, is_fine};

const TITLE: &str = "Payments time out";

/// Looks at the second incident: declared once, in a channel of its own.
fn is_declared(world: &World, channel: &str) {
    let titles = world.records.ask("SELECT title FROM incidents ORDER BY id");
    assert_eq!(titles, ["Checkout is slow", TITLE]);
    let channels = world.slack.channel_names().into_iter();
    let channels: Vec<_> = channels.filter(|it| it.contains("-2-")).collect();
    assert_eq!(channels, [channel]);
    assert_eq!(world.slack.pins(channel).len(), 1, "one header");
}

#[tokio::test]
async fn a_message_that_is_declared_again_becomes_one_incident() {
    let fills = async |world: &World| {
        let slack = &world.slack;
        let ts = slack.types("chioma", "#incidents", TITLE).await.ts.unwrap();
        let menu = declare_incident::ACTION;
        is_fine(&slack.message_action("alice", "#incidents", &ts, menu).await);
        (world.fills("alice", &[]).await, ts)
    };
    let sends =
        async |slack: &Sandbox, ready: &(String, String)| slack.submits("alice", &ready.0).await;
    once(Ask::Form(declare::FORM), fills, sends, |world, (_, ts)| {
        is_declared(world, "incident-2-payments-time-out");
        let replies = world.slack.replies("#incidents", ts);
        let replies: Vec<_> = replies.iter().map(|it| it.as_read()).collect();
        let pointer =
            "IR-2 is declared because of this: #incident-2-payments-time-out is its channel.";
        assert_eq!(replies, [pointer], "the thread of the message");
        let first = "SELECT what ->> 'text' FROM timeline WHERE kind = 'message'";
        assert_eq!(world.records.ask(first), [TITLE]);
        assert_eq!(world.slack.reactions("#incidents", ts).len(), 1, "the mark");
    })
    .await;
}

#[tokio::test]
async fn a_shortcut_that_is_sent_again_declares_once() {
    let fills = async |world: &World| {
        let begun = world.slack.shortcut("alice", declare_incident::SHORTCUT);
        is_fine(&begun.await);
        world.fills("alice", &[("Title", TITLE)]).await
    };
    let sends = async |slack: &Sandbox, form: &String| slack.submits("alice", form).await;
    once(Ask::Form(declare::FORM), fills, sends, |world, _| {
        is_declared(world, "incident-2-payments-time-out");
        let direct = world.slack.direct_message("alice").unwrap();
        let told = world.slack.messages(&direct).into_iter();
        let told = told.filter(|it| it.as_read().starts_with("IR-2 is declared: "));
        assert_eq!(told.count(), 1, "alice is told directly");
    })
    .await;
}

#[tokio::test]
async fn a_test_incident_that_comes_again_is_declared_once() {
    let fields = [("Title", TITLE)];
    let typed = ("/datadog incident test", &fields[..]);
    sends(Ask::Form(test_incident::FORM), typed, |world| {
        is_declared(world, "test-incident-2-payments-time-out");
    })
    .await;
}
