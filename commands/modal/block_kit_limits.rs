//! Slack's limits for blocks and views, and truncation to them.
//!
//! Source: docs.slack.dev/reference/block-kit and docs.slack.dev/reference/views. Slack does not
//! document how it counts characters. Muster counts UTF-16 code units, which are never fewer than
//! characters.

use serde::Serialize;

/// The title of a modal, in characters.
pub(crate) const MODAL_TITLE: usize = 24;
/// The labels of a modal's `submit` and `close` buttons, in characters.
pub(crate) const MODAL_BUTTON: usize = 24;
/// The `private_metadata` of a view, in characters.
pub(crate) const PRIVATE_METADATA: usize = 3_000;
/// The value of a text input, in characters.
pub(crate) const INPUT: usize = 3_000;
/// The label or hint of a field, in characters.
pub const LABEL: usize = 2_000;
/// The placeholder of a field, in characters.
pub(crate) const PLACEHOLDER: usize = 150;
/// The number of initial users of a multi-user select.
pub const USERS: usize = 100;
/// The text of an option, in characters.
pub(crate) const OPTION_TEXT: usize = 75;
/// The description below the text of an option, in characters.
pub(crate) const OPTION_DESCRIPTION: usize = 75;
/// The number of options of a select menu.
pub const OPTIONS: usize = 100;
/// The label of a button, in characters.
pub(crate) const BUTTON_TEXT: usize = 75;
/// The value of a button, in characters.
pub(crate) const BUTTON_VALUE: usize = 2_000;
/// The number of buttons that Muster puts in one row. Slack allows 25.
pub(crate) const BUTTONS_IN_A_ROW: usize = 5;
/// Any text object, in characters.
pub const TEXT: usize = 3_000;

/// Returns the size in bytes of a part of a modal in Slack's form-encoded request: each byte that
/// is not an ASCII letter or digit takes three.
pub(crate) fn encoded_length(part: &impl Serialize) -> usize {
    let json = serde_json::to_string(part).unwrap_or_default();
    let plain = json.bytes().filter(u8::is_ascii_alphanumeric).count();
    plain + 3 * (json.len() - plain)
}

/// Returns the length of a text in UTF-16 code units.
pub fn length(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// Truncates a text to `limit`, with an ellipsis. It never splits a character.
pub fn truncate(text: &str, limit: usize) -> String {
    if length(text) <= limit {
        return text.to_owned();
    }
    let mut beginning = utf16_prefix(text, limit.saturating_sub(1)).trim_end();
    // A joiner or variation selector at the end would belong to a removed emoji.
    beginning = beginning.trim_end_matches(['\u{200D}', '\u{FE0F}', '\u{FE0E}']);
    let ellipsis = if limit > 0 { "…" } else { "" };
    format!("{beginning}{ellipsis}")
}

/// Returns the longest prefix of whole characters within the limit.
fn utf16_prefix(text: &str, limit: usize) -> &str {
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
    fn text_is_truncated_at_character_boundaries() {
        assert_eq!(truncate("Checkout", 8), "Checkout");
        assert_eq!(truncate("Checkout", 6), "Check…");
        assert_eq!(truncate("Check out", 7), "Check…");
        assert_eq!(truncate("🔥🔥🔥", 4), "🔥…");
        assert_eq!(truncate("x", 0), "");
    }

    proptest! {
        #[test]
        fn truncated_text_fits_the_limit(text in ".*", limit in 0_usize..200) {
            let cut = truncate(&text, limit);
            prop_assert!(length(&cut) <= limit);
            prop_assert!(length(&text) > limit || cut == text);
        }
    }
}
