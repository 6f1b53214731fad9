//! `/datadog` alone: what can be done here, as buttons. Each does what its words do when they are typed.

use slack_morphism::prelude::*;

use crate::buttons::carrying;
use crate::{Status, limits};

/// The name of all buttons of the tray; each adds its place.
const BUTTON: &str = "tray";

/// A button of the tray.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What people read on it.
    pub label: &'static str,
    /// What can be typed instead, after the command's word.
    pub typed: &'static str,
}

const EDIT: Choice = Choice {
    label: "Edit Incident",
    typed: "incident update",
};
const RESPONDERS: Choice = Choice {
    label: "Edit Responders",
    typed: "incident responders",
};
const IMPACT: Choice = Choice {
    label: "Add Impact",
    typed: "incident impact",
};
const TASK: Choice = Choice {
    label: "New Task",
    typed: "task",
};
const FOLLOW_UP: Choice = Choice {
    label: "Create Follow-up",
    typed: "followup",
};
const STABLE: Choice = Choice {
    label: "Set to Stable",
    typed: "incident stable",
};
const RESOLVE: Choice = Choice {
    label: "Resolve Incident",
    typed: "incident resolve",
};
const REOPEN: Choice = Choice {
    label: "Reopen",
    typed: "incident reopen",
};
const TIMELINE: Choice = Choice {
    label: "Timeline",
    typed: "incident timeline",
};
const DECLARE: Choice = Choice {
    label: "Declare Incident",
    typed: "incident",
};
const LIST: Choice = Choice {
    label: "List Incidents",
    typed: "incident list",
};
const HELP: Choice = Choice {
    label: "Help",
    typed: "help",
};

/// Every button that a tray can have.
pub const ALL: &[Choice] = &[
    EDIT, RESPONDERS, IMPACT, TASK, FOLLOW_UP, STABLE, RESOLVE, REOPEN, TIMELINE, DECLARE, LIST,
    HELP,
];

/// Gives the buttons in an incident's channel, by how the incident stands.
pub fn of_incident(status: Status) -> &'static [Choice] {
    match status {
        Status::Active => &[EDIT, RESPONDERS, IMPACT, TASK, STABLE, TIMELINE],
        Status::Stable => &[EDIT, RESPONDERS, TASK, RESOLVE, TIMELINE],
        Status::Resolved | Status::Completed => &[EDIT, FOLLOW_UP, REOPEN, TIMELINE],
    }
}

/// The buttons everywhere else.
pub const ELSEWHERE: &[Choice] = &[DECLARE, LIST, HELP];

/// Gives some buttons, in rows.
///
/// Slack: a row has at most 25, docs.slack.dev/reference/block-kit/blocks/actions-block; five are seen at
/// once.
pub fn rows(choices: &[Choice]) -> Vec<SlackBlock> {
    let row = |choices: &[Choice]| {
        let buttons = choices.iter().map(|it| button(it).into()).collect();
        SlackActionsBlock::new(buttons).into()
    };
    choices.chunks(limits::BUTTONS_IN_A_ROW).map(row).collect()
}

/// Gives what can be typed instead of a button that somebody pressed, by its name and what it carries;
/// `None` if it is no button of a tray.
pub fn typed<'a>(button: &str, value: &'a str) -> Option<&'a str> {
    button.starts_with(BUTTON).then_some(value)
}

/// Says whether what is typed instead of a button resolves the incident.
pub fn resolves(typed: &str) -> bool {
    typed == RESOLVE.typed
}

/// Slack: buttons of one message have names of their own.
fn button(choice: &Choice) -> SlackBlockButtonElement {
    let name = format!("{BUTTON} {}", choice.typed);
    carrying(&name, choice.label, choice.typed)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;
    use crate::slash::{Slash, read};

    #[test]
    fn whatever_a_button_types_is_understood() {
        for choice in ALL {
            let is_declared = matches!(read(choice.typed), Slash::Declare { .. });
            assert_eq!(is_declared, *choice == DECLARE, "{choice:?}");
            assert!(
                !matches!(read(choice.typed), Slash::Unknown(_)),
                "{choice:?}"
            );
        }
    }

    #[test]
    fn every_button_of_a_tray_is_known_and_reads_back() {
        let trays = Status::ALL.map(of_incident).into_iter().chain([ELSEWHERE]);
        for choice in trays.flatten() {
            assert!(ALL.contains(choice), "{choice:?}");
            let button = serde_json::to_value(button(choice)).unwrap();
            let name = button["action_id"].as_str().unwrap();
            assert_eq!(typed(name, choice.typed), Some(choice.typed));
        }
        assert_eq!(typed("try_again", "5"), None);
    }
}
