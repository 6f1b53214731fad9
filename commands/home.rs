//! The app's Home: the buttons on it, and reading to which page of which list somebody turned.

use slack_morphism::prelude::*;

use crate::buttons::{Pressed, button};

/// The button that turns a list of the Home back by a page.
pub const PREVIOUS: &str = "home_previous";

/// The button that turns a list of the Home on by a page.
pub const NEXT: &str = "home_next";

/// The button that checks a task off at somebody's Home.
pub const DONE: &str = "home_task_done";

/// A list on somebody's Home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HomeList {
    /// The open incidents in which they take part.
    Mine,
    /// The open tasks and follow-ups that they have.
    Tasks,
    /// All open incidents.
    Open,
}

/// That somebody turns to a page of a list on their Home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Which list.
    pub list: HomeList,
    /// Which page, from 0.
    pub page: i64,
}

impl HomeList {
    /// Every list, from top to bottom.
    pub const ALL: [Self; 3] = [Self::Mine, Self::Tasks, Self::Open];

    /// Gives the word that the buttons carry.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mine => "mine",
            Self::Tasks => "tasks",
            Self::Open => "open",
        }
    }
}

/// Gives the button to the page before this one.
pub fn previous(turn: Turn) -> SlackBlockButtonElement {
    let page = turn.page - 1;
    button(PREVIOUS, "Previous").with_value(carried(Turn { page, ..turn }))
}

/// Gives the button to the page after this one.
pub fn next(turn: Turn) -> SlackBlockButtonElement {
    let page = turn.page + 1;
    button(NEXT, "Next").with_value(carried(Turn { page, ..turn }))
}

/// Reads to which page somebody turned; `None` if the button carries none.
pub fn read(pressed: &Pressed) -> Option<Turn> {
    let (list, page) = pressed.value.split_once(' ')?;
    Some(Turn {
        list: HomeList::ALL.into_iter().find(|it| it.as_str() == list)?,
        page: page.parse().ok()?,
    })
}

fn carried(turn: Turn) -> String {
    format!("{} {}", turn.list.as_str(), turn.page)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;
    use crate::buttons;

    #[test]
    fn a_turn_reads_back() {
        for list in HomeList::ALL {
            let here = Turn { list, page: 4 };
            for (button, page) in [(previous(here), 3), (next(here), 5)] {
                let shown = serde_json::to_value(button).unwrap();
                let payload = json!({
                    "type": "block_actions", "user": { "id": "U1" },
                    "container": { "type": "view", "view_id": "V1" }, "actions": [shown],
                });
                let pressed = buttons::read(&payload).unwrap();
                assert_eq!(read(&pressed), Some(Turn { list, page }));
            }
        }
    }

    #[test]
    fn what_is_no_turn_is_none() {
        for value in ["", "open", "open x", "else 2"] {
            let payload = json!({
                "user": { "id": "U1" }, "actions": [{ "action_id": NEXT, "value": value }],
            });
            assert_eq!(read(&buttons::read(&payload).unwrap()), None, "{value}");
        }
    }
}
