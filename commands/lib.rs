//! The commands of Muster and their Slack user interface: parsing of commands and payloads, modals,
//! buttons and the app manifest. The crate is pure: it has no clock, files or sockets.

pub mod action_menu;
pub mod declare_from_message;
pub mod incident_picker;
pub mod modal;
pub mod payload;
pub mod postmortem_modal;
pub mod quick_edit;
pub mod settings_text;
pub mod suggest_call;
pub mod task_modal;
pub mod task_notice;
#[cfg(test)]
mod testing;

mod responder_fields;

pub mod add_to_incident;
pub mod alert_buttons;
pub mod declare;
pub mod help;
pub mod home;
pub mod impact;
pub mod impact_buttons;
pub mod impact_end;
pub mod invite;
pub mod link;
pub mod link_buttons;
pub mod list;
pub mod list_buttons;
pub mod manifest;
pub mod note;
pub mod notify;
pub mod postmortem;
pub mod repair;
pub mod resolve;
pub mod responders;
pub mod role;
pub mod settings;
pub mod severity_modal;
pub mod show;
pub mod slash;
pub mod status_update;
pub mod task;
pub mod test_incident;
pub mod timeline;
pub mod toml_value;
pub mod unsupported;
pub mod update;
pub mod visibility;
pub mod web;

pub use crate::payload::payload_error::PayloadError;
pub use slash::command::{Command, HelpGroup};

/// All commands, in the order of help.
pub const COMMANDS: &[Command] = &[
    action_menu::COMMAND,
    declare::COMMAND,
    update::COMMAND,
    impact::COMMAND,
    note::COMMAND,
    notify::COMMAND,
    timeline::COMMAND,
    list::COMMAND,
    show::COMMAND,
    web::COMMAND,
    test_incident::COMMAND,
    visibility::PRIVATE,
    visibility::PUBLIC,
    quick_edit::SEVERITY,
    quick_edit::STATUS,
    quick_edit::RESOLVE,
    quick_edit::TITLE,
    quick_edit::COMMANDER,
    responders::COMMAND,
    invite::COMMAND,
    role::COMMAND,
    link::DOCUMENT,
    link::CHAT,
    link::CALL,
    link::LIST,
    task::TASK,
    task::LIST,
    task::DONE_COMMAND,
    task::FOLLOW_UP,
    postmortem::COMMAND,
    repair::COMMAND,
    settings::COMMAND,
    help::COMMAND,
    unsupported::COMMAND,
];

/// A message action or global shortcut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Action {
    /// The `callback_id`, which is also the name of the module.
    pub name: &'static str,
    /// The label in Slack's menu.
    pub label: &'static str,
    /// A sentence about the action, shown in help.
    pub summary: &'static str,
}

/// All message actions.
pub const ACTIONS: &[Action] = &[
    Action {
        name: add_to_incident::ACTION,
        label: add_to_incident::LABEL,
        summary: "Add the message to the incident's timeline, with its author and time.",
    },
    Action {
        name: declare_from_message::ACTION,
        label: declare_from_message::LABEL,
        summary: "Declare an incident that starts with the message.",
    },
];

/// All global shortcuts.
pub const SHORTCUTS: &[Action] = &[Action {
    name: declare_from_message::SHORTCUT,
    label: declare_from_message::LABEL,
    summary: "Declare an incident from anywhere. A direct message links to its channel.",
}];
