//! What people can say to Muster: each command, how it is typed or clicked, the form that it shows,
//! and what they asked for once they filled it in. Pure: no clock, no files, no sockets.

#[cfg(test)]
mod as_slack;

mod answers;
mod carried;
mod field_errors;
mod filling;
mod ids;
mod message_event;
mod message_text;
mod not_understood;
mod responder_fields;
mod scale;
mod severity;
mod submission;
mod title;
mod unreadable;
mod vocabulary;
mod web_link;
mod words;

pub mod add_to_incident;
pub mod at_once;
pub mod buttons;
pub mod call_link;
pub mod declare;
pub mod declare_incident;
pub mod events;
pub mod form;
pub mod help;
pub mod home;
pub mod impact;
pub mod impact_end;
pub mod limits;
pub mod link;
pub mod link_buttons;
pub mod list;
pub mod manifest;
pub mod mention;
pub mod note;
pub mod payload;
pub mod pin;
pub mod repair;
pub mod responders;
pub mod role;
mod setting_lines;
pub mod settings;
pub mod slash;
pub mod task;
pub mod task_form;
pub mod test_incident;
pub mod timeline;
pub mod tray;
pub mod typed_text;
pub mod update;
pub mod visibility;
pub mod which_incident;

pub use ids::{ChannelId, EventId, IncidentId, MessageTs, NoIncidentId, PersonId};
pub use scale::{Level, PRESET as PRESET_LEVELS, Scale};
pub use severity::Severity;
pub use title::{LONGEST_TITLE, title_trouble};
pub use unreadable::Unreadable;
pub use vocabulary::{CustomerImpact, DetectionMethod, Status};
pub use web_link::LONGEST_LINK;
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
        name: "tray",
        typed: "",
        says: "Shows what you can do here, as buttons. Only you see it.",
    },
    Command {
        name: "declare",
        typed: "incident [title]",
        says: "Opens the form to declare an incident; a title that you give is filled in.",
    },
    Command {
        name: "update",
        typed: "incident update",
        says: "Changes the title, severity, status, commander and more. \
               In an incident's channel it is that incident; elsewhere you choose which, as with all that is \
               about one.",
    },
    Command {
        name: "impact",
        typed: "incident impact [since 15 minutes ago] [what customers notice]",
        says: "Says since when customers are hurt; without words, in a form. \
               impact end says that they no longer are, impact edit changes what was said.",
    },
    Command {
        name: "note",
        typed: "incident note [at 14:05] [text]",
        says: "Puts what you saw or did on the timeline; without words, in a form.",
    },
    Command {
        name: "timeline",
        typed: "incident timeline",
        says: "Shows what happened, to flag, edit and remove. Only you see it.",
    },
    Command {
        name: "list",
        typed: "incident list",
        says: "Shows the open incidents, the worst first. Only you see it.",
    },
    Command {
        name: "test_incident",
        typed: "incident test [title]",
        says: "Opens the form to declare a test incident: marked TEST, not announced and not counted.",
    },
    Command {
        name: "visibility",
        typed: "incident private",
        says: "Makes the incident of this channel known to those who take part alone, in a private channel.",
    },
    Command {
        name: "visibility",
        typed: "incident public",
        says: "Makes the incident of this channel known to everybody, in a public channel.",
    },
    Command {
        name: "at_once",
        typed: "incident severity SEV-2",
        says: "Changes the severity at once; sev2 is short for it.",
    },
    Command {
        name: "at_once",
        typed: "incident status stable",
        says: "Changes the status at once. Short for it: stable, resolve, reopen.",
    },
    Command {
        name: "at_once",
        typed: "incident title Checkout is down",
        says: "Changes the title at once.",
    },
    Command {
        name: "at_once",
        typed: "incident commander @ann",
        says: "Makes somebody the Incident Commander at once; ic is short for it, and me is you.",
    },
    Command {
        name: "responders",
        typed: "incident responders",
        says: "Shows and changes who takes part in the incident, and who has which role.",
    },
    Command {
        name: "role",
        typed: "incident role Communications Lead @ann",
        says: "Gives somebody a role at once, and tells them what it is about. remove @ann takes it from \
               somebody, nobody from all who have it.",
    },
    Command {
        name: "link",
        typed: "incident link <url> [title]",
        says: "Adds a document to the incident, among its bookmarks as well.",
    },
    Command {
        name: "link",
        typed: "incident chat <url>",
        says: "Sets the link to the incident's chat outside Slack. Without a link, a form asks for it.",
    },
    Command {
        name: "link",
        typed: "incident call <url>",
        says: "Sets the link to the incident's video call. Without a link, a form asks for it.",
    },
    Command {
        name: "link",
        typed: "incident links",
        says: "Shows the incident's links, to add and to remove. Only you see it.",
    },
    Command {
        name: "task",
        typed: "task [text] [due tomorrow 17:00]",
        says: "Gives somebody something to do: whoever is @named in the text, until then. \
               Without a text, a form asks who does what until when.",
    },
    Command {
        name: "task",
        typed: "task list",
        says: "Shows the incident's tasks, to check off and to edit. Only you see it.",
    },
    Command {
        name: "task",
        typed: "followup [text]",
        says: "The same as task, for the work after the incident; followup list shows it.",
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

/// Something that can be chosen in a message's menu, or among the global shortcuts.
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
pub const ACTIONS: &[Action] = &[
    Action {
        name: add_to_incident::ACTION,
        label: add_to_incident::LABEL,
        says: "Puts the message on the incident's timeline, with its author and its own time.",
    },
    Action {
        name: declare_incident::ACTION,
        label: declare_incident::LABEL,
        says: "Opens the form to declare an incident that begins with the message.",
    },
];

/// All that can be chosen among the global shortcuts, wherever somebody is.
pub const SHORTCUTS: &[Action] = &[Action {
    name: declare_incident::SHORTCUT,
    label: declare_incident::LABEL,
    says: "Opens the form to declare an incident. A direct message leads to its channel.",
}];
