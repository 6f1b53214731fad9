//! `/datadog` without arguments: shows the action menu. Each button runs the command in its value.

use muster_domain::Status;
use slack_morphism::prelude::*;

use crate::modal::block_kit_limits;
use crate::payload::button_click::button_with_value;
use crate::slash::ParsedCommand;
use crate::slash::command::{Command, HelpGroup};

pub(crate) const COMMAND: Command = Command {
    name: "action_menu",
    words: &[""],
    usage: "",
    summary: "Shows what you can do here, as buttons. Only you see it.",
    group: HelpGroup::Admin,
    short_usage: "",
    typos: &[],
    parse: |_| Some(ParsedCommand::ActionMenu),
};

/// The prefix of all `action_id`s of the menu. Each button appends its command.
const ACTION_ID_PREFIX: &str = "action_menu";

/// A button of the action menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MenuButton {
    /// The label.
    pub label: &'static str,
    /// The equivalent command, after the name of the slash command.
    pub command: &'static str,
}

const EDIT: MenuButton = MenuButton {
    label: "Edit Incident",
    command: "incident update",
};
const RESPONDERS: MenuButton = MenuButton {
    label: "Edit Responders",
    command: "incident responders",
};
const IMPACT: MenuButton = MenuButton {
    label: "Add Impact",
    command: "incident impact",
};
const TASK: MenuButton = MenuButton {
    label: "Add Task",
    command: "task",
};
const FOLLOW_UP: MenuButton = MenuButton {
    label: "Add Follow-up",
    command: "followup",
};
const STABLE: MenuButton = MenuButton {
    label: "Set to Stable",
    command: "incident stable",
};
const RESOLVE: MenuButton = MenuButton {
    label: "Resolve Incident",
    command: "incident resolve",
};
const REOPEN: MenuButton = MenuButton {
    label: "Reopen",
    command: "incident reopen",
};
const TIMELINE: MenuButton = MenuButton {
    label: "Timeline",
    command: "incident timeline",
};
const DECLARE: MenuButton = MenuButton {
    label: "Declare Incident",
    command: "incident",
};
const LIST: MenuButton = MenuButton {
    label: "List Incidents",
    command: "incident list",
};
const HELP: MenuButton = MenuButton {
    label: "Help",
    command: "help",
};

/// Returns the buttons in an incident channel, by the incident's status.
pub fn incident_buttons(status: Status) -> &'static [MenuButton] {
    match status {
        Status::Active => &[EDIT, RESPONDERS, IMPACT, TASK, STABLE, TIMELINE],
        Status::Stable => &[EDIT, RESPONDERS, TASK, RESOLVE, TIMELINE],
        Status::Resolved | Status::Completed => &[EDIT, FOLLOW_UP, REOPEN, TIMELINE],
    }
}

/// The buttons outside incident channels.
pub const DEFAULT_BUTTONS: &[MenuButton] = &[DECLARE, LIST, HELP];

/// Arranges buttons in rows of five, which are visible at once.
///
/// Slack: at most 25 in a row, docs.slack.dev/reference/block-kit/blocks/actions-block.
pub fn button_rows(choices: &[MenuButton]) -> Vec<SlackBlock> {
    let row = |choices: &[MenuButton]| {
        let buttons = choices.iter().map(|it| button(it).into()).collect();
        SlackActionsBlock::new(buttons).into()
    };
    choices
        .chunks(block_kit_limits::BUTTONS_IN_A_ROW)
        .map(row)
        .collect()
}

/// Returns a button that runs a command; `None` if the command is too long for a button. `name` makes
/// its action ID unique within the message.
///
/// Slack: a value has at most 2,000 characters,
/// docs.slack.dev/reference/block-kit/block-elements/button-element.
pub fn command_button(name: &str, label: &str, command: &str) -> Option<SlackBlockButtonElement> {
    let is_short = muster_domain::text::length(command) <= block_kit_limits::BUTTON_VALUE;
    let label = muster_domain::text::truncate(label, block_kit_limits::BUTTON_TEXT);
    is_short.then(|| button_with_value(&format!("{ACTION_ID_PREFIX} {name}"), &label, command))
}

/// Arranges up to five buttons in a row; none without buttons.
pub fn button_row(
    buttons: impl IntoIterator<Item = SlackBlockButtonElement>,
) -> Option<SlackBlock> {
    let buttons: Vec<_> = buttons.into_iter().map(Into::into).collect();
    (!buttons.is_empty()).then(|| SlackActionsBlock::new(buttons).into())
}

/// Returns the command of a button, given its action ID and value; `None` if the button is not part
/// of the menu.
pub fn button_command<'a>(button: &str, value: &'a str) -> Option<&'a str> {
    button.starts_with(ACTION_ID_PREFIX).then_some(value)
}

/// Returns whether the command of a button resolves the incident.
pub fn is_resolve_command(command: &str) -> bool {
    command == RESOLVE.command
}

/// Slack: `action_id`s are unique within a message.
fn button(choice: &MenuButton) -> SlackBlockButtonElement {
    let name = format!("{ACTION_ID_PREFIX} {}", choice.command);
    button_with_value(&name, choice.label, choice.command)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;
    use crate::slash::{ParsedCommand, parse};

    fn menu_buttons() -> impl Iterator<Item = &'static MenuButton> {
        let of_incidents = Status::ALL.into_iter().flat_map(incident_buttons);
        of_incidents.chain(DEFAULT_BUTTONS)
    }

    #[test]
    fn every_menu_button_has_a_known_command() {
        for choice in menu_buttons() {
            let is_declared = matches!(parse(choice.command), ParsedCommand::Declare { .. });
            assert_eq!(is_declared, *choice == DECLARE, "{choice:?}");
            assert!(
                !matches!(parse(choice.command), ParsedCommand::Unknown(_)),
                "{choice:?}"
            );
        }
    }

    #[test]
    fn menu_button_command_round_trips() {
        for choice in menu_buttons() {
            let button = serde_json::to_value(button(choice)).unwrap();
            let name = button["action_id"].as_str().unwrap();
            assert_eq!(button_command(name, choice.command), Some(choice.command));
        }
        assert_eq!(button_command("retry_delivery", "5"), None);
    }
}
