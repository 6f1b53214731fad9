//! Crash tests for each request of a user: killed at each kill point and redelivered.

mod alerts;
mod api;
mod declaration;
mod events;
pub mod fields;
mod impacts;
pub mod links;
pub mod messages;
pub mod postmortem;
pub mod resolve;
mod roles;
pub mod status_update;
pub mod tasks;
pub mod timeline;
pub mod unresolved_users;
pub mod visibility;
pub mod web;

use muster_commands::payload::button_click;
use muster_commands::{
    add_to_incident, declare, incident_picker, responders, severity_modal, update,
};
use muster_sandbox::Fault;

use crate::deliveries::{open_declare_modal, open_update_modal};
use crate::expected_state::UPDATE_FIELDS;
use crate::harness::prelude::*;
use crate::messages::{
    add_to_timeline, assert_message_on_timeline, post_as_chioma, state_with_message,
};
use crate::redelivery::kill_during_request;

fn assert_role_of_bob(world: &World) {
    ExpectedState::after_declaration()
        .with_role("bob", "alice made bob Communications Lead.")
        .assert_matches(world);
}

#[tokio::test]
async fn redelivered_declare_modal_declares_one_incident() {
    run_matrix(
        "the declaration modal",
        &RequestKillPoint::ALL,
        async |mut world: World, kill_point| {
            let form = open_declare_modal(&world).await;
            let slack = world.slack.clone();
            let gesture = slack.submits("alice", &form);
            let request_name = RequestName::Modal(declare::CALLBACK_ID);
            kill_and_redeliver(&mut world, kill_point, request_name, gesture).await;
            assert_eq!(slack.top_modal("alice"), None, "the modal is closed");
            ExpectedState::after_declaration().assert_matches(&world);
        },
    )
    .await;
}

#[tokio::test]
async fn redelivered_update_modal_updates_once() {
    let request_name = RequestName::Modal(update::CALLBACK_ID);
    test_modal_redelivery(request_name, open_update_modal, |world| {
        ExpectedState::after_update().assert_matches(world);
    })
    .await;
}

#[tokio::test]
async fn redelivered_note_command_adds_one_note() {
    let command = "/datadog incident note since 1 minute ago it burns";
    test_command_redelivery(RequestName::Command("note"), command, |world| {
        let notes = "SELECT json_extract(event, '$.text') FROM timeline WHERE kind = 'note'";
        assert_eq!(world.database.query(notes), ["it burns"]);
    })
    .await;
}

#[tokio::test]
async fn redelivered_impact_end_command_ends_the_impact_once() {
    let command = "/datadog incident impact end";
    test_command_redelivery(RequestName::Command("impact"), command, |world| {
        assert_eq!(world.database.count("impacts WHERE ended_at IS NULL"), 0);
        let ended = "SELECT kind FROM timeline WHERE event ->> 'event' = 'impact_ended'";
        assert_eq!(world.database.query(ended), ["impact"]);
    })
    .await;
}

#[tokio::test]
async fn redelivered_role_command_assigns_the_role_once() {
    let command = "/datadog incident role comm @bob";
    test_command_redelivery(RequestName::Command("role"), command, assert_role_of_bob).await;
}

#[tokio::test]
async fn redelivered_invite_command_adds_the_responder_once() {
    let command = "/datadog incident invite @chioma";
    test_command_redelivery(RequestName::Command("invite"), command, |world| {
        let changes = "timeline WHERE event ->> 'event' = 'roles_changed'";
        assert_eq!(world.database.count(changes), 1);
    })
    .await;
}

#[tokio::test]
async fn redelivered_responders_modal_assigns_the_role_once() {
    let fields = [("Communications Lead", "bob")];
    let command = "/datadog incident responders";
    let request_name = RequestName::Modal(responders::CALLBACK_ID);
    test_command_modal_redelivery(request_name, command, &fields, assert_role_of_bob).await;
}

#[tokio::test]
async fn redelivered_incident_picker_opens_the_update_modal() {
    run_matrix(
        "the incident picker",
        &["killed"],
        async |mut world: World, _| {
            declare_and_deliver(&world).await;
            let form = pick_incident(&world, "/datadog incident update").await;
            let slack = world.slack.clone();
            let gesture = slack.submits("alice", &form);
            // The picker stores nothing, so it has only one kill point.
            let request = kill_during_request(
                &mut world,
                RequestName::Modal(incident_picker::CALLBACK_ID),
                gesture,
            )
            .await
            .unwrap();
            world.start_app().await;
            for retry in [1, 2] {
                assert_accepted(&slack.redeliver(&request, retry).await);
            }
            let form = world.fill_modal("alice", &UPDATE_FIELDS).await;
            world.submit_modal("alice", &form).await;
            world.deliver_all().await;
            ExpectedState::after_update().assert_matches(&world);
        },
    )
    .await;
}

#[tokio::test]
async fn redelivered_message_action_adds_one_message() {
    run_matrix(
        "the message action that adds a message",
        &RequestKillPoint::ALL,
        async |mut world: World, kill_point| {
            declare_and_deliver(&world).await;
            let ts = post_as_chioma(&world).await;
            let slack = world.slack.clone();
            let gesture = slack.runs_message_action("alice", CHANNEL, &ts, "add_to_incident");
            let request_name = RequestName::MessageAction(add_to_incident::ACTION);
            kill_and_redeliver(&mut world, kill_point, request_name, gesture).await;
            wait_for_ephemeral(&world, "Added to the timeline of IR-1.").await;
            assert_message_on_timeline(&world, CHANNEL, &ts);
            state_with_message().assert_matches(&world);
        },
    )
    .await;
}

#[tokio::test]
async fn redelivered_add_to_incident_modal_adds_one_message() {
    run_matrix(
        "the modal that adds a message",
        &RequestKillPoint::ALL,
        async |mut world: World, kill_point| {
            declare_and_deliver(&world).await;
            let slack = world.slack.clone();
            let text = "Payments time out as well.";
            let ts = slack.types("chioma", "#incidents", text).await.ts.unwrap();
            add_to_timeline(&world, "#incidents", &ts).await;
            let form = world.fill_modal("alice", &[("Incident", "1")]).await;
            let gesture = slack.submits("alice", &form);
            let request_name = RequestName::Modal(add_to_incident::CALLBACK_ID);
            kill_and_redeliver(&mut world, kill_point, request_name, gesture).await;
            assert_eq!(slack.top_modal("alice"), None, "the modal is closed");
            wait_for_ephemeral(&world, "Added to the timeline of IR-1.").await;
            assert_message_on_timeline(&world, "#incidents", &ts);
            ExpectedState::after_declaration()
                .with_event("message")
                .assert_matches(&world);
        },
    )
    .await;
}

#[tokio::test]
async fn redelivered_retry_click_retries_once() {
    run_matrix(
        "the retry button",
        &RequestKillPoint::ALL,
        async |mut world: World, kill_point| {
            let slack = world.slack.clone();
            slack.fail_calls("conversations.create", 1, Fault::Error("restricted_action"));
            declare_and_deliver(&world).await;
            let complaint = slack
                .ephemeral_messages("alice")
                .pop()
                .expect("no failure was reported");
            let gesture = slack.clicks("alice", "#general", &complaint.ts, "retry_delivery", None);
            let request_name = RequestName::Button(button_click::RETRY_DELIVERY);
            kill_and_redeliver(&mut world, kill_point, request_name, gesture).await;
            wait_for_ephemeral(&world, "Trying again for IR-1.").await;
            ExpectedState::after_declaration()
                .with_event("delivery_failed")
                .with_delayed_channel()
                .assert_matches(&world);
        },
    )
    .await;
}

/// Waits until alice receives an ephemeral message. It is not part of the response and not in the outbox, so
/// each delivery of the request may repeat it.
async fn wait_for_ephemeral(world: &World, words: &str) {
    let is_visible = async || {
        let ephemerals = world.slack.ephemeral_messages("alice");
        ephemerals.iter().any(|it| it.rendered_text() == words)
    };
    wait_for("ephemeral message to alice", is_visible).await;
}

#[tokio::test]
async fn redelivered_action_menu_click_changes_the_status_once() {
    let finds = async |world: &World| open_ephemeral(world, "/datadog").await;
    test_button_redelivery("action_menu incident stable", finds, |world| {
        let status = world.database.query("SELECT status FROM incidents");
        assert_eq!(status, ["stable"]);
        assert_event_count(world, "updated", 1);
        assert_activity_posted(world, "alice changed status ACTIVE → STABLE");
    })
    .await;
}

#[tokio::test]
async fn redelivered_quick_edit_changes_the_severity_once() {
    let command = "/datadog incident sev1";
    test_command_redelivery(RequestName::Command("quick_edit"), command, |world| {
        assert_event_count(world, "updated", 1);
        assert_activity_posted(world, "alice changed severity SEV-2 → SEV-1");
    })
    .await;
}

#[tokio::test]
async fn redelivered_severity_modal_changes_the_severity_once() {
    let fields = [("Severity Level", "SEV-1 Critical")];
    let command = "/datadog incident severity";
    let request_name = RequestName::Modal(severity_modal::CALLBACK_ID);
    test_command_modal_redelivery(request_name, command, &fields, |world| {
        assert_event_count(world, "updated", 1);
        assert_activity_posted(world, "alice changed severity SEV-2 → SEV-1");
    })
    .await;
}

#[tokio::test]
async fn redelivered_repair_command_repairs_once() {
    let command = "/datadog incident repair";
    let request_name = RequestName::Command("repair");
    test_command_redelivery(request_name, command, assert_repair_finds_nothing).await;
}

#[tokio::test]
async fn redelivered_incident_picker_repairs_once() {
    let fills = async |world: &World| pick_incident(world, "/datadog incident repair").await;
    let request_name = RequestName::Modal(incident_picker::CALLBACK_ID);
    test_modal_redelivery(request_name, fills, assert_repair_finds_nothing).await;
}

/// Types a command outside of incident channels and selects the incident in the picker. Returns the modal's ID.
async fn pick_incident(world: &World, command: &str) -> String {
    let which = [("Incident", "1")];
    world.open_modal("alice", "#general", command, &which).await
}

/// Checks the result of a repair of a complete incident.
fn assert_repair_finds_nothing(world: &World) {
    assert_eq!(world.database.count("outbox WHERE kind = 'repair'"), 1);
    let direct = world.slack.direct_message_channel("alice").unwrap();
    let messages = world.slack.messages(&direct);
    assert_eq!(
        messages.len(),
        1,
        "alice receives one direct message: {messages:#?}"
    );
    ExpectedState::after_declaration().assert_matches(world);
}
