//! Measures and truncates texts.
//!
//! Slack does not document how it counts characters. Muster counts UTF-16 code units, which are never
//! fewer than characters.

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
