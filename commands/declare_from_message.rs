//! “Declare Incident” as a message action and as a global shortcut. Both open the modal of
//! `/datadog incident`.

use muster_domain::{AddMessage, LONGEST_TITLE};

/// The `callback_id` of the message action.
pub const ACTION: &str = "declare_incident";

/// The `callback_id` of the global shortcut. Slack requires it to differ from that of the message
/// action.
pub const SHORTCUT: &str = "declare_shortcut";

/// The label of both.
pub const LABEL: &str = "Declare Incident";

/// Returns the first non-blank line of a message as a title, truncated to `LONGEST_TITLE`
/// characters.
pub fn suggested_title(message: &AddMessage) -> String {
    let first = message
        .text
        .lines()
        .find(|text_line| !text_line.trim().is_empty());
    let first = first.unwrap_or_default().trim();
    if first.chars().count() <= LONGEST_TITLE {
        return first.to_owned();
    }
    let beginning: String = first.chars().take(LONGEST_TITLE - 1).collect();
    format!("{}…", beginning.trim_end())
}

#[cfg(test)]
mod tests {
    use muster_domain::MessageAuthor;
    use proptest::prelude::*;

    use super::*;

    fn message(text: &str) -> AddMessage {
        AddMessage {
            channel: "C0GENERAL01".into(),
            ts: "1795447205.830222".into(),
            thread_ts: None,
            author: MessageAuthor::default(),
            text: text.to_owned(),
            permalink: None,
            edited_ts: None,
            files: Vec::new(),
        }
    }

    #[test]
    fn first_non_blank_line_is_the_title() {
        let text = " \n\n  Checkout is slow \nsince noon";
        assert_eq!(suggested_title(&message(text)), "Checkout is slow");
        assert_eq!(suggested_title(&message("")), "");
    }

    proptest! {
        #[test]
        fn suggested_title_is_within_the_limit(text in "(.|\n){0,600}") {
            prop_assert!(suggested_title(&message(&text)).chars().count() <= LONGEST_TITLE);
        }
    }
}
