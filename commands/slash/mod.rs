//! Parses the text after `/datadog`.

pub(crate) mod command;
pub(crate) mod grammar;
mod incident_ref;
pub mod mention;
pub mod mrkdwn_decode;
pub(crate) mod suggestions;

#[cfg(test)]
mod property_tests;
#[cfg(test)]
mod tests;

use muster_domain::{IncidentId, TaskKind, Visibility};

use crate::help::HelpScope;
use crate::impact::ImpactCommand;
use crate::link::LinkCommand;
use crate::list::ListFilter;
use crate::postmortem::PostmortemCommand;
use crate::quick_edit::QuickEditArgs;
use crate::role::RoleArgs;
use crate::slash::mention::UserRef;
pub use crate::slash::suggestions::{Alternative, UnknownCommand};
use crate::task::TaskCommand;
use crate::unsupported::UnsupportedCommand;

/// A parsed command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParsedCommand {
    /// Opens the declare modal.
    Declare {
        /// The title as entered, without quotes around it; empty without one.
        title: String,
    },
    /// Opens the declare modal for a test incident.
    DeclareTest {
        /// The title as entered, without quotes around it; empty without one.
        title: String,
    },
    /// Opens the update modal.
    Update,
    /// Posts a status update.
    StatusUpdate {
        /// The text; never empty.
        text: String,
    },
    /// Changes one field of an incident.
    QuickEdit {
        /// The field and its value.
        edit: QuickEditArgs,
        /// Why, as entered after the value; may be empty.
        reason: String,
    },
    /// Resolves the incident.
    Resolve {
        /// The text as entered, usually the fix; may be empty.
        text: String,
    },
    /// Shows an incident.
    Show,
    /// Opens a page in the browser.
    Web,
    /// Opens the responders modal.
    Responders,
    /// Adds users to the responders.
    Invite {
        /// The users; never empty.
        users: Vec<UserRef>,
    },
    /// Assigns or unassigns a role.
    Role(RoleArgs),
    /// Adds, edits or ends an impact.
    Impact(ImpactCommand),
    /// Adds a note to the timeline.
    Note {
        /// Optionally the time, then the text of the note.
        text: String,
    },
    /// Opens the modal of a notification.
    Notify {
        /// The recipients, one a line; may be empty.
        to: String,
    },
    /// Generates, shows or attaches the postmortem.
    Postmortem(PostmortemCommand),
    /// Shows the timeline.
    Timeline,
    /// Lists incidents.
    List(ListFilter),
    /// Makes the incident private or public.
    Visibility(Visibility),
    /// Adds or lists links.
    Link(LinkCommand),
    /// Adds, finishes, reopens or lists tasks.
    Task(TaskKind, TaskCommand),
    /// Recreates what is missing in Slack.
    Repair,
    /// Opens the settings modal.
    Settings,
    /// Shows the action menu.
    ActionMenu,
    /// Lists the commands.
    Help(HelpScope),
    /// A command that Muster does not have.
    Unsupported(UnsupportedCommand),
    /// A text that is not run without asking: an unknown command, or one that may be a title.
    Unknown(UnknownCommand),
}

/// A parsed text: the command, and the incident that it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandRequest {
    /// The command.
    pub command: ParsedCommand,
    /// The incident whose number is in the text.
    pub incident: Option<IncidentId>,
}

/// Where a command is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// In an incident's channel, or after the incident has been selected.
    IncidentChannel,
    /// In any other channel.
    Elsewhere,
}

/// Parses the text after the slash command, with Slack's escapes.
///
/// `IR-7` selects that incident. In a text of the user's own words (a note, a task, a reason) it
/// does so before or directly after the command, and outside incident channels at the end as well;
/// elsewhere in the text it is one of these words, as it is in a title.
pub fn parse_request(text: &str, position: Position) -> CommandRequest {
    grammar::parse_request(text, position)
}

/// Parses a text that is typed in an incident's channel, and returns its command.
pub fn parse(text: &str) -> ParsedCommand {
    parse_request(text, Position::IncidentChannel).command
}

impl ParsedCommand {
    /// Returns whether the command is about one incident.
    pub fn is_about_an_incident(&self) -> bool {
        match self {
            Self::Update
            | Self::StatusUpdate { .. }
            | Self::QuickEdit { .. }
            | Self::Resolve { .. }
            | Self::Show
            | Self::Web
            | Self::Responders
            | Self::Invite { .. }
            | Self::Role(_)
            | Self::Impact(_)
            | Self::Note { .. }
            | Self::Notify { .. }
            | Self::Postmortem(_)
            | Self::Timeline
            | Self::Visibility(_)
            | Self::Link(_)
            | Self::Task(..)
            | Self::Repair => true,
            Self::Declare { .. }
            | Self::DeclareTest { .. }
            | Self::List(_)
            | Self::Settings
            | Self::ActionMenu
            | Self::Help(_)
            | Self::Unsupported(_)
            | Self::Unknown(_) => false,
        }
    }

    /// Returns whether the command ends with words of the user's own, which may contain the number
    /// of another incident.
    fn has_free_text(&self) -> bool {
        match self {
            Self::Note { text } | Self::Resolve { text } => !text.is_empty(),
            Self::QuickEdit { edit, reason } => {
                !reason.is_empty() || matches!(edit, QuickEditArgs::Title(_))
            }
            Self::StatusUpdate { .. }
            | Self::Task(_, TaskCommand::Add { .. })
            | Self::Impact(ImpactCommand::Add { .. })
            | Self::Link(LinkCommand::Add(_)) => true,
            Self::Postmortem(PostmortemCommand::Attach(document)) => !document.title.is_empty(),
            Self::Declare { .. }
            | Self::DeclareTest { .. }
            | Self::Update
            | Self::Show
            | Self::Web
            | Self::Responders
            | Self::Invite { .. }
            | Self::Role(_)
            | Self::Impact(_)
            | Self::Notify { .. }
            | Self::Postmortem(PostmortemCommand::Open { .. })
            | Self::Timeline
            | Self::List(_)
            | Self::Visibility(_)
            | Self::Link(_)
            | Self::Task(..)
            | Self::Repair
            | Self::Settings
            | Self::ActionMenu
            | Self::Help(_)
            | Self::Unsupported(_)
            | Self::Unknown(_) => false,
        }
    }
}

/// Returns the first word and the rest, both trimmed.
pub fn split_first_word(text: &str) -> (&str, &str) {
    let text = text.trim();
    match text.split_once(char::is_whitespace) {
        Some((first, rest)) => (first, rest.trim()),
        None => (text, ""),
    }
}

/// The quotation marks that users, and Slack's clients on their behalf, put around a title.
const QUOTES: [&[char]; 2] = [&['"', '“', '”', '„', '«', '»'], &['\'', '‘', '’', '‚']];

/// Removes the quotation marks around a whole title.
pub(crate) fn unquoted(title: &str) -> &str {
    let title = title.trim();
    for quotes in QUOTES {
        let inner = title
            .strip_prefix(quotes)
            .and_then(|rest| rest.strip_suffix(quotes));
        // With quotes inside, the outer ones need not be a pair: “A” and “B”.
        if let Some(inner) = inner.filter(|inner| !inner.contains(quotes)) {
            return inner.trim();
        }
    }
    title
}

/// Returns whether a text begins with a quotation mark.
pub(crate) fn is_quoted(text: &str) -> bool {
    QUOTES.iter().any(|quotes| text.starts_with(*quotes))
}
