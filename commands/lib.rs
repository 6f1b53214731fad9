//! The commands of Muster and their Slack user interface: parsing of commands and payloads, modals,
//! buttons and the app manifest. The crate is pure: it has no clock, files or sockets.

pub mod action_menu;
pub mod declare_from_message;
mod http_url;
mod incident_fields;
pub mod incident_picker;
pub mod modal;
pub mod payload;
pub mod quick_edit;
mod settings_text;
mod severity_scale;
mod string_enum;
pub mod suggest_call;
pub mod task_modal;
#[cfg(test)]
mod testing;

mod ids;
mod responder_fields;
mod severity;
mod title;

pub mod add_to_incident;
pub mod declare;
pub mod help;
pub mod home;
pub mod impact;
pub mod impact_end;
pub mod link;
pub mod link_buttons;
pub mod list;
pub mod manifest;
pub mod note;
pub mod repair;
pub mod responders;
pub mod role;
pub mod settings;
pub mod slash;
pub mod task;
pub mod test_incident;
pub mod timeline;
pub mod update;
pub mod visibility;

pub use crate::http_url::LONGEST_URL;
pub use crate::incident_fields::{CustomerImpact, DetectionMethod, Status};
pub use crate::payload::payload_error::PayloadError;
pub use crate::severity_scale::{DEFAULT_LEVELS as PRESET_LEVELS, SeverityLevel, SeverityScale};
pub use crate::string_enum::ParseEnumError;
pub use ids::{ChannelId, EventId, IncidentId, MessageTs, ParseIncidentIdError, UserId};
pub use severity::Severity;
pub use title::{LONGEST_TITLE, title_error};

/// A command after the slash command's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Command {
    /// The name, which the modules of the command have as well.
    pub name: &'static str,
    /// The usage, with optional arguments in brackets.
    pub usage: &'static str,
    /// A sentence about the command, shown in help.
    pub summary: &'static str,
}

/// All commands.
pub const COMMANDS: &[Command] = &[
    Command {
        name: "action_menu",
        usage: "",
        summary: "Shows what you can do here, as buttons. Only you see it.",
    },
    Command {
        name: "declare",
        usage: "incident [title]",
        summary: "Opens the form to declare an incident; a title that you give is filled in.",
    },
    Command {
        name: "update",
        usage: "incident update",
        summary: "Changes the title, severity, status, commander and more. \
               In an incident's channel it is that incident; elsewhere you choose which, as with all that is \
               about one.",
    },
    Command {
        name: "impact",
        usage: "incident impact [since 15 minutes ago] [what customers notice]",
        summary: "Says since when customers are hurt; without words, in a form. \
               impact end says that they no longer are, impact edit changes what was said.",
    },
    Command {
        name: "note",
        usage: "incident note [at 14:05] [text]",
        summary: "Puts what you saw or did on the timeline; without words, in a form.",
    },
    Command {
        name: "timeline",
        usage: "incident timeline",
        summary: "Shows what happened, to flag, edit and remove. Only you see it.",
    },
    Command {
        name: "list",
        usage: "incident list",
        summary: "Shows the open incidents, the worst first. Only you see it.",
    },
    Command {
        name: "test_incident",
        usage: "incident test [title]",
        summary: "Opens the form to declare a test incident: marked TEST, not announced and not counted.",
    },
    Command {
        name: "visibility",
        usage: "incident private",
        summary: "Makes the incident of this channel known to those who take part alone, in a private channel.",
    },
    Command {
        name: "visibility",
        usage: "incident public",
        summary: "Makes the incident of this channel known to everybody, in a public channel.",
    },
    Command {
        name: "quick_edit",
        usage: "incident severity SEV-2",
        summary: "Changes the severity at once; sev2 is short for it.",
    },
    Command {
        name: "quick_edit",
        usage: "incident status stable",
        summary: "Changes the status at once. Short for it: stable, resolve, reopen.",
    },
    Command {
        name: "quick_edit",
        usage: "incident title Checkout is down",
        summary: "Changes the title at once.",
    },
    Command {
        name: "quick_edit",
        usage: "incident commander @ann",
        summary: "Makes somebody the Incident Commander at once; ic is short for it, and me is you.",
    },
    Command {
        name: "responders",
        usage: "incident responders",
        summary: "Shows and changes who takes part in the incident, and who has which role.",
    },
    Command {
        name: "role",
        usage: "incident role Communications Lead @ann",
        summary: "Gives somebody a role at once, and tells them what it is about. remove @ann takes it from \
               somebody, nobody from all who have it.",
    },
    Command {
        name: "link",
        usage: "incident link <url> [title]",
        summary: "Adds a document to the incident, among its bookmarks as well.",
    },
    Command {
        name: "link",
        usage: "incident chat <url>",
        summary: "Sets the link to the incident's chat outside Slack. Without a link, a form asks for it.",
    },
    Command {
        name: "link",
        usage: "incident call <url>",
        summary: "Sets the link to the incident's video call. Without a link, a form asks for it.",
    },
    Command {
        name: "link",
        usage: "incident links",
        summary: "Shows the incident's links, to add and to remove. Only you see it.",
    },
    Command {
        name: "task",
        usage: "task [text] [due tomorrow 17:00]",
        summary: "Gives somebody something to do: whoever is @named in the text, until then. \
               Without a text, a form asks who does what until when.",
    },
    Command {
        name: "task",
        usage: "task list",
        summary: "Shows the incident's tasks, to check off and to edit. Only you see it.",
    },
    Command {
        name: "task",
        usage: "followup [text]",
        summary: "The same as task, for the work after the incident; followup list shows it.",
    },
    Command {
        name: "repair",
        usage: "incident repair",
        summary: "Builds again what is missing in Slack: the channel, its header, the announcement, \
               bookmarks. A direct message tells you what it was.",
    },
    Command {
        name: "settings",
        usage: "settings",
        summary: "Changes how your team works: severities, channel names, reminders and more. \
               For workspace admins.",
    },
    Command {
        name: "help",
        usage: "help",
        summary: "Shows what can be typed here. Only you see it.",
    },
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
        summary: "Puts the message on the incident's timeline, with its author and its own time.",
    },
    Action {
        name: declare_from_message::ACTION,
        label: declare_from_message::LABEL,
        summary: "Opens the form to declare an incident that begins with the message.",
    },
];

/// All global shortcuts.
pub const SHORTCUTS: &[Action] = &[Action {
    name: declare_from_message::SHORTCUT,
    label: declare_from_message::LABEL,
    summary: "Opens the form to declare an incident. A direct message leads to its channel.",
}];
