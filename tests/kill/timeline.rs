//! The timeline: notes in a form, and the buttons of its pages, killed at each of their moments.

use muster_commands::{note, timeline};

use super::asks::Ask;
use super::once::{happened, is_typed, presses, sends, sends_what, shows};
use super::world::{World, is_fine};

const NOTE: &str = "/datadog incident note it burns";

/// Has alice write a note, and look at the timeline; gives where it is shown, newest first.
async fn note_is_shown(world: &World) -> (String, String) {
    is_typed(world, NOTE).await;
    shows(world, "/datadog incident timeline").await
}

/// Gives what notes say, as they stand.
fn notes(world: &World) -> Vec<String> {
    let notes = "SELECT what ->> 'text' FROM timeline
                  WHERE kind = 'note' AND removed_at IS NULL";
    world.records.ask(notes)
}

#[tokio::test]
async fn a_form_that_adds_a_note_and_comes_again_adds_it_once() {
    let fields = [("Note", "It burns.")];
    let typed = ("/datadog incident note", &fields[..]);
    sends(Ask::Form(note::FORM), typed, |world| {
        assert_eq!(notes(world), ["It burns."]);
    })
    .await;
}

#[tokio::test]
async fn a_form_that_rewrites_a_note_and_comes_again_rewrites_it_once() {
    let fills = async |world: &World| {
        let (channel, ts) = note_is_shown(world).await;
        let slack = &world.slack;
        is_fine(
            &slack
                .clicks("alice", &channel, &ts, timeline::EDIT, None)
                .await,
        );
        world.fills("alice", &[("Note", "It is out.")]).await
    };
    sends_what(Ask::Form(note::EDIT_FORM), fills, |world| {
        assert_eq!(notes(world), ["It is out."]);
        let before = world
            .records
            .ask("SELECT what ->> 'text' FROM timeline_edits");
        assert_eq!(before, ["it burns"]);
    })
    .await;
}

#[tokio::test]
async fn a_flag_that_comes_again_is_set_once() {
    presses(timeline::FLAG, note_is_shown, |world| {
        let flagged = "SELECT what ->> 'text' FROM timeline WHERE important";
        assert_eq!(world.records.ask(flagged), ["it burns"]);
    })
    .await;
}

#[tokio::test]
async fn a_note_that_is_removed_again_is_gone_once() {
    presses(timeline::REMOVE, note_is_shown, |world| {
        assert_eq!(notes(world), [""; 0]);
        happened(world, "note", 1);
    })
    .await;
}
