//! The guide at the top of the page: its steps tick themselves off, and reminders come 30 minutes later.

use crate::fixture::Fixture;
use crate::selectors::{button, composer, contains_text, message, modal, open_channel, within};
use crate::walkthrough_1;
use crate::window::Window;

const ADVANCE: &str = "30 minutes later";

/// Alice moves the clock first, which is the fifth step, and completes the others in another order.
pub async fn check_guide(fixture: &Fixture) {
    let alice = fixture.open_page().await;
    alice
        .sees(&guide("Sandbox. Nothing leaves this machine."))
        .await;
    alice.sees(&progress(0)).await;
    alice.clicks(&button(ADVANCE)).await;
    alice
        .sees(&toast("Moved the clock 30 minutes forward."))
        .await;
    alice.sees(&completed("Get a reminder")).await;
    alice.sees(&progress(1)).await;

    declare_sev_2(&alice).await;
    alice.opens_channel(walkthrough_1::CHANNEL).await;
    alice
        .sees(&message("Alice Okafor declared this incident."))
        .await;
    alice.sees(&completed("Declare an incident")).await;
    alice.sees(&completed("Open its channel")).await;
    alice.clicks(&button(ADVANCE)).await;
    alice.sees(&button("Snooze 30 min")).await;

    check_date_fields(&alice).await;
    send_text(&alice, "/datadog incident timeline").await;
    alice.clicks(&format!("({})[1]", button("Flag"))).await;
    alice.sees(&completed("Flag what matters")).await;
    send_text(&alice, "/datadog incident resolve Rolled back").await;
    alice.sees(&completed("Resolve the incident")).await;
    alice.sees(&progress(5)).await;
    join_as_bob(fixture).await;
    alice.sees(&button("All steps done")).await;
}

/// The checklist can be closed and opened, and stays as it was left.
pub async fn check_keyboard(fixture: &Fixture) {
    let alice = fixture.open_page().await;
    alice.sees(&progress(0)).await;
    alice.clicks(&progress(0)).await;
    alice.waits_until_gone(&guide_list()).await;
    fixture.session.refresh().await.unwrap();
    alice.sees(&progress(0)).await;
    alice.does_not_see(&guide_list()).await;
    alice.clicks(&progress(0)).await;
    alice.sees(&guide_list()).await;
    alice.clicks(&button(ADVANCE)).await;
    alice.sees(&completed("Get a reminder")).await;
}

/// Declares an incident of SEV-2, which is reminded after 30 minutes.
async fn declare_sev_2(alice: &Window) {
    walkthrough_1::open_declare_modal(alice).await;
    alice.selects("Severity Level", "SEV-2 High").await;
    alice.fills_in("Title", "Checkout is slow").await;
    alice.clicks(&walkthrough_1::declare_button()).await;
    alice.waits_until_gone("//dialog").await;
}

/// Each date field is named by its label.
async fn check_date_fields(alice: &Window) {
    send_text(alice, "/datadog task").await;
    alice
        .sees("//dialog//input[contains(@class, 'picker')]")
        .await;
    let names = "return [...document.querySelectorAll('dialog .picker')]
        .filter((el) => el.labels.length !== 1 || el.hasAttribute('aria-label')).length";
    assert_eq!(alice.runs_script(names, &[]).await, 0);
    alice
        .clicks(&within(&modal("Add Task"), &button("Cancel")))
        .await;
    alice.waits_until_gone("//dialog").await;
}

async fn join_as_bob(fixture: &Fixture) {
    let bob = fixture.open_page_as("U0BOB000001").await;
    bob.opens_channel("incidents").await;
    let announcement = message("IR-1 Checkout is slow");
    bob.clicks(&within(&announcement, &button("Join Channel")))
        .await;
    bob.sees(&open_channel(walkthrough_1::CHANNEL)).await;
    bob.clicks(&within("//main", &button("Join Channel"))).await;
    bob.sees(&composer(walkthrough_1::CHANNEL)).await;
}

async fn send_text(user: &Window, text: &str) {
    user.focuses(&composer(walkthrough_1::CHANNEL)).await;
    user.types(text).await;
    user.sends_message().await;
}

fn guide(words: &str) -> String {
    format!("//section[@aria-label='Sandbox'][{}]", contains_text(words))
}

fn guide_list() -> String {
    "//ol[@id='guide-steps']".to_owned()
}

/// Returns the path of the button that shows how many of the six steps are done.
fn progress(done: u32) -> String {
    button(&format!("First steps {done}/6"))
}

fn completed(title: &str) -> String {
    within(
        &guide_list(),
        &format!("/li[{}]", contains_text(&format!("{title} (done)"))),
    )
}

fn toast(words: &str) -> String {
    format!("//*[contains(@class, 'toast ')][{}]", contains_text(words))
}
