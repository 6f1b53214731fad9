//! The buttons that page through a list of incidents. Their values hold the list and the page.

use slack_morphism::prelude::*;

use crate::list::ListFilter;
use crate::payload::button_click::{ButtonClick, button_with_value};

/// Shows the previous page.
pub const PREVIOUS: &str = "list_previous";

/// Shows the next page.
pub const NEXT: &str = "list_next";

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListPage {
    /// The incidents that the list shows.
    pub filter: ListFilter,
    /// The page, from 0.
    pub page: i64,
}

impl ListPage {
    /// Returns the button **Previous**, which shows this page.
    pub fn previous_button(&self) -> SlackBlockButtonElement {
        button_with_value(PREVIOUS, "Previous", &self.button_value())
    }

    /// Returns the button **Next**, which shows this page.
    pub fn next_button(&self) -> SlackBlockButtonElement {
        button_with_value(NEXT, "Next", &self.button_value())
    }

    /// Reads the page from a button click; `None` if the value is invalid.
    pub fn read(click: &ButtonClick) -> Option<Self> {
        let (page, filter) = click.value.split_once(' ')?;
        let filter = match filter {
            "open" => ListFilter::Open,
            "resolved" => ListFilter::Resolved,
            "all" => ListFilter::AnyStatus,
            "mine" => ListFilter::Mine,
            words => ListFilter::Words(words.strip_prefix("words ")?.to_owned()),
        };
        Some(Self {
            filter,
            page: page.parse().ok()?,
        })
    }

    fn button_value(&self) -> String {
        let filter = match &self.filter {
            ListFilter::Open => "open",
            ListFilter::Resolved => "resolved",
            ListFilter::AnyStatus => "all",
            ListFilter::Mine => "mine",
            ListFilter::Words(words) => return format!("{} words {words}", self.page),
        };
        format!("{} {filter}", self.page)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::payload::button_click;

    fn click(value: &Value) -> ButtonClick {
        let payload = json!({
            "type": "block_actions", "user": { "id": "U1" },
            "actions": [{ "action_id": NEXT, "value": value }],
        });
        button_click::read(&payload).unwrap()
    }

    fn assert_round_trip(page: &ListPage) {
        let button = serde_json::to_value(page.next_button()).unwrap();
        assert_eq!(
            ListPage::read(&click(&button["value"])).as_ref(),
            Some(page)
        );
        let length = button["value"].as_str().unwrap().chars().count();
        // Slack: docs.slack.dev/reference/block-kit/block-elements/button-element.
        assert!(length <= 2_000, "{length}");
    }

    #[test]
    fn page_round_trips_for_each_filter() {
        for filter in [
            ListFilter::Open,
            ListFilter::Resolved,
            ListFilter::AnyStatus,
            ListFilter::Mine,
        ] {
            assert_round_trip(&ListPage { filter, page: 3 });
        }
    }

    #[test]
    fn invalid_button_value_is_ignored() {
        for value in ["", "2", "x open", "2 closed", "2 wordsx"] {
            assert_eq!(ListPage::read(&click(&json!(value))), None, "{value}");
        }
    }

    proptest! {
        #[test]
        fn page_round_trips_for_any_words(words in "\\PC{1,80}", page in 0..1_000_i64) {
            let filter = ListFilter::Words(words);
            assert_round_trip(&ListPage { filter, page });
        }
    }
}
