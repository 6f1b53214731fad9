//! `/datadog` without arguments: shows the action menu. Each button runs the command in its value.

use std::iter;

use muster_domain::{Incident, IncidentId, Settings, Status};
use slack_morphism::prelude::*;

use crate::modal::{block_kit_limits, option};
use crate::payload::button_click::{button_with_value, post_update_button};
use crate::postmortem::GENERATE_POSTMORTEM;
use crate::slash::ParsedCommand;
use crate::slash::command::{Command, HelpGroup};

pub(crate) const COMMAND: Command = Command {
    name: "action_menu",
    words: &[""],
    usage: "",
    summary: "Show buttons for what you can do here. Only you see them.",
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
const COMPLETE: MenuButton = MenuButton {
    label: "Complete Incident",
    command: "incident complete",
};
const SEVERITY: MenuButton = MenuButton {
    label: "Set Severity",
    command: "incident severity",
};
const NOTE: MenuButton = MenuButton {
    label: "Add Note",
    command: "incident note",
};
const NOTIFY: MenuButton = MenuButton {
    label: "Notify",
    command: "incident notify",
};
const LINKS: MenuButton = MenuButton {
    label: "Links",
    command: "incident links",
};
const ALL_LINKS: MenuButton = MenuButton {
    label: "Links, chat, video call",
    command: "incident links",
};
const REOPEN: MenuButton = MenuButton {
    label: "Reopen",
    command: "incident reopen",
};
const POSTMORTEM: MenuButton = MenuButton {
    label: "Postmortem",
    command: "incident postmortem",
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
const PAGE: MenuButton = MenuButton {
    label: "Open Page",
    command: "web",
};
const HELP: MenuButton = MenuButton {
    label: "Help",
    command: "help",
};

/// The button about the postmortem of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostmortemButton {
    /// It can't be generated yet.
    Hidden,
    /// It can be generated.
    Generate,
    /// It exists.
    Show,
}

impl PostmortemButton {
    /// Returns the button that an incident has.
    pub fn for_incident(incident: &Incident, settings: &Settings) -> Self {
        match (&incident.postmortem, incident.postmortem_obstacle(settings)) {
            (Some(_), _) => Self::Show,
            (None, None) => Self::Generate,
            (None, Some(_)) => Self::Hidden,
        }
    }

    fn menu_button(self) -> Option<MenuButton> {
        match self {
            Self::Hidden => None,
            Self::Generate => Some(MenuButton {
                label: GENERATE_POSTMORTEM,
                ..POSTMORTEM
            }),
            Self::Show => Some(POSTMORTEM),
        }
    }
}

/// Returns the commands in an incident channel, by the incident's status. RESOLVED, COMPLETED if the team uses
/// it, and the postmortem after that are one click away.
fn incident_menu(
    status: Status,
    statuses: &[Status],
    postmortem: PostmortemButton,
) -> Vec<MenuButton> {
    let mut menu = match status {
        Status::Active => vec![STABLE, RESOLVE, SEVERITY, NOTE, EDIT],
        Status::Stable => vec![RESOLVE, SEVERITY, NOTE, EDIT],
        Status::Resolved | Status::Completed => vec![REOPEN, NOTE, EDIT],
    };
    let postmortem = postmortem.menu_button();
    if !status.is_open() {
        menu.splice(..0, postmortem);
    }
    if status == Status::Resolved && statuses.contains(&Status::Completed) {
        menu.insert(0, COMPLETE);
    }
    menu.extend(match status.is_open() {
        true => vec![RESPONDERS, IMPACT, TASK],
        false => vec![FOLLOW_UP],
    });
    menu.extend([NOTIFY, LINKS, TIMELINE]);
    menu.extend(postmortem.filter(|_| status.is_open()));
    menu.push(LIST);
    menu
}

/// Returns the buttons in an incident channel.
pub fn incident_buttons(
    incident: IncidentId,
    status: Status,
    statuses: &[Status],
    postmortem: PostmortemButton,
) -> Vec<SlackBlockButtonElement> {
    let update = post_update_button(incident, "Post Update");
    let menu = incident_menu(status, statuses, postmortem);
    iter::once(update).chain(menu.iter().map(button)).collect()
}

/// Returns the buttons outside incident channels.
pub fn default_buttons() -> Vec<SlackBlockButtonElement> {
    DEFAULT_MENU.iter().map(button).collect()
}

/// Returns the button that opens the page of the channel's incident, or the list of incidents.
pub fn page_menu_button() -> SlackBlockButtonElement {
    button(&PAGE)
}

const DEFAULT_MENU: &[MenuButton] = &[DECLARE, LIST, HELP];

/// Returns the row of buttons of the header: what is needed most, and the rest in an overflow menu.
///
/// Slack: an overflow menu has at most five options,
/// docs.slack.dev/reference/block-kit/block-elements/overflow-menu-element.
pub fn header_buttons(incident: IncidentId, status: Status) -> SlackBlock {
    let labelled = |label, choice: MenuButton| button(&MenuButton { label, ..choice });
    let is_open = status.is_open();
    let end = match is_open {
        true => labelled("Resolve", RESOLVE),
        false => labelled("Reopen", REOPEN),
    };
    let update = post_update_button(incident, "Update").with_style(SlackBlockButtonStyle::Primary);
    let more = [
        if is_open { TASK } else { FOLLOW_UP },
        RESPONDERS,
        IMPACT,
        ALL_LINKS,
        TIMELINE,
    ];
    let more = more.iter().map(|it| option(it.label, it.command));
    SlackActionsBlock::new(vec![
        update.into(),
        labelled("Severity", SEVERITY).into(),
        end.into(),
        labelled("Note", NOTE).into(),
        SlackBlockOverflowElement::new(more.collect())
            .with_action_id(format!("{ACTION_ID_PREFIX} more").into())
            .into(),
    ])
    .into()
}

/// Returns the buttons below the closing summary.
pub fn closing_buttons(postmortem: PostmortemButton) -> Vec<SlackBlock> {
    let postmortem = postmortem.menu_button().into_iter();
    let buttons = postmortem.chain([FOLLOW_UP, TIMELINE, REOPEN]);
    button_rows(buttons.map(|it| button(&it)).collect())
}

/// Arranges buttons in rows of five, which are visible at once.
///
/// Slack: at most 25 in a row, docs.slack.dev/reference/block-kit/blocks/actions-block.
pub fn button_rows(buttons: Vec<SlackBlockButtonElement>) -> Vec<SlackBlock> {
    buttons
        .chunks(block_kit_limits::BUTTONS_IN_A_ROW)
        .map(|row| {
            let row = row.iter().cloned().map(Into::into).collect();
            SlackActionsBlock::new(row).into()
        })
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

    fn menu_buttons() -> impl Iterator<Item = MenuButton> {
        let of_incidents = Status::ALL
            .into_iter()
            .flat_map(|status| incident_menu(status, &Status::ALL, PostmortemButton::Show));
        of_incidents
            .chain(DEFAULT_MENU.iter().copied())
            .chain([PAGE])
    }

    #[test]
    fn every_menu_button_has_a_known_command() {
        for choice in menu_buttons() {
            let is_declared = matches!(parse(choice.command), ParsedCommand::Declare { .. });
            assert_eq!(is_declared, choice == DECLARE, "{choice:?}");
            assert!(
                !matches!(parse(choice.command), ParsedCommand::Unknown(_)),
                "{choice:?}"
            );
        }
    }

    #[test]
    fn closing_is_one_click_away() {
        let menu = |status, statuses| incident_menu(status, statuses, PostmortemButton::Show);
        let has = |status, choice| menu(status, &Status::ALL).contains(&choice);
        assert!(has(Status::Active, RESOLVE) && has(Status::Stable, RESOLVE));
        assert!(has(Status::Resolved, COMPLETE) && !has(Status::Completed, COMPLETE));
        let default = menu(Status::Resolved, &Status::DEFAULTS);
        assert!(!default.contains(&COMPLETE) && default.starts_with(&[POSTMORTEM]));
    }

    #[test]
    fn header_menu_runs_known_commands_and_fits_slacks_limit() {
        for status in Status::ALL {
            let row = serde_json::to_value(header_buttons(IncidentId(7), status)).unwrap();
            let options = row["elements"][4]["options"].as_array().unwrap();
            assert!(options.len() <= 5, "{options:?}");
            for option in options {
                let command = option["value"].as_str().unwrap();
                let is_title = matches!(parse(command), ParsedCommand::Declare { .. });
                assert!(!is_title, "{command}");
            }
        }
    }

    #[test]
    fn menu_button_command_round_trips() {
        for choice in menu_buttons() {
            let button = serde_json::to_value(button(&choice)).unwrap();
            let name = button["action_id"].as_str().unwrap();
            assert_eq!(button_command(name, choice.command), Some(choice.command));
        }
        assert_eq!(button_command("retry_delivery", "5"), None);
    }
}
