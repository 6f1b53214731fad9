//! The walk-through, steps 1, 2, 4 and 7: declared, announced, updated, and a message put on the timeline.

use crate::hand::Hand;
use crate::picture;
use crate::places::{
    button, composer, error, form, listed, message, open_channel, reads, reply, within,
};
use crate::stage::{Screen, Stage};
use crate::walk_on;
use crate::window::Window;

/// The channel of the incident.
pub const CHANNEL: &str = "incident-1-checkout-is-slow";
/// What it is called once the title has changed.
pub const RENAMED: &str = "incident-1-checkout-is-down";
const SIGNAL: &str = "https://graphs.acme.example/checkout";

/// Alice declares, Bob leads, and Chioma looks on from a window of her own.
pub async fn the_whole_way(stage: &Stage) {
    let alice = stage.newcomer().await;
    asks_for_the_form(&alice).await;
    fills_in_what_is_known(&alice).await;
    follows_the_pointer(&alice).await;
    sees_the_channel(&alice).await;

    let chioma = stage.somebody_else("U0CHIOMA001").await;
    joins_from_the_card(&chioma).await;
    chioma.leaves_a_mark().await;
    let card = sees_the_card(&alice).await;

    updates(&alice).await;
    sees_what_changed(&alice).await;
    sees_what_changed(&chioma).await;
    sees_the_card_edited(&alice, &card).await;

    puts_a_message_on_the_timeline(&alice, &chioma).await;
    chioma.still_bears_the_mark().await;
    if (stage.hand, stage.screen) == (Hand::Mouse, Screen::Desktop) {
        picture::for_the_readme(&alice).await;
    }
    walk_on::to_the_end(&alice, &chioma).await;
}

/// The channel that the page opens with; a phone shows the list of channels first.
pub async fn opens_general(somebody: &Window) {
    if somebody.screen == Screen::Phone {
        somebody.presses(&listed("general")).await;
    }
    somebody.sees(&open_channel("general")).await;
}

/// Step 1: types the command with the composer's help.
pub async fn asks_for_the_form(alice: &Window) {
    opens_general(alice).await;
    alice.goes_to(&composer("general")).await;
    alice.types("/da").await;
    alice.takes_the_offer("/datadog").await;
    alice.types("incident ").await;
    alice.sends().await;
    alice.sees(&form("Declare Incident")).await;
    alice.field_says("Incident Commander", "Alice Okafor").await;
    alice.field_says("Severity Level", "UNKNOWN").await;
}

/// Step 1: a title is needed; everything else is kept while it is missing.
async fn fills_in_what_is_known(alice: &Window) {
    alice.chooses("Severity Level", "SEV-2 High").await;
    alice.chooses("Incident Commander", "Bob Lindqvist").await;
    alice.chooses("Customer impact", "Yes").await;
    alice.fills_in("Signals", SIGNAL).await;
    alice.presses(&declare()).await;
    alice
        .sees(&error("Title", "Please complete this required field."))
        .await;
    alice.fills_in("Title", "   ").await;
    alice.presses(&declare()).await;
    alice
        .sees(&error("Title", "An incident needs a title."))
        .await;
    alice.fills_in("Title", "Checkout is slow").await;
    alice.field_says("Signals", SIGNAL).await;
    alice.presses(&declare()).await;
    alice.sees_no_longer("//dialog").await;
}

/// The button that declares.
pub fn declare() -> String {
    within(&form("Declare Incident"), &button("Declare Incident"))
}

/// Step 2: the pointer is for her alone, and leads to the channel.
async fn follows_the_pointer(alice: &Window) {
    let pointer = message("IR-1 is declared");
    alice
        .sees(&within(
            &pointer,
            &format!("[{}]", reads("Only visible to you")),
        ))
        .await;
    alice
        .presses(&within(&pointer, &format!("//a[{}]", reads(CHANNEL))))
        .await;
    alice.sees(&open_channel(CHANNEL)).await;
}

/// Step 2: topic, pinned header, bookmark, first post.
async fn sees_the_channel(alice: &Window) {
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
            .sees(&within(&header, &format!("[{}]", reads(words))))
            .await;
    }
    alice
        .sees(&within(&header, &format!("//a[@href='{SIGNAL}']")))
        .await;
    let first_post = format!(
        "/following::article[{}]",
        reads("Alice Okafor declared this incident.")
    );
    alice.sees(&within(&header, &first_post)).await;
    alice.sees(&button("1 pinned message")).await;
    alice
        .sees(&format!("//*[@data-bookmark]//a[@href='{SIGNAL}']"))
        .await;
    sees_topic(alice, "SEV-2 High · ACTIVE · Commander: @Bob Lindqvist").await;
}

/// Beside the channel's name, or in its menu on a phone.
async fn sees_topic(somebody: &Window, topic: &str) {
    if somebody.screen == Screen::Phone {
        somebody.presses("//main//h1//button").await;
        let menu = within("//*[@role='menu']", &format!("[{}]", reads(topic)));
        somebody.sees(&menu).await;
        somebody.presses("//*[@class='panel-shade']").await;
        somebody.sees_no_longer(&menu).await;
        return;
    }
    let place = format!("//main//*[contains(@class, 'topic')][normalize-space(.)='{topic}']");
    somebody.sees(&place).await;
}

fn header() -> String {
    "//main//article[contains(@class, 'pinned')][.//h3]".to_owned()
}

/// Step 2: the announcement leads whoever wants to help to the channel.
async fn joins_from_the_card(chioma: &Window) {
    chioma.opens_channel("incidents").await;
    chioma
        .presses(&within(&card(), &button("Join Channel")))
        .await;
    chioma.sees(&open_channel(CHANNEL)).await;
    chioma
        .presses(&within("//main", &button("Join Channel")))
        .await;
    chioma.sees(&composer(CHANNEL)).await;
}

/// The card, before anything changes.
pub fn card() -> String {
    message("IR-1 Checkout is slow")
}

/// What leads to the replies to a message.
pub fn replies_to(message: &str, how_many: &str) -> String {
    let link = format!(
        "//button[contains(@class, 'thread-link')][{}]",
        reads(how_many)
    );
    within(message, &link)
}

/// Step 2: one card, and one reply under it. Gives which message it is.
async fn sees_the_card(alice: &Window) -> String {
    alice.opens_channel("incidents").await;
    let card = card();
    alice.presses(&replies_to(&card, "1 reply")).await;
    alice.sees(&reply("declared this incident.")).await;
    alice.presses(&button("Close the thread")).await;
    let ts = alice.attribute(&card, "data-ts").await;
    alice.opens_channel(CHANNEL).await;
    ts
}

/// Step 4: the cause is found.
async fn updates(alice: &Window) {
    alice.goes_to(&composer(CHANNEL)).await;
    alice.types("/datadog incident update").await;
    alice.sends().await;
    alice.sees(&form("Update IR-1")).await;
    alice.field_says("Title", "Checkout is slow").await;
    alice.field_says("Status", "ACTIVE").await;
    alice.fills_in("Title", "Checkout is down").await;
    alice.chooses("Severity Level", "SEV-1 Critical").await;
    alice.chooses("Status", "STABLE").await;
    alice.chooses("Detection Method", "Customer").await;
    alice
        .fills_in("Why it happened", "The disk was full.")
        .await;
    alice
        .presses(&within(&form("Update IR-1"), &button("Save")))
        .await;
    alice.sees_no_longer("//dialog").await;
}

/// Step 4: one post, the header edited where it stands, and the channel called as the incident.
async fn sees_what_changed(somebody: &Window) {
    somebody.sees(&open_channel(RENAMED)).await;
    somebody.sees(&composer(RENAMED)).await;
    let post = message("Alice Okafor changed the severity from SEV-2 to SEV-1.");
    for words in [
        "changed the title from “Checkout is slow” to “Checkout is down”.",
        "changed the status from ACTIVE to STABLE.",
        "changed the detection method from Unknown to Customer.",
        "wrote Why it happened: The disk was full.",
    ] {
        somebody
            .sees(&within(&post, &format!("[{}]", reads(words))))
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
        somebody
            .sees(&within(&header, &format!("[{}]", reads(words))))
            .await;
    }
    assert_eq!(somebody.count(&header).await, 1);
    // A briefing is for the moment at which somebody joined, and stays as it was.
    let former = "//h3[contains(., 'Checkout is slow')]";
    somebody.does_not_see(&within(&header, former)).await;
    sees_topic(
        somebody,
        "SEV-1 Critical · STABLE · Commander: @Bob Lindqvist",
    )
    .await;
}

/// Step 4: the card is the same message as before, and the change stands under it.
async fn sees_the_card_edited(alice: &Window, ts: &str) {
    alice.opens_channel("incidents").await;
    let card = message("IR-1 Checkout is down");
    assert_eq!(alice.attribute(&card, "data-ts").await, ts);
    assert_eq!(alice.count("//main//article[.//h3]").await, 1);
    alice.presses(&replies_to(&card, "2 replies")).await;
    alice
        .sees(&reply("changed the status from ACTIVE to STABLE."))
        .await;
    alice.presses(&button("Close the thread")).await;
    alice.opens_channel(RENAMED).await;
}

/// Step 7: one click, a pin that everybody sees, a word that only she sees; and never twice.
async fn puts_a_message_on_the_timeline(alice: &Window, chioma: &Window) {
    let words = "I am working on a fix.";
    alice.goes_to(&composer(RENAMED)).await;
    alice.types(words).await;
    alice.sends().await;
    let written = message(words);
    let pin = within(&written, "//button[@data-reaction='pushpin']");
    alice.chooses_in_menu_of(&written, "Add to Incident").await;
    alice.sees(&pin).await;
    alice
        .sees(&only_for_her("Added to the timeline of IR-1."))
        .await;
    chioma.sees(&pin).await;

    alice.chooses_in_menu_of(&written, "Add to Incident").await;
    alice.sees(&only_for_her("Already on the timeline.")).await;
    chioma.does_not_see(&message("the timeline of IR-1")).await;
    chioma
        .does_not_see(&message("Already on the timeline."))
        .await;
}

fn only_for_her(words: &str) -> String {
    within(
        &message(words),
        &format!("[{}]", reads("Only visible to you")),
    )
}
