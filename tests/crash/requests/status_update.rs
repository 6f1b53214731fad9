//! Crash tests for status updates: their deliveries and their requests.

use muster_commands::payload::button_click;
use muster_commands::status_update;

use crate::harness::prelude::*;

const COMMAND: &str = "/datadog incident update Rolled back. Next update in 2 hours";

/// Kills the bot during a delivery of a status update, to which chioma is subscribed.
pub async fn kill_during_status_update(kind: DeliveryKind) {
    let case = DeliveryCase::edit(kind, "a status update");
    let subscribe = async |world: &World| {
        let mut messages = world.slack.messages("incidents").into_iter();
        let announcement = messages.find(|it| it.rendered_text().starts_with("IR-1 "));
        let ts = announcement.expect("the incident is not announced").ts;
        let button = button_click::SUBSCRIBE;
        let click = world.slack.clicks("chioma", "incidents", &ts, button, None);
        assert_accepted(&click.await);
        ts
    };
    let act = async |world: &World, _: &String| {
        assert_accepted(&world.slack.types("alice", CHANNEL, COMMAND).await);
    };
    kill_during(case, subscribe, act, |world, announcement| {
        assert_updated_once(world);
        let replies = world.slack.replies("incidents", announcement);
        assert_eq!(count_updates(&replies), 1, "the announcement replies");
        let direct = world.slack.direct_message_channel("chioma").unwrap();
        let messages = world.slack.messages(&direct);
        let about = messages
            .iter()
            .filter(|it| it.rendered_text().contains("Rolled back."));
        assert_eq!(about.count(), 1, "the direct messages to chioma");
    })
    .await;
}

fn count_updates(messages: &[muster_sandbox::Message]) -> usize {
    let texts = messages
        .iter()
        .map(|it| it.rendered_text().replace('@', ""));
    texts
        .filter(|it| it.starts_with("Update from alice\nRolled back."))
        .count()
}

/// Checks that the update was stored and posted once, and that the header shows it.
fn assert_updated_once(world: &World) {
    assert_event_count(world, "status_update", 1);
    assert_eq!(
        count_updates(&world.slack.messages(CHANNEL)),
        1,
        "the posts"
    );
    let header = world.slack.pins(CHANNEL).pop().unwrap();
    let header = world.slack.message(CHANNEL, &header).unwrap();
    assert!(
        header.rendered_text().contains("Rolled back."),
        "{header:?}"
    );
    let promised =
        "schedule WHERE kind = 'update_reminder' AND base_at IS NULL AND due_at IS NOT NULL";
    assert_eq!(world.database.count(promised), 1, "the promised update");
}

#[tokio::test]
async fn redelivered_update_command_posts_one_update() {
    test_command_redelivery(RequestName::Command("update"), COMMAND, |world| {
        assert_updated_once(world);
    })
    .await;
}

#[tokio::test]
async fn redelivered_status_update_modal_posts_one_update() {
    let fills = async |world: &World| {
        let (channel, ts) = crate::deliveries::reminders::post_reminder(world).await;
        let button = button_click::POST_UPDATE;
        let click = world.slack.clicks("alice", &channel, &ts, button, None);
        assert_accepted(&click.await);
        let fields = [
            ("What's the latest?", "Rolled back."),
            ("Next update in", "2 hours"),
        ];
        world.fill_modal("alice", &fields).await
    };
    test_modal_redelivery(
        RequestName::Modal(status_update::CALLBACK_ID),
        fills,
        assert_updated_once,
    )
    .await;
}
