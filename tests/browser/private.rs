//! A private incident on a page that several users share: a user who is not a responder sees nothing of it.

use crate::fixture::Fixture;
use crate::selectors::{button, channel_link, composer, message, modal, within};
use crate::walkthrough_1;
use crate::window::Window;

/// The name of the incident's private channel.
const PRIVATE_CHANNEL: &str = "incident-1-checkout-is-slow-2";

/// Alice declares an incident and makes it private. The page switches to Chioma, and back to Alice.
pub async fn check_private_incident(fixture: &Fixture) {
    let page = fixture.open_page().await;
    cancel_and_declare(&page).await;
    make_private(&page).await;
    assert_list_contains(&page, "general", "Checkout is slow").await;

    switch_user(&page, "U0CHIOMA001").await;
    page.opens_channel("general").await;
    assert_list_contains(&page, "general", "No open incidents.").await;
    page.does_not_see(&channel_link(PRIVATE_CHANNEL)).await;
    page.does_not_see(&message("Checkout is slow")).await;
    page.opens_channel("incidents").await;
    page.does_not_see(&message("IR-1")).await;

    switch_user(&page, "U0ALICE0001").await;
    page.opens_channel(PRIVATE_CHANNEL).await;
    page.sees(&message("made this incident private")).await;
}

/// Cancels the modal. The next input must go to the composer.
async fn cancel_and_declare(alice: &Window) {
    walkthrough_1::open_declare_modal(alice).await;
    let cancel = within(&modal("Declare Incident"), &button("Cancel"));
    alice.clicks(&cancel).await;
    alice.waits_until_gone("//dialog").await;
    alice.types("/datadog incident Checkout is slow").await;
    alice.sends_message().await;
    alice.sees(&modal("Declare Incident")).await;
    alice.clicks(&walkthrough_1::declare_button()).await;
    alice.waits_until_gone("//dialog").await;
}

async fn make_private(alice: &Window) {
    alice.opens_channel(walkthrough_1::CHANNEL).await;
    alice
        .sees(&message("Alice Okafor declared this incident."))
        .await;
    send_text(alice, walkthrough_1::CHANNEL, "/datadog incident private").await;
    alice.sees(&channel_link(PRIVATE_CHANNEL)).await;
    alice.opens_channel(PRIVATE_CHANNEL).await;
    alice.sees(&message("made this incident private")).await;
    alice.opens_channel("general").await;
}

/// Opens the list of open incidents and checks its text.
async fn assert_list_contains(user: &Window, channel: &str, words: &str) {
    send_text(user, channel, "/datadog incident list").await;
    user.sees(&message(words)).await;
}

/// Switches the page to another user.
async fn switch_user(page: &Window, user: &str) {
    let link = format!("//a[@data-person='{user}']");
    page.clicks(&link).await;
    page.sees(&format!("{link}[@aria-current='true']")).await;
}

async fn send_text(user: &Window, channel: &str, text: &str) {
    user.focuses(&composer(channel)).await;
    user.types(text).await;
    user.sends_message().await;
}
