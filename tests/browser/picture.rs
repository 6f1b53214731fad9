//! The picture in the README: an incident's channel, as the story left it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::places::{button, message, open_channel, within};
use crate::walk;
use crate::window::Window;

/// How large the page is in the picture, at least; what stands above the header need not be in it.
const WIDTH: u32 = 1400;
const HEIGHT: u32 = 860;

/// How much of the messages, from the header on, is out of sight.
const HIDDEN: &str = "
    const list = document.querySelector('main .messages').getBoundingClientRect();
    const header = document.querySelector('main article.pinned').getBoundingClientRect();
    return Math.max(0, Math.ceil(list.top - header.top + 8))";

/// What can be read in the picture, but for the time of day and how long the impact lasts, and for what
/// Slack says by itself, which comes in any order.
const READ: &str = r"
    const parts = 'h1, .bookmark, article:not(.system) .message-main';
    const said = [...document.querySelectorAll(`main :is(${parts})`)].map((part) => part.innerText);
    const text = said.join('\n').replaceAll(/\d\d:\d\d/g, '21:13').replaceAll(/\n+/g, '\n');
    return text.replace(/(since today at 21:13) \(.+\)/, '$1 (just now)') + '\n'";

/// Makes sure that the picture shows what is shown today: with the header, what changed, and the message
/// that went on the timeline, all in sight at once. `UPDATE_FIXTURES` takes it anew.
pub async fn for_the_readme(alice: &Window) {
    alice.sees(&open_channel(walk::RENAMED)).await;
    for words in ["Added to the timeline of IR-1.", "Already on the timeline."] {
        let note = message(words);
        alice.presses(&within(&note, &button("Dismiss"))).await;
        alice.sees_no_longer(&note).await;
    }
    let read = alice.asks(READ, &[]).await;
    let read = read.as_str().unwrap();
    if env::var_os("UPDATE_FIXTURES").is_some() {
        takes_it(alice).await;
        fs::write(fixture("sandbox.txt"), read).unwrap();
        return;
    }
    let pictured = fs::read_to_string(fixture("sandbox.txt")).unwrap();
    assert_eq!(read, pictured, "fixtures/sandbox.png shows something else");
}

async fn takes_it(alice: &Window) {
    let hidden = alice.asks(HIDDEN, &[]).await.as_u64().unwrap();
    let height = HEIGHT + u32::try_from(hidden).unwrap();
    alice.is_seen_large(WIDTH, height, 1.25).await;
    alice.goes_to("//main//textarea").await;
    alice.is_pictured(&fixture("sandbox.png")).await;
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(name)
}
