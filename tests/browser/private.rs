//! A private incident, looked at by one person after the other at the same page: whoever does not take part
//! sees nothing of it.

use crate::places::{button, composer, form, listed, message, within};
use crate::stage::Stage;
use crate::walk;
use crate::window::Window;

/// The channel in which the incident goes on.
const PRIVATE: &str = "incident-1-checkout-is-slow-2";

/// Alice declares, and makes it private; then the page is Chioma's, and Alice's again.
pub async fn is_seen_by_those_who_take_part(stage: &Stage) {
    let page = stage.newcomer().await;
    thinks_better_of_it(&page).await;
    is_made_private(&page).await;
    lists(&page, "general", "Checkout is slow").await;

    becomes(&page, "U0CHIOMA001").await;
    page.opens_channel("general").await;
    lists(&page, "general", "No incident is open.").await;
    page.does_not_see(&listed(PRIVATE)).await;
    page.does_not_see(&message("Checkout is slow")).await;
    page.opens_channel("incidents").await;
    page.does_not_see(&message("IR-1")).await;

    becomes(&page, "U0ALICE0001").await;
    page.opens_channel(PRIVATE).await;
    page.sees(&message("made this incident private")).await;
}

/// A form is left with its button; what is typed then stands where it is meant to.
async fn thinks_better_of_it(alice: &Window) {
    walk::asks_for_the_form(alice).await;
    let cancel = within(&form("Declare Incident"), &button("Cancel"));
    alice.presses(&cancel).await;
    alice.sees_no_longer("//dialog").await;
    alice.types("/datadog incident Checkout is slow").await;
    alice.sends().await;
    alice.sees(&form("Declare Incident")).await;
    alice.presses(&walk::declare()).await;
    alice.sees_no_longer("//dialog").await;
}

async fn is_made_private(alice: &Window) {
    alice.opens_channel(walk::CHANNEL).await;
    alice
        .sees(&message("Alice Okafor declared this incident."))
        .await;
    says(alice, walk::CHANNEL, "/datadog incident private").await;
    alice.sees(&listed(PRIVATE)).await;
    alice.opens_channel(PRIVATE).await;
    alice.sees(&message("made this incident private")).await;
    alice.opens_channel("general").await;
}

/// Asks for the list of open incidents; it says this.
async fn lists(somebody: &Window, channel: &str, words: &str) {
    says(somebody, channel, "/datadog incident list").await;
    somebody.sees(&message(words)).await;
}

/// Makes the page somebody else's.
async fn becomes(page: &Window, person: &str) {
    let link = format!("//a[@data-person='{person}']");
    page.presses(&link).await;
    page.sees(&format!("{link}[@aria-current='true']")).await;
}

async fn says(somebody: &Window, channel: &str, text: &str) {
    somebody.goes_to(&composer(channel)).await;
    somebody.types(text).await;
    somebody.sends().await;
}
