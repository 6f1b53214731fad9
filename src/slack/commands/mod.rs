//! Handlers of commands, their modals and message actions; one file per command, named as in `commands`.

pub(crate) mod action_menu;
pub(crate) mod add_to_incident;
pub(crate) mod declare;
pub(crate) mod declare_from_message;
pub(crate) mod duplicates;
pub(crate) mod help;
pub(crate) mod impact;
pub(crate) mod incident_picker;
pub(crate) mod link;
pub(crate) mod list;
pub(crate) mod note;
pub(crate) mod quick_edit;
pub(crate) mod repair;
pub(crate) mod responders;
pub(crate) mod role;
pub(crate) mod settings;
pub(crate) mod suggest_call;
pub(crate) mod task;
pub(crate) mod test_incident;
pub(crate) mod timeline;
pub(crate) mod update;
pub(crate) mod visibility;
