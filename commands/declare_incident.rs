//! “Declare Incident”, in the menu of a message and among the global shortcuts: the form of
//! `/datadog incident`, from where nothing was typed.

use crate::LONGEST_TITLE;
use crate::add_to_incident::AddMessage;

/// The name of the message action, Slack's `callback_id`.
pub const ACTION: &str = "declare_incident";

/// The name of the global shortcut, Slack's `callback_id`; Slack wants another than the action's.
pub const SHORTCUT: &str = "declare_incident_anywhere";

/// What people read, in both places.
pub const LABEL: &str = "Declare Incident";

/// Gives the title that a message suggests: its first line that says something, as long as a title
/// may be.
pub fn title(message: &AddMessage) -> String {
    let first = message.text.lines().find(|line| !line.trim().is_empty());
    let first = first.unwrap_or_default().trim();
    if first.chars().count() <= LONGEST_TITLE {
        return first.to_owned();
    }
    let beginning: String = first.chars().take(LONGEST_TITLE - 1).collect();
    format!("{}…", beginning.trim_end())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::add_to_incident::Author;

    fn message(text: &str) -> AddMessage {
        AddMessage {
            channel: "C0GENERAL01".into(),
            ts: "1795447205.830222".into(),
            thread_ts: None,
            author: Author::default(),
            text: text.to_owned(),
            permalink: None,
            edited: None,
            files: Vec::new(),
        }
    }

    #[test]
    fn the_first_line_that_says_something_is_the_title() {
        let text = " \n\n  Checkout is slow \nsince noon";
        assert_eq!(title(&message(text)), "Checkout is slow");
        assert_eq!(title(&message("")), "");
    }

    proptest! {
        #[test]
        fn whatever_was_written_fits_a_title(text in "(.|\n){0,600}") {
            prop_assert!(title(&message(&text)).chars().count() <= LONGEST_TITLE);
        }
    }
}
