//! The buttons of the Home view: paging through its lists and finishing a task.

use slack_morphism::prelude::*;

use crate::payload::button_click::{ButtonClick, button};

/// Shows the previous page of a list.
pub const PREVIOUS: &str = "home_previous";

/// Shows the next page of a list.
pub const NEXT: &str = "home_next";

/// Marks a task as done.
pub const DONE: &str = "home_task_done";

/// A list of the Home view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HomeList {
    /// The open incidents in which the user takes part.
    Mine,
    /// The open tasks and follow-ups of the user.
    Tasks,
    /// All open incidents.
    Open,
}

/// A change to another page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageChange {
    /// The list.
    pub list: HomeList,
    /// The page, from 0.
    pub page: i64,
}

impl HomeList {
    /// All lists, from top to bottom.
    pub const ALL: [Self; 3] = [Self::Mine, Self::Tasks, Self::Open];

    /// Returns the name in the value of the buttons.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mine => "mine",
            Self::Tasks => "tasks",
            Self::Open => "open",
        }
    }
}

/// Returns the button that shows the page before this one.
pub fn previous_button(change: PageChange) -> SlackBlockButtonElement {
    let page = change.page - 1;
    button(PREVIOUS, "Previous").with_value(button_value(PageChange { page, ..change }))
}

/// Returns the button that shows the page after this one.
pub fn next_button(change: PageChange) -> SlackBlockButtonElement {
    let page = change.page + 1;
    button(NEXT, "Next").with_value(button_value(PageChange { page, ..change }))
}

/// Reads the page from a button click; `None` if the value is invalid.
pub fn read(click: &ButtonClick) -> Option<PageChange> {
    let (list, page) = click.value.split_once(' ')?;
    Some(PageChange {
        list: HomeList::ALL.into_iter().find(|it| it.as_str() == list)?,
        page: page.parse().ok()?,
    })
}

fn button_value(change: PageChange) -> String {
    format!("{} {}", change.list.as_str(), change.page)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;
    use crate::payload::button_click;

    #[test]
    fn page_change_round_trips() {
        for list in HomeList::ALL {
            let here = PageChange { list, page: 4 };
            for (button, page) in [(previous_button(here), 3), (next_button(here), 5)] {
                let element = serde_json::to_value(button).unwrap();
                let payload = json!({
                    "type": "block_actions", "user": { "id": "U1" },
                    "container": { "type": "view", "view_id": "V1" }, "actions": [element],
                });
                let click = button_click::read(&payload).unwrap();
                assert_eq!(read(&click), Some(PageChange { list, page }));
            }
        }
    }

    #[test]
    fn invalid_button_value_is_ignored() {
        for value in ["", "open", "open x", "else 2"] {
            let payload = json!({
                "user": { "id": "U1" }, "actions": [{ "action_id": NEXT, "value": value }],
            });
            assert_eq!(
                read(&button_click::read(&payload).unwrap()),
                None,
                "{value}"
            );
        }
    }
}
