//! The rules for an incident's title, wherever it is filled in.

use crate::form::FieldErrors;

/// The longest title, in characters.
pub const LONGEST_TITLE: usize = 255;

/// Gives a title as it was typed, or adds under the field why it cannot be taken.
pub(crate) fn read(field: &str, typed: &str, errors: &mut FieldErrors) -> String {
    let long = typed.chars().count();
    if is_blank(typed) {
        errors.add(field, "An incident needs a title.");
    } else if long > LONGEST_TITLE {
        errors.add(
            field,
            format!(
                "This title is {long} characters long; {LONGEST_TITLE} is the most. \
                 Please shorten it: nothing of what you typed is lost."
            ),
        );
    }
    typed.to_owned()
}

/// Tells whether nobody would see anything of the text.
fn is_blank(text: &str) -> bool {
    text.chars().all(|sign| {
        sign.is_whitespace()
            || sign.is_control()
            // Zero-width and direction marks, the soft hyphen, selectors, fillers.
            || matches!(
                sign,
                '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{180E}'
                    | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}'
                    | '\u{2066}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}'
                    | '\u{FEFF}' | '\u{FFA0}'
            )
    })
}
