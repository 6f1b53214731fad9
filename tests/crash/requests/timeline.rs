//! Crash tests for the timeline: the note modals and the buttons of its pages.

use muster_commands::{note, timeline};

use crate::harness::prelude::*;

const NOTE_COMMAND: &str = "/datadog incident note it burns";

/// Adds a note as alice and opens the timeline. Returns the channel and `ts` of its message, newest entry
/// first.
async fn add_note_and_open_timeline(world: &World) -> (String, String) {
    run_command(world, NOTE_COMMAND).await;
    open_ephemeral(world, "/datadog incident timeline").await
}

/// Kills the bot while it crosses a removed note out in the channel.
pub async fn kill_during_note_removal(kind: DeliveryKind) {
    let case = DeliveryCase::edit(kind, "a removed note");
    let act = async |world: &World, (channel, ts): &(String, String)| {
        let slack = &world.slack;
        let click = slack.clicks("alice", channel, ts, timeline::REMOVE, None);
        assert_accepted(&click.await);
    };
    kill_during(case, add_note_and_open_timeline, act, |world, _| {
        let posts = world.slack.messages(CHANNEL);
        let crossed_out = posts.iter().filter(|post| {
            let text = post.rendered_text();
            text.contains("it burns") && text.ends_with("Removed by alice.")
        });
        assert_eq!(crossed_out.count(), 1, "the post of the removed note");
        assert_eq!(notes(world), [""; 0]);
        assert_eq!(world.log_warnings(), [""; 0]);
    })
    .await;
}

/// Returns the current texts of the notes.
fn notes(world: &World) -> Vec<String> {
    let notes = "SELECT event ->> 'text' FROM timeline
                  WHERE kind = 'note' AND removed_at IS NULL";
    world.database.query(notes)
}

#[tokio::test]
async fn redelivered_note_modal_adds_one_note() {
    let fields = [("Note", "It burns.")];
    let (request_name, command) = (
        RequestName::Modal(note::CALLBACK_ID),
        "/datadog incident note",
    );
    test_command_modal_redelivery(request_name, command, &fields, |world| {
        assert_eq!(notes(world), ["It burns."]);
    })
    .await;
}

#[tokio::test]
async fn redelivered_note_modal_edits_the_note_once() {
    let fills = async |world: &World| {
        let (channel, ts) = add_note_and_open_timeline(world).await;
        let slack = &world.slack;
        assert_accepted(
            &slack
                .clicks("alice", &channel, &ts, timeline::EDIT, None)
                .await,
        );
        world.fill_modal("alice", &[("Note", "It is out.")]).await
    };
    test_modal_redelivery(RequestName::Modal(note::EDIT_CALLBACK_ID), fills, |world| {
        assert_eq!(notes(world), ["It is out."]);
        let before = world
            .database
            .query("SELECT previous_event ->> 'text' FROM timeline_edits");
        assert_eq!(before, ["it burns"]);
    })
    .await;
}

#[tokio::test]
async fn redelivered_flag_click_sets_the_flag_once() {
    test_button_redelivery(timeline::FLAG, add_note_and_open_timeline, |world| {
        let flagged = "SELECT event ->> 'text' FROM timeline WHERE important";
        assert_eq!(world.database.query(flagged), ["it burns"]);
    })
    .await;
}

#[tokio::test]
async fn redelivered_remove_click_removes_the_note_once() {
    test_button_redelivery(timeline::REMOVE, add_note_and_open_timeline, |world| {
        assert_eq!(notes(world), [""; 0]);
        assert_event_count(world, "note", 1);
    })
    .await;
}
