//! Crash tests for links: their deliveries and their requests.

use muster::domain::DeliveryKind;
use muster_commands::link::LinkKind;
use muster_commands::{link_buttons, suggest_call};

use super::deliveries::declare_incident;
use crate::exactly_once::{
    assert_activity_posted, assert_event_count, open_ephemeral, run_command,
    test_button_redelivery, test_command_modal_redelivery,
};
use crate::expected_state::{CHANNEL, ExpectedState};
use crate::harness::{World, assert_accepted, wait_for};
use crate::kill_points::{KillPoint, SendMode, kill_at};
use crate::matrix::run_matrix;
use crate::redelivery;
use crate::redelivery::kill_and_redeliver;
use crate::request_kinds::RequestName;

const RUNBOOK: &str = "https://example.com/runbook";

/// Kills the bot during a delivery of a document.
pub async fn kill_during_document_link(kind: DeliveryKind) {
    let name = format!("{} of a link", kind.as_str());
    run_matrix(
        &name,
        &KillPoint::ALL,
        async move |mut world: World, kill_point| {
            declare_incident(&world).await;
            world.deliver_all().await;
            kill_at(
                &mut world,
                (kind, SendMode::Edit, kill_point),
                async |world| {
                    let text = format!("/datadog incident link {RUNBOOK} Runbook");
                    assert_accepted(&world.slack.types("alice", CHANNEL, &text).await);
                },
            )
            .await;
            world.start_app().await;
            world.deliver_all().await;
            assert_runbook_added(&world);
        },
    )
    .await;
}

/// Kills the bot while it suggests a call to a user. Ephemeral messages cannot be looked up: each restart may
/// repeat the suggestion.
pub async fn kill_during_call_suggestion(kind: DeliveryKind) {
    let name = format!("{} of a pasted link", kind.as_str());
    run_matrix(
        &name,
        &KillPoint::ALL,
        async move |mut world: World, kill_point| {
            declare_incident(&world).await;
            world.deliver_all().await;
            world.slack.joins("chioma", CHANNEL).await;
            // The briefing uses the same method.
            world.deliver_all().await;
            kill_at(
                &mut world,
                (kind, SendMode::Create, kill_point),
                async |world| {
                    world
                        .slack
                        .types("chioma", CHANNEL, "https://zoom.us/j/1")
                        .await;
                },
            )
            .await;
            world.start_app().await;
            world.deliver_all().await;
            let prompts = world.slack.ephemeral_messages("chioma").into_iter();
            let prompts = prompts.filter(|it| {
                it.rendered_text()
                    .starts_with("Use as this incident's call? ")
            });
            assert!(
                (1..=world.start_count).contains(&prompts.count()),
                "the call is suggested to chioma"
            );
            ExpectedState::after_declaration()
                .with_member("chioma")
                .assert_matches(&world);
        },
    )
    .await;
}

#[tokio::test]
async fn redelivered_link_command_adds_one_document() {
    let kill_points = &redelivery::RequestKillPoint::ALL;
    run_matrix(
        "the command that adds a link",
        kill_points,
        async |mut world: World, kill_point| {
            declare_incident(&world).await;
            world.deliver_all().await;
            let slack = world.slack.clone();
            let text = format!("/datadog incident link {RUNBOOK} Runbook");
            let gesture = slack.types("alice", CHANNEL, &text);
            kill_and_redeliver(
                &mut world,
                (kill_point, RequestName::Command("link")),
                gesture,
            )
            .await;
            assert_runbook_added(&world);
        },
    )
    .await;
}

/// Checks the document that alice added.
fn assert_runbook_added(world: &World) {
    ExpectedState::after_declaration()
        .with_event("document_added")
        .with_post("alice added the document Runbook.")
        .with_bookmark("Runbook", RUNBOOK)
        .assert_matches(world);
}

/// Submits the link modal as alice.
async fn test_link_modal_redelivery(
    kind: LinkKind,
    (name, fields): (&str, &[(&str, &str)]),
    looks: impl Fn(&World),
) {
    let command = format!("/datadog incident {name}");
    test_command_modal_redelivery(
        RequestName::Modal(kind.callback_id()),
        (&command, fields),
        looks,
    )
    .await;
}

#[tokio::test]
async fn redelivered_document_modal_adds_one_document() {
    let fields = [("Link", RUNBOOK), ("Name", "Runbook")];
    test_link_modal_redelivery(LinkKind::Document, ("link", &fields), assert_runbook_added).await;
}

#[tokio::test]
async fn redelivered_chat_modal_sets_the_chat_url_once() {
    let fields = [("Link", "https://chat.example.com/1")];
    test_link_modal_redelivery(LinkKind::Chat, ("chat", &fields), |world| {
        assert_event_count(world, "link_changed", 1);
        assert_activity_posted(world, "alice set the chat to https://chat.example.com/1.");
    })
    .await;
}

#[tokio::test]
async fn redelivered_call_modal_sets_the_call_url_once() {
    let fields = [("Link", "https://zoom.us/j/1")];
    test_link_modal_redelivery(LinkKind::Call, ("call", &fields), |world| {
        assert_event_count(world, "link_changed", 1);
        assert_activity_posted(world, "alice set the video call to https://zoom.us/j/1.");
    })
    .await;
}

#[tokio::test]
async fn redelivered_remove_click_removes_the_document_once() {
    let finds = async |world: &World| {
        let command = format!("/datadog incident link {RUNBOOK} Runbook");
        run_command(world, &command).await;
        open_ephemeral(world, "/datadog incident links").await
    };
    test_button_redelivery(link_buttons::REMOVE, finds, |world| {
        assert_event_count(world, "document_removed", 1);
        assert_activity_posted(world, "alice removed the document Runbook.");
    })
    .await;
}

#[tokio::test]
async fn redelivered_call_suggestion_click_sets_the_call_url_once() {
    let finds = async |world: &World| {
        let slack = &world.slack;
        let pasted = slack.types("alice", CHANNEL, "https://zoom.us/j/1").await;
        assert_eq!(pasted.error, None);
        let prompt = async || {
            let message = slack.ephemeral_messages("alice").pop();
            message.is_some_and(|it| {
                it.rendered_text()
                    .starts_with("Use as this incident's call? ")
            })
        };
        wait_for("suggestion", prompt).await;
        let prompt = slack.ephemeral_messages("alice").pop().unwrap();
        (CHANNEL.to_owned(), prompt.ts)
    };
    test_button_redelivery(suggest_call::SUGGEST_CALL, finds, |world| {
        let call = world.database.query("SELECT call_url FROM incidents");
        assert_eq!(call, ["https://zoom.us/j/1"]);
        assert_event_count(world, "link_changed", 1);
    })
    .await;
}
