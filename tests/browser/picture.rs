//! The screenshot in the README: an incident channel at the end of the walk-through.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::selectors::{button, message, open_channel, within};
use crate::walkthrough_1;
use crate::window::Window;

/// The size of the page in the screenshot, so that its text is readable in the README. Messages above the header
/// need not be visible.
const WIDTH: u32 = 1100;
const HEIGHT: u32 = 700;
const PIXEL_RATIO: f64 = 2.0;

/// Returns how far the header is scrolled out of view, in CSS pixels.
const HIDDEN_HEIGHT_SCRIPT: &str = "
    const list = document.querySelector('main .messages').getBoundingClientRect();
    const header = document.querySelector('main article.pinned').getBoundingClientRect();
    return Math.max(0, Math.ceil(list.top - header.top + 8))";

/// Returns the text in the screenshot, without times, the impact's duration, and Slack's own messages, whose
/// order varies. The day may change meanwhile.
const VISIBLE_TEXT_SCRIPT: &str = r"
    const parts = 'h1, .bookmark, article:not(.system) .message-main';
    const said = [...document.querySelectorAll(`main :is(${parts})`)].map((part) => part.innerText);
    const text = said.join('\n').replaceAll(/\d\d:\d\d/g, '21:13').replaceAll(/\n+/g, '\n')
        .replaceAll('yesterday at', 'today at');
    return text.replace(/(since today at 21:13) \(.+\)/, '$1 (just now)') + '\n'";

/// Checks that the screenshot is current: the header, the changes, and the message on the timeline are all
/// visible. `UPDATE_FIXTURES` takes it again.
pub async fn check_readme_screenshot(alice: &Window) {
    alice
        .sees(&open_channel(walkthrough_1::RENAMED_CHANNEL))
        .await;
    for words in ["Added to the timeline of IR-1.", "Already on the timeline."] {
        let note = message(words);
        alice.clicks(&within(&note, &button("Dismiss"))).await;
        alice.waits_until_gone(&note).await;
    }
    let read = alice.runs_script(VISIBLE_TEXT_SCRIPT, &[]).await;
    let read = read.as_str().unwrap();
    if env::var_os("UPDATE_FIXTURES").is_some() {
        update_screenshot(alice).await;
        fs::write(fixture_path("sandbox.txt"), read).unwrap();
        return;
    }
    let pictured = fs::read_to_string(fixture_path("sandbox.txt")).unwrap();
    assert_eq!(read, pictured, "fixtures/sandbox.png is outdated");
}

/// Takes the screenshot, without the steps of the guide. The page becomes as high as needed to show the header.
async fn update_screenshot(alice: &Window) {
    alice
        .clicks("//button[contains(@class, 'guide-toggle')]")
        .await;
    alice.resizes(WIDTH, HEIGHT, PIXEL_RATIO).await;
    alice.focuses("//main//textarea").await;
    let hidden = alice
        .runs_script(HIDDEN_HEIGHT_SCRIPT, &[])
        .await
        .as_u64()
        .unwrap();
    let height = HEIGHT + u32::try_from(hidden).unwrap();
    alice.resizes(WIDTH, height, PIXEL_RATIO).await;
    alice.focuses("//main//textarea").await;
    alice.takes_screenshot(&fixture_path("sandbox.png")).await;
}

fn fixture_path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(name)
}
