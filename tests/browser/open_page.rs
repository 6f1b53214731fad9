//! **Open Page** in the sandbox: the first time through a link in Slack, then with one click.

use crate::fixture::Fixture;
use crate::selectors::{button, composer, contains_text, message, modal, within};
use crate::walkthrough_1;
use crate::window::Window;

/// Alice declares an incident and opens its page.
pub async fn check_open_page(fixture: &Fixture) {
    let alice = fixture.open_page().await;
    walkthrough_1::open_declare_modal(&alice).await;
    alice.fills_in("Title", "Checkout is slow").await;
    alice.clicks(&walkthrough_1::declare_button()).await;
    alice.waits_until_gone(&modal("Declare Incident")).await;
    alice.opens_channel(walkthrough_1::CHANNEL).await;
    alice.focuses(&composer(walkthrough_1::CHANNEL)).await;
    alice.types("/datadog web").await;
    alice.sends_message().await;
    let reply = message("Open IR-1 in your browser.");
    alice.clicks(&within(&reply, &button("Open Page"))).await;
    let page = alice.switches_to_opened_window().await;
    page.clicks("//button[starts-with(normalize-space(.), 'Continue as Alice Okafor')]")
        .await;
    sees_incident(&page).await;

    // From now on, one click on the status card is enough.
    let header = "//article[contains(@class, 'pinned')]";
    alice.clicks(&within(header, &button("Open Page"))).await;
    let page = alice.switches_to_opened_window().await;
    sees_incident(&page).await;
}

async fn sees_incident(page: &Window) {
    let title = contains_text("Checkout is slow");
    page.sees(&format!("//main//h1[{title}]")).await;
}
