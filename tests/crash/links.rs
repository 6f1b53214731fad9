//! Crash tests for links: their deliveries and their requests.

use muster_commands::link::callback_id;
use muster_commands::{link_buttons, suggest_call};
use muster_domain::{DeliveryKind, LinkKind};

use crate::exactly_once::{
    assert_activity_posted, assert_event_count, open_ephemeral, run_command,
    test_button_redelivery, test_command_modal_redelivery, test_command_redelivery,
};
use crate::expected_state::{CHANNEL, ExpectedState};
use crate::harness::{World, assert_accepted, no_preparation, wait_for};
use crate::kill_points::{DeliveryCase, kill_during};
use crate::request_kinds::RequestName;

const RUNBOOK: &str = "https://example.com/runbook";

/// Kills the bot during a delivery of a document.
pub async fn kill_during_document_link(kind: DeliveryKind) {
    let case = DeliveryCase::edit(kind, "a link");
    let add_link = async |world: &World, (): &()| {
        let text = format!("/datadog incident link {RUNBOOK} Runbook");
        assert_accepted(&world.slack.types("alice", CHANNEL, &text).await);
    };
    kill_during(case, no_preparation, add_link, |world, ()| {
        assert_runbook_added(world);
    })
    .await;
}

/// Kills the bot while it suggests a call to a user. Ephemeral messages cannot be looked up: each restart may
/// repeat the suggestion.
pub async fn kill_during_call_suggestion(kind: DeliveryKind) {
    let case = DeliveryCase::create(kind, "a pasted link");
    // The briefing of chioma uses the same method, and is sent before.
    let join = async |world: &World| {
        world.slack.joins("chioma", CHANNEL).await;
    };
    let paste = async |world: &World, (): &()| {
        let url = "https://zoom.us/j/1";
        world.slack.types("chioma", CHANNEL, url).await;
    };
    kill_during(case, join, paste, |world, ()| {
        let count = count_call_suggestions(world, "chioma");
        assert!(
            (1..=world.start_count).contains(&count),
            "the call is suggested to chioma {count} times"
        );
        ExpectedState::after_declaration()
            .with_member("chioma")
            .assert_matches(world);
    })
    .await;
}

/// Returns how often a call was suggested to a user.
pub fn count_call_suggestions(world: &World, user: &str) -> usize {
    let messages = world.slack.ephemeral_messages(user).into_iter();
    let suggestion = "Use as this incident's call? ";
    let suggestions = messages.filter(|it| it.rendered_text().starts_with(suggestion));
    suggestions.count()
}

#[tokio::test]
async fn redelivered_link_command_adds_one_document() {
    let command = format!("/datadog incident link {RUNBOOK} Runbook");
    let request_name = RequestName::Command("link");
    test_command_redelivery(request_name, &command, assert_runbook_added).await;
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
        RequestName::Modal(callback_id(kind)),
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
