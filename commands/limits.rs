//! Slack's limits for what we show, and cutting text so that it keeps them.
//!
//! All are from docs.slack.dev/reference/block-kit and docs.slack.dev/reference/views. Slack does
//! not say how it counts; we count UTF-16 units, which is never fewer than characters.

use serde::Serialize;

/// A modal's title, in characters.
pub const MODAL_TITLE: usize = 24;
/// A modal's buttons `submit` and `close`, in characters.
pub const MODAL_BUTTON: usize = 24;
/// A view's `private_metadata`, in characters.
pub const PRIVATE_METADATA: usize = 3_000;
/// What stands in a text field, in characters.
pub const INPUT: usize = 3_000;
/// A field's label or hint, in characters.
pub const LABEL: usize = 2_000;
/// A field's placeholder, in characters.
pub const PLACEHOLDER: usize = 150;
/// How many people a field may begin with that takes several.
pub const PEOPLE: usize = 100;
/// The text of an option, in characters.
pub const OPTION_TEXT: usize = 75;
/// The description below the text of an option, in characters.
pub const OPTION_DESCRIPTION: usize = 75;
/// The value of an option, in characters.
pub const OPTION_VALUE: usize = 150;
/// How many options a select may have.
pub const OPTIONS: usize = 100;
/// The text on a button, in characters.
pub const BUTTON_TEXT: usize = 75;
/// How many buttons stand in one row of ours; Slack takes 25.
pub const BUTTONS_IN_A_ROW: usize = 5;
/// Any text object, in characters.
pub const TEXT: usize = 3_000;

/// Gives how many bytes a part of a form takes in the request that brings it: each byte that is no letter or
/// digit takes three signs.
pub fn sent_length(part: &impl Serialize) -> usize {
    let json = serde_json::to_string(part).unwrap_or_default();
    let plain = json.bytes().filter(u8::is_ascii_alphanumeric).count();
    plain + 3 * (json.len() - plain)
}

/// Gives how long a text is at most, however Slack counts.
pub fn length(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// Gives the text if it is short enough, else its beginning with an ellipsis, no longer than
/// `limit`; never half a character.
pub fn cut(text: &str, limit: usize) -> String {
    if length(text) <= limit {
        return text.to_owned();
    }
    let mut beginning = beginning(text, limit.saturating_sub(1)).trim_end();
    // A joiner or selector at the end has lost the emoji that it belongs to.
    beginning = beginning.trim_end_matches(['\u{200D}', '\u{FE0F}', '\u{FE0E}']);
    let ellipsis = if limit > 0 { "…" } else { "" };
    format!("{beginning}{ellipsis}")
}

/// Gives as many whole characters of the text as have room.
fn beginning(text: &str, limit: usize) -> &str {
    let mut used = 0;
    for (at, sign) in text.char_indices() {
        used += sign.len_utf16();
        if used > limit {
            return &text[..at];
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(cut("Checkout", 8), "Checkout");
        assert_eq!(cut("Checkout", 6), "Check…");
        assert_eq!(cut("Check out", 7), "Check…");
        assert_eq!(cut("🔥🔥🔥", 4), "🔥…");
        assert_eq!(cut("x", 0), "");
    }

    proptest! {
        #[test]
        fn whatever_is_cut_fits(text in ".*", limit in 0_usize..200) {
            let cut = cut(&text, limit);
            prop_assert!(length(&cut) <= limit);
            prop_assert!(length(&text) > limit || cut == text);
        }
    }
}
