//! What people can say to Muster: each command, how it is typed or clicked, the form that it shows,
//! and what they asked for once they filled it in. Pure: no clock, no files, no sockets.

#[cfg(test)]
mod as_slack;

mod answers;
mod carried;
mod field_errors;
mod ids;
mod message_text;
mod not_understood;
mod scale;
mod severity;
mod submission;
mod title;
mod unreadable;
mod vocabulary;
mod words;

pub mod add_to_incident;
pub mod buttons;
pub mod declare;
pub mod events;
pub mod form;
pub mod help;
pub mod home;
pub mod impact;
pub mod limits;
pub mod list;
pub mod manifest;
pub mod mention;
pub mod payload;
pub mod repair;
pub mod settings;
pub mod slash;
pub mod typed_text;
pub mod update;
pub mod which_incident;

pub use ids::{ChannelId, EventId, IncidentId, MessageTs, NoIncidentId, PersonId};
pub use scale::{Level, PRESET as PRESET_LEVELS, Scale};
pub use severity::Severity;
pub use title::LONGEST_TITLE;
pub use unreadable::Unreadable;
pub use vocabulary::{CustomerImpact, DetectionMethod, Status};
pub use words::UnknownWord;

/// Something that can be typed after the command's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Command {
    /// Its name: the file here and wherever else something is done about it.
    pub name: &'static str,
    /// How it is typed after the command's word; what is in brackets may be left out.
    pub typed: &'static str,
    /// What then happens, in a sentence for people.
    pub says: &'static str,
}

/// All that can be typed: the table of contents.
pub const COMMANDS: &[Command] = &[
    Command {
        name: "declare",
        typed: "incident [title]",
        says: "Opens the form to declare an incident; a title that you give is filled in.",
    },
    Command {
        name: "update",
        typed: "incident update",
        says: "Changes the title, severity, status, commander and more. \
               In an incident's channel it is that incident; elsewhere you choose which.",
    },
    Command {
        name: "impact",
        typed: "incident impact [since 15 minutes ago] [what customers notice]",
        says: "Says since when customers are hurt; without words, in a form. \
               impact end says that they no longer are, impact edit changes what was said.",
    },
    Command {
        name: "list",
        typed: "incident list",
        says: "Shows the open incidents, the worst first. Only you see it.",
    },
    Command {
        name: "repair",
        typed: "incident repair",
        says: "Builds again what is missing in Slack: the channel, its header, the announcement, \
               bookmarks. A direct message tells you what it was.",
    },
    Command {
        name: "settings",
        typed: "settings",
        says: "Changes how your team works: severities, channel names, reminders and more. \
               For workspace admins.",
    },
    Command {
        name: "help",
        typed: "help",
        says: "Shows what can be typed here. Only you see it.",
    },
];

/// Something that can be chosen in a message's menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Action {
    /// Its name: the file here and wherever else something is done about it, and its `callback_id`.
    pub name: &'static str,
    /// What people read in the menu.
    pub label: &'static str,
    /// What then happens, in a sentence for people.
    pub says: &'static str,
}

/// All that can be chosen in a message's menu.
pub const ACTIONS: &[Action] = &[Action {
    name: add_to_incident::ACTION,
    label: add_to_incident::LABEL,
    says: "Puts the message on the incident's timeline, with its author and its own time.",
}];
