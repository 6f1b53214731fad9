//! A restart of the program: the sandbox keeps its channels, and a broken file is renamed.

use std::fs;

use crate::fixture::Fixture;
use crate::selectors::{channel_link, composer, contains_text, message};
use crate::walkthrough_1::{self, CHANNEL};
use crate::window::Window;

/// Alice works on, in the channel of an incident that was declared before the restart.
pub async fn check_restart(fixture: &Fixture) {
    let alice = fixture.open_page().await;
    walkthrough_1::open_declare_modal(&alice).await;
    alice.fills_in("Title", "Checkout is slow").await;
    alice.clicks(&walkthrough_1::declare_button()).await;
    alice.waits_until_gone("//dialog").await;
    alice.opens_channel(CHANNEL).await;
    let activity = message("Alice Okafor declared this incident.");
    alice.sees(&activity).await;

    fixture.restart_program(|| ()).await;
    let alice = fixture.open_page().await;
    alice.opens_channel(CHANNEL).await;
    alice.sees(&activity).await;
    send_note(&alice, CHANNEL).await;
    alice.sees(&message("Still here")).await;
    assert_eq!(
        alice
            .count("//main//article[contains(@class, 'pinned')][.//h3]")
            .await,
        1
    );

    let file = fixture.sandbox_file();
    fixture
        .restart_program(|| fs::write(&file, "{\"version\": 1").unwrap())
        .await;
    fixture.expects_warning("sandbox.json.broken-1");
    let alice = fixture.open_page().await;
    let warning = format!(
        "//*[@role='alert'][{}]",
        contains_text("starts with a new workspace")
    );
    alice.sees(&warning).await;
    alice.does_not_see(&channel_link(CHANNEL)).await;
    alice.clicks(&format!("{warning}//button")).await;
    alice.waits_until_gone(&warning).await;
    let broken = file.with_extension("json.broken-1");
    assert_eq!(fs::read_to_string(broken).unwrap(), "{\"version\": 1");
}

async fn send_note(alice: &Window, channel: &str) {
    alice.focuses(&composer(channel)).await;
    alice.types("/datadog incident note Still here").await;
    alice.sends_message().await;
}
