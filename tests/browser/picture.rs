//! The picture in the README: an incident's channel, as the story left it.

use std::env;
use std::path::Path;

use crate::places::{button, message, within};
use crate::window::Window;

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
    alice.is_seen_large(1400, 1150, 1.25).await;
    alice.goes_to("//main//textarea").await;
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/sandbox.png");
    alice.is_pictured(&file).await;
}
