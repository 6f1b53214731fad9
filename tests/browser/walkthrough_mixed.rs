//! The walk-through, half in Slack and half on the page: from the declaration to a postmortem in which only the
//! important entries stand.

use crate::fixture::Fixture;
use crate::selectors::{button, composer, message, modal, within};
use crate::walkthrough_1::{CHANNEL, declare_button, open_declare_modal};
use crate::window::Window;

const NOTE: &str = "I found the host causing the issue.";

/// Alice declares in Slack, notifies on the page, resolves in Slack, and writes the postmortem on the page.
pub async fn run_walkthrough(fixture: &Fixture) {
    let alice = fixture.open_page().await;
    open_declare_modal(&alice).await;
    alice.fills_in("Title", "Checkout is slow").await;
    alice.clicks(&declare_button()).await;
    alice.waits_until_gone(&modal("Declare Incident")).await;
    alice.opens_channel(CHANNEL).await;
    send(&alice, "/datadog incident impact since 15 minutes ago").await;
    send(&alice, &format!("/datadog incident note {NOTE}")).await;
    flag_note(&alice).await;

    let page = open_incident_page(&alice).await;
    page.clicks(&page_link("Remediation")).await;
    page.sees("//main//h2[. = 'Tasks']").await;
    send(&alice, "/datadog task Free the disk of db-1").await;
    page.sees("//main//*[contains(text(), 'Free the disk of db-1')]")
        .await;
    send(&alice, "/datadog incident stable").await;
    notify(&page).await;
    alice.sees(&message("notified exec@acme.example")).await;

    page.clicks(&page_link("Overview")).await;
    send(&alice, "/datadog incident resolve Freed the disk").await;
    page.clicks(&page_link("Generate Postmortem")).await;
    generate_postmortem(&page).await;
    alice.sees(&message("generated the postmortem")).await;
}

/// Step 6: flags the note in the timeline.
async fn flag_note(alice: &Window) {
    alice.sees(&message(&format!("added a note: {NOTE}"))).await;
    send(alice, "/datadog incident timeline").await;
    let timeline = message("Timeline of IR-1");
    let first = format!("({})[1]", within(&timeline, &button("Flag")));
    alice.clicks(&first).await;
    alice.sees(&within(&timeline, &button("Unflag"))).await;
}

async fn open_incident_page(alice: &Window) -> Window {
    send(alice, "/datadog web").await;
    let reply = message("Open IR-1 in your browser.");
    alice.clicks(&within(&reply, &button("Open Page"))).await;
    let page = alice.switches_to_opened_window().await;
    page.clicks("//button[starts-with(normalize-space(.), 'Continue as Alice Okafor')]")
        .await;
    page.sees("//main//h1[contains(., 'Checkout is slow')]")
        .await;
    page
}

/// Step 9: sends a notification with the default text.
async fn notify(page: &Window) {
    page.clicks(&page_link("Notifications")).await;
    page.clicks(&page_link("New notification")).await;
    page.focuses("//main//*[@name='to']").await;
    page.types("exec@acme.example").await;
    page.clicks(&page_button("Review")).await;
    page.clicks(&page_button("Send to")).await;
    page.sees("//*[contains(text(), 'Notification sent.')]")
        .await;
}

/// Step 10: generates the postmortem with the important entries, and reads it.
async fn generate_postmortem(page: &Window) {
    page.clicks("//main//label[contains(., 'Marked as Important')]")
        .await;
    page.clicks(&page_button("Generate")).await;
    page.sees("//*[contains(text(), 'Postmortem generated.')]")
        .await;
    let timeline = "//section[.//h2[starts-with(normalize-space(.), 'Timeline')]]";
    page.sees(&format!("{timeline}//li[contains(., '{NOTE}')]"))
        .await;
    assert_eq!(page.count(&format!("{timeline}//li")).await, 1);
}

/// Types a text into the channel's composer and sends it.
async fn send(alice: &Window, text: &str) {
    alice.focuses(&composer(CHANNEL)).await;
    alice.types(text).await;
    alice.sends_message().await;
}

fn page_link(text: &str) -> String {
    format!("//main//a[starts-with(normalize-space(.), '{text}')]")
}

fn page_button(text: &str) -> String {
    format!("//main//button[starts-with(normalize-space(.), '{text}')]")
}
