//! The walk-through, the rest of it: links, impact, notes, what matters, tasks, and the end of the incident.

use crate::places::{button, composer, message, reads, within};
use crate::walk::RENAMED;
use crate::window::Window;

const CALL: &str = "https://meet.example/checkout";
const RUNBOOK: &str = "https://wiki.example/disk";

/// Alice runs the incident to its end; Chioma looks on.
pub async fn to_the_end(alice: &Window, chioma: &Window) {
    adds_a_call(alice).await;
    says_whom_it_hurts(alice).await;
    flags_what_matters(alice).await;
    adds_a_document(alice, chioma).await;
    gives_a_task(alice, chioma).await;
    resolves(alice, chioma).await;
    is_offered_what_is_left(alice).await;
}

/// Step 3: the call is a bookmark of the channel.
async fn adds_a_call(alice: &Window) {
    says(alice, &format!("/datadog incident call {CALL}")).await;
    let bookmark = format!("//*[@data-bookmark]//a[@href='{CALL}']");
    alice.sees(&bookmark).await;
}

/// Step 5: customers were hurt from the declaration on, and are no longer; before that, others were.
async fn says_whom_it_hurts(alice: &Window) {
    says(alice, "/datadog incident impact end").await;
    alice.sees(&message("Alice Okafor ended the impact")).await;
    let typed = "/datadog incident impact since 15 minutes ago customers cannot pay";
    says(alice, typed).await;
    alice.sees(&message("added an impact since")).await;
}

/// Step 6: a note, and the flag on it.
async fn flags_what_matters(alice: &Window) {
    let note = "I found the host causing the issue.";
    says(alice, &format!("/datadog incident note {note}")).await;
    alice.sees(&message(&format!("added a note: {note}"))).await;
    says(alice, "/datadog incident timeline").await;
    let timeline = message("Timeline of IR-1");
    let first = format!("({})[1]", within(&timeline, &button("Flag")));
    alice.presses(&first).await;
    alice.sees(&within(&timeline, &button("Unflag"))).await;
}

/// Step 8: a runbook is a bookmark of the channel, and stands in the header.
async fn adds_a_document(alice: &Window, chioma: &Window) {
    let typed = format!("/datadog incident link {RUNBOOK} Free a full disk");
    says(alice, &typed).await;
    let link = format!("//a[@href='{RUNBOOK}']");
    for somebody in [alice, chioma] {
        let told = message("added the document Free a full disk.");
        somebody.sees(&told).await;
        somebody.sees(&within("//*[@data-bookmark]", &link)).await;
        let header = "//main//article[contains(@class, 'pinned')]";
        somebody.sees(&within(header, &link)).await;
    }
}

/// Step 8: a task is given, and checked off where it stands.
async fn gives_a_task(alice: &Window, chioma: &Window) {
    says(alice, "/datadog task Free the disk of db-1").await;
    let told = message("added task 1: Free the disk of db-1");
    alice.sees(&told).await;
    chioma.sees(&told).await;
    says(alice, "/datadog task list").await;
    let list = message("Tasks of IR-1");
    alice.presses(&within(&list, &button("Done"))).await;
    chioma.sees(&message("Free the disk of db-1")).await;
}

/// Step 10: it is over, and everybody sees it.
async fn resolves(alice: &Window, chioma: &Window) {
    says(alice, "/datadog incident resolve").await;
    let post = message("changed the status from STABLE to RESOLVED");
    alice.sees(&post).await;
    chioma.sees(&post).await;
    let header = "//main//article[contains(@class, 'pinned')][.//h3]";
    let resolved = format!("[{}]", reads("RESOLVED"));
    chioma.sees(&within(header, &resolved)).await;
}

/// Step 10: what is left is kept as a follow-up.
async fn is_offered_what_is_left(alice: &Window) {
    // Without the space the composer would still offer commands, and Enter take the first.
    says(alice, "/datadog ").await;
    alice
        .sees(&within("//main", &button("Create Follow-up")))
        .await;
    alice.sees(&within("//main", &button("Reopen"))).await;
}

/// Types something into the channel's composer, and sends it.
async fn says(somebody: &Window, text: &str) {
    somebody.goes_to(&composer(RENAMED)).await;
    somebody.types(text).await;
    somebody.sends().await;
}
