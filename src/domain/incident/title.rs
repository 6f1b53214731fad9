//! The rules for an incident's title.

/// The longest title, in characters.
pub const LONGEST_TITLE: usize = 255;

/// Returns why a title is invalid as a sentence for the user, or `None` if it is valid.
pub fn title_error(input: &str) -> Option<String> {
    let long = input.chars().count();
    if is_blank(input) {
        return Some("An incident needs a title.".to_owned());
    }
    (long > LONGEST_TITLE).then(|| {
        format!(
            "This title is {long} characters long; {LONGEST_TITLE} is the most. Please shorten it."
        )
    })
}

/// Returns whether a text has no visible characters.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|sign| {
        sign.is_whitespace()
            || sign.is_control()
            // Zero-width characters, direction marks, soft hyphens, selectors and fillers.
            || matches!(
                sign,
                '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{180E}'
                    | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}'
                    | '\u{2066}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}'
                    | '\u{FEFF}' | '\u{FFA0}'
            )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error_text(input: &str) -> String {
        title_error(input).unwrap_or_default()
    }

    #[test]
    fn invisible_title_is_rejected() {
        for input in [
            "",
            " ",
            "\u{200B}",
            "\u{FEFF} \u{2060}",
            "\u{3164}",
            "\u{7}",
        ] {
            assert_eq!(error_text(input), "An incident needs a title.", "{input:?}");
        }
    }

    #[test]
    fn a_title_may_be_255_characters_long_in_any_script() {
        for sign in ["x", "ä", "語", "🔥"] {
            assert_eq!(error_text(&sign.repeat(255)), "");
            assert_eq!(
                error_text(&sign.repeat(256)),
                "This title is 256 characters long; 255 is the most. \
                 Please shorten it."
            );
        }
    }
}
