//! Crash tests for the duplicate guard: **Join** adds the user once, and the declare modal below similar
//! incidents declares once.

use muster_commands::declare;
use muster_commands::payload::button_click;

use crate::harness::prelude::*;

/// Declares IR-2 from a message, as chioma. Returns the channel and the `ts` of the guard that
/// alice sees when she declares from the message as well.
async fn open_guard(world: &World) -> (String, String) {
    let slack = &world.slack;
    let text = "Search is down";
    let ts = slack.types("alice", "#incidents", text).await.ts.unwrap();
    let action = "declare_incident";
    assert_accepted(
        &slack
            .runs_message_action("chioma", "#incidents", &ts, action)
            .await,
    );
    let form = world.fill_modal("chioma", &[]).await;
    world.submit_modal("chioma", &form).await;
    world.deliver_all().await;
    assert_accepted(
        &slack
            .runs_message_action("alice", "#incidents", &ts, action)
            .await,
    );
    let guard = || {
        let message = slack.ephemeral_messages("alice").pop()?;
        message
            .rendered_text()
            .contains("[Join]")
            .then_some(message.ts)
    };
    wait_for("the guard", async || guard().is_some()).await;
    ("incidents".to_owned(), guard().unwrap())
}

#[tokio::test]
async fn redelivered_join_click_adds_the_user_once() {
    let button = button_click::JOIN_INCIDENT;
    test_redelivery(
        RequestName::Button(button_click::JOIN_INCIDENT),
        open_guard,
        async |slack: &Sandbox, (channel, ts): &(String, String)| {
            slack.clicks("alice", channel, ts, button, None).await
        },
        |world, _| {
            let alice = world.slack.user("alice");
            let joined = format!("responders WHERE incident_id = 2 AND user_id = '{alice}'");
            assert_eq!(world.database.count(&joined), 1);
            assert_event_count(world, "roles_changed", 1);
            let members = world.slack.members("incident-2-search-is-down");
            assert!(members.contains(&alice), "{members:?}");
        },
    )
    .await;
}

#[tokio::test]
async fn redelivered_declaration_below_similar_incidents_declares_once() {
    let fills = async |world: &World| {
        let command = "/datadog incident Checkout is down";
        let form = world.open_modal("chioma", "#general", command, &[]).await;
        let guard = world.slack.submits("chioma", &form).await;
        assert_eq!(guard.view.unwrap().title, "Already declared?");
        form
    };
    test_redelivery(
        RequestName::Modal(declare::CALLBACK_ID),
        fills,
        async |slack: &Sandbox, form: &String| slack.submits("chioma", form).await,
        |world, _| {
            assert_eq!(world.slack.top_modal("chioma"), None, "the modal is closed");
            assert_eq!(world.database.count("incidents"), 2);
        },
    )
    .await;
}
