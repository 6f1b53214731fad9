//! The remaining steps of the walk-through: links, impact, notes, flags, tasks, and the end of the incident.

use crate::selectors::{button, composer, contains_text, message, within};
use crate::walkthrough_1::RENAMED_CHANNEL;
use crate::window::Window;

const CALL: &str = "https://meet.example/checkout";
const RUNBOOK: &str = "https://wiki.example/disk";

/// Alice runs the incident to its end; Chioma watches.
pub async fn continue_walkthrough(alice: &Window, chioma: &Window) {
    set_call(alice).await;
    add_impact(alice).await;
    flag_note(alice).await;
    add_document(alice, chioma).await;
    add_task(alice, chioma).await;
    resolve_incident(alice, chioma).await;
    check_actions_after_resolution(alice).await;
}

/// Step 3: adds a call, which becomes a bookmark of the channel.
async fn set_call(alice: &Window) {
    send_text(alice, &format!("/datadog incident call {CALL}")).await;
    let bookmark = format!("//*[@data-bookmark]//a[@href='{CALL}']");
    alice.sees(&bookmark).await;
}

/// Step 5: ends the impact that began with the declaration, and adds an earlier one.
async fn add_impact(alice: &Window) {
    send_text(alice, "/datadog incident impact end").await;
    alice.sees(&message("Alice Okafor ended the impact")).await;
    let command = "/datadog incident impact since 15 minutes ago customers cannot pay";
    send_text(alice, command).await;
    alice.sees(&message("added an impact since")).await;
}

/// Step 6: adds a note and flags it.
async fn flag_note(alice: &Window) {
    let note = "I found the host causing the issue.";
    send_text(alice, &format!("/datadog incident note {note}")).await;
    alice.sees(&message(&format!("added a note: {note}"))).await;
    send_text(alice, "/datadog incident timeline").await;
    let timeline = message("Timeline of IR-1");
    let first = format!("({})[1]", within(&timeline, &button("Flag")));
    alice.clicks(&first).await;
    alice.sees(&within(&timeline, &button("Unflag"))).await;
}

/// Step 8: adds a runbook, which becomes a bookmark of the channel and appears in the header.
async fn add_document(alice: &Window, chioma: &Window) {
    let command = format!("/datadog incident link {RUNBOOK} Free a full disk");
    send_text(alice, &command).await;
    let link = format!("//a[@href='{RUNBOOK}']");
    for user in [alice, chioma] {
        let activity = message("added the document Free a full disk.");
        user.sees(&activity).await;
        user.sees(&within("//*[@data-bookmark]", &link)).await;
        let header = "//main//article[contains(@class, 'pinned')]";
        user.sees(&within(header, &link)).await;
    }
}

/// Step 8: assigns a task and completes it in its message.
async fn add_task(alice: &Window, chioma: &Window) {
    send_text(alice, "/datadog task Free the disk of db-1").await;
    let activity = message("added task 1: Free the disk of db-1");
    alice.sees(&activity).await;
    chioma.sees(&activity).await;
    send_text(alice, "/datadog task list").await;
    let list = message("Tasks of IR-1");
    alice.clicks(&within(&list, &button("Done"))).await;
    chioma.sees(&message("Free the disk of db-1")).await;
}

/// Step 10: resolves the incident; all users see it.
async fn resolve_incident(alice: &Window, chioma: &Window) {
    send_text(alice, "/datadog incident resolve Freed the disk").await;
    let post = message("changed status STABLE → RESOLVED");
    alice.sees(&post).await;
    chioma.sees(&post).await;
    let header = "//main//article[contains(@class, 'pinned')][.//h3]";
    let resolved = format!("[{}]", contains_text("RESOLVED"));
    chioma.sees(&within(header, &resolved)).await;
}

/// Step 10: checks that the action menu offers a follow-up and reopening.
async fn check_actions_after_resolution(alice: &Window) {
    // Without the space, the composer would still suggest commands, and Enter would accept the first.
    send_text(alice, "/datadog ").await;
    alice
        .sees(&within("//main", &button("Add Follow-up")))
        .await;
    alice.sees(&within("//main", &button("Reopen"))).await;
}

/// Types a text into the channel's composer and sends it.
async fn send_text(user: &Window, text: &str) {
    user.focuses(&composer(RENAMED_CHANNEL)).await;
    user.types(text).await;
    user.sends_message().await;
}
