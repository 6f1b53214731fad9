//! The walk-through, steps 1, 2, 4 and 7: declaration, announcement, update, and a message added to the
//! timeline.

use crate::fixture::{Fixture, Screen};
use crate::input::InputMethod;
use crate::picture;
use crate::selectors::{
    button, channel_link, composer, contains_text, field_error, message, modal, open_channel,
    reply, within,
};
use crate::walkthrough_2;
use crate::window::Window;

/// The name of the incident channel.
pub const CHANNEL: &str = "incident-1-checkout-is-slow";
/// The channel name after the title changed.
pub const RENAMED_CHANNEL: &str = "incident-1-checkout-is-down";
const SIGNAL: &str = "https://graphs.acme.example/checkout";

/// Alice declares, Bob is the commander, and Chioma watches in a window of her own.
pub async fn run_walkthrough(fixture: &Fixture) {
    let alice = fixture.open_page().await;
    open_declare_modal(&alice).await;
    declare_incident(&alice).await;
    open_channel_from_reply(&alice).await;
    check_channel(&alice).await;

    let chioma = fixture.open_page_as("U0CHIOMA001").await;
    join_from_announcement(&chioma).await;
    chioma.sets_reload_marker().await;
    let announcement_ts = check_announcement(&alice).await;

    update_incident(&alice).await;
    check_update(&alice).await;
    check_update(&chioma).await;
    check_edited_announcement(&alice, &announcement_ts).await;

    add_message_to_timeline(&alice, &chioma).await;
    chioma.assert_not_reloaded().await;
    if (fixture.input, fixture.screen) == (InputMethod::Mouse, Screen::Desktop) {
        picture::check_readme_screenshot(&alice).await;
    }
    walkthrough_2::continue_walkthrough(&alice, &chioma).await;
}

/// Opens #general, the initial channel. A phone shows the list of channels first.
pub async fn open_general(user: &Window) {
    if user.screen == Screen::Phone {
        user.clicks(&channel_link("general")).await;
    }
    user.sees(&open_channel("general")).await;
}

/// Step 1: types the command with the composer's suggestions.
pub async fn open_declare_modal(alice: &Window) {
    open_general(alice).await;
    alice.focuses(&composer("general")).await;
    alice.types("/da").await;
    alice.accepts_suggestion("/datadog").await;
    alice.types("incident ").await;
    alice.sends_message().await;
    alice.sees(&modal("Declare Incident")).await;
    alice
        .waits_for_value("Incident Commander", "Alice Okafor")
        .await;
    alice.waits_for_value("Severity Level", "UNKNOWN").await;
}

/// Step 1: submitting without a title shows an error and keeps the other input.
async fn declare_incident(alice: &Window) {
    alice.selects("Severity Level", "SEV-2 High").await;
    alice.selects("Incident Commander", "Bob Lindqvist").await;
    alice.selects("Customer impact", "Yes").await;
    alice.fills_in("Signals", SIGNAL).await;
    alice.clicks(&declare_button()).await;
    alice
        .sees(&field_error(
            "Title",
            "Please complete this required field.",
        ))
        .await;
    alice.fills_in("Title", "   ").await;
    alice.clicks(&declare_button()).await;
    alice
        .sees(&field_error("Title", "An incident needs a title."))
        .await;
    alice.fills_in("Title", "Checkout is slow").await;
    alice.waits_for_value("Signals", SIGNAL).await;
    alice.clicks(&declare_button()).await;
    alice.waits_until_gone("//dialog").await;
}

/// Returns the path of the button that declares.
pub fn declare_button() -> String {
    within(&modal("Declare Incident"), &button("Declare Incident"))
}

/// Step 2: follows the link in the ephemeral reply to the incident channel.
async fn open_channel_from_reply(alice: &Window) {
    let private_reply = message("Declared IR-1");
    alice
        .sees(&within(
            &private_reply,
            &format!("[{}]", contains_text("Only visible to you")),
        ))
        .await;
    alice
        .clicks(&within(
            &private_reply,
            &format!("//a[{}]", contains_text(CHANNEL)),
        ))
        .await;
    alice.sees(&open_channel(CHANNEL)).await;
}

/// Step 2: checks the topic, the pinned header, the bookmarks and the first post.
async fn check_channel(alice: &Window) {
    let header = header();
    for words in [
        "IR-1 Checkout is slow",
        "SEV-2 High",
        "ACTIVE",
        "@Bob Lindqvist",
        "since",
        "Pinned",
    ] {
        alice
            .sees(&within(&header, &format!("[{}]", contains_text(words))))
            .await;
    }
    alice
        .sees(&within(&header, &format!("//a[@href='{SIGNAL}']")))
        .await;
    let first_post = format!(
        "/following::article[{}]",
        contains_text("Alice Okafor declared this incident.")
    );
    alice.sees(&within(&header, &first_post)).await;
    alice.sees(&button("1 pinned message")).await;
    alice
        .sees(&format!("//*[@data-bookmark]//a[@href='{SIGNAL}']"))
        .await;
    check_topic(alice, "SEV-2 High · ACTIVE · Commander: @Bob Lindqvist").await;
}

/// Checks the topic, next to the channel's name, or in its menu on a phone.
async fn check_topic(user: &Window, topic: &str) {
    if user.screen == Screen::Phone {
        user.clicks("//main//h1//button").await;
        let menu = within("//*[@role='menu']", &format!("[{}]", contains_text(topic)));
        user.sees(&menu).await;
        user.clicks("//*[@class='panel-shade']").await;
        user.waits_until_gone(&menu).await;
        return;
    }
    let selector = format!("//main//*[contains(@class, 'topic')][normalize-space(.)='{topic}']");
    user.sees(&selector).await;
}

fn header() -> String {
    "//main//article[contains(@class, 'pinned')][.//h3]".to_owned()
}

/// Step 2: joins the incident channel from the announcement.
async fn join_from_announcement(chioma: &Window) {
    chioma.opens_channel("incidents").await;
    chioma
        .clicks(&within(&announcement(), &button("Join Channel")))
        .await;
    chioma.sees(&open_channel(CHANNEL)).await;
    chioma
        .clicks(&within("//main", &button("Join Channel")))
        .await;
    chioma.sees(&composer(CHANNEL)).await;
}

/// Returns the path of the announcement before the update.
pub fn announcement() -> String {
    message("IR-1 Checkout is slow")
}

/// Returns the path of the link to a message's thread.
pub fn thread_link(message: &str, how_many: &str) -> String {
    let link = format!(
        "//button[contains(@class, 'thread-link')][{}]",
        contains_text(how_many)
    );
    within(message, &link)
}

/// Step 2: checks the announcement, which has no reply yet. Returns its `ts`.
async fn check_announcement(alice: &Window) -> String {
    alice.opens_channel("incidents").await;
    let announcement = announcement();
    alice.sees(&announcement).await;
    alice
        .does_not_see(&thread_link(&announcement, "repl"))
        .await;
    let ts = alice.attribute(&announcement, "data-ts").await;
    alice.opens_channel(CHANNEL).await;
    ts
}

/// Step 4: updates the incident once the cause is found.
async fn update_incident(alice: &Window) {
    alice.focuses(&composer(CHANNEL)).await;
    alice.types("/datadog incident update").await;
    alice.sends_message().await;
    alice.sees(&modal("Update IR-1")).await;
    alice.waits_for_value("Title", "Checkout is slow").await;
    alice.waits_for_value("Status", "ACTIVE").await;
    alice.fills_in("Title", "Checkout is down").await;
    alice.selects("Severity Level", "SEV-1 Critical").await;
    alice.selects("Status", "STABLE").await;
    alice.selects("Detection Method", "Customer").await;
    alice
        .fills_in("Why it happened", "The disk was full.")
        .await;
    alice
        .clicks(&within(&modal("Update IR-1"), &button("Save")))
        .await;
    alice.waits_until_gone("//dialog").await;
}

/// Step 4: checks the one post, the edited header, and the channel name, which follows the title.
async fn check_update(user: &Window) {
    user.sees(&open_channel(RENAMED_CHANNEL)).await;
    user.sees(&composer(RENAMED_CHANNEL)).await;
    let post = message("Alice Okafor updated the incident");
    for words in [
        "Title “Checkout is slow” → “Checkout is down”",
        "Severity SEV-2 → SEV-1",
        "Status ACTIVE → STABLE",
        "Detection method Unknown → Customer",
        "Why it happened: The disk was full.",
    ] {
        user.sees(&within(&post, &format!("[{}]", contains_text(words))))
            .await;
    }
    let header = header();
    for words in [
        "IR-1 Checkout is down",
        "SEV-1 Critical",
        "STABLE",
        "The disk was full.",
        "(edited)",
    ] {
        user.sees(&within(&header, &format!("[{}]", contains_text(words))))
            .await;
    }
    assert_eq!(user.count(&header).await, 1);
    // A briefing is not edited later.
    let old_title = "//h3[contains(., 'Checkout is slow')]";
    user.does_not_see(&within(&header, old_title)).await;
    check_topic(user, "SEV-1 Critical · STABLE · Commander: @Bob Lindqvist").await;
}

/// Step 4: checks that the announcement is edited in place, with a reply about the change.
async fn check_edited_announcement(alice: &Window, ts: &str) {
    alice.opens_channel("incidents").await;
    let announcement = message("IR-1 Checkout is down");
    assert_eq!(alice.attribute(&announcement, "data-ts").await, ts);
    assert_eq!(alice.count("//main//article[.//h3]").await, 1);
    alice.clicks(&thread_link(&announcement, "1 reply")).await;
    alice.sees(&reply("Status ACTIVE → STABLE")).await;
    alice.clicks(&button("Close the thread")).await;
    alice.opens_channel(RENAMED_CHANNEL).await;
}

/// Step 7: adds a message to the timeline with one click: a pushpin for all users, an ephemeral reply, and no
/// second entry.
async fn add_message_to_timeline(alice: &Window, chioma: &Window) {
    let words = "I am working on a fix.";
    alice.focuses(&composer(RENAMED_CHANNEL)).await;
    alice.types(words).await;
    alice.sends_message().await;
    let written = message(words);
    let pin = within(&written, "//button[@data-reaction='pushpin']");
    alice
        .selects_message_action(&written, "Add to Incident")
        .await;
    alice.sees(&pin).await;
    alice
        .sees(&ephemeral("Added to the timeline of IR-1."))
        .await;
    chioma.sees(&pin).await;

    alice
        .selects_message_action(&written, "Add to Incident")
        .await;
    alice.sees(&ephemeral("Already on the timeline.")).await;
    chioma.does_not_see(&message("the timeline of IR-1")).await;
    chioma
        .does_not_see(&message("Already on the timeline."))
        .await;
}

fn ephemeral(words: &str) -> String {
    within(
        &message(words),
        &format!("[{}]", contains_text("Only visible to you")),
    )
}
