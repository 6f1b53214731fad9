//! The picture in the README: an incident's channel, as the story left it.

use std::env;
use std::path::Path;

use crate::places::{button, message, within};
use crate::window::Window;

/// How large the page is in the picture, at least; what stands above the header need not be in it.
const WIDTH: u32 = 1400;
const HEIGHT: u32 = 860;

/// How much of the messages, from the header on, is out of sight.
const HIDDEN: &str = "
    const list = document.querySelector('main .messages').getBoundingClientRect();
    const header = document.querySelector('main article.pinned').getBoundingClientRect();
    return Math.max(0, Math.ceil(list.top - header.top + 8))";

/// Rewrites the picture if `UPDATE_FIXTURES` is set: with the header, what changed, and the message
/// that went on the timeline, all in sight at once.
pub async fn for_the_readme(alice: &Window) {
    if env::var_os("UPDATE_FIXTURES").is_none() {
        return;
    }
    for words in ["Added to the timeline of IR-1.", "Already on the timeline."] {
        let note = message(words);
        alice.presses(&within(&note, &button("Dismiss"))).await;
        alice.sees_no_longer(&note).await;
    }
    let hidden = alice.asks(HIDDEN, &[]).await.as_u64().unwrap();
    let height = HEIGHT + u32::try_from(hidden).unwrap();
    alice.is_seen_large(WIDTH, height, 1.25).await;
    alice.goes_to("//main//textarea").await;
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/sandbox.png");
    alice.is_pictured(&file).await;
}
