//! Commands of other incident tools that Muster does not have. Each is answered with what to do
//! instead, and never declares an incident.

use crate::role::{RoleArgs, RoleHolders};
use crate::slash::command::{Command, CommandText, HelpGroup, Prefix};
use crate::slash::mention::UserRef;
use crate::slash::{Alternative, ParsedCommand};

/// The entry of the command table. It is not part of help.
pub(crate) const COMMAND: Command = Command {
    name: "unsupported",
    words: &["merge", "escalate", "delete", "remove", "cancel"],
    usage: "",
    summary: "",
    group: HelpGroup::Admin,
    short_usage: "",
    typos: &[],
    parse,
};

/// Parses `remove @ann`, which Muster has, or any other command.
fn parse(text: &CommandText<'_>) -> Option<ParsedCommand> {
    let user = UserRef::parse(text.escaped).filter(|_| text.name == "remove");
    Some(match user {
        Some(user) => ParsedCommand::Role(RoleArgs {
            role: "Responder".to_owned(),
            holders: RoleHolders::Unassign(user),
        }),
        None => ParsedCommand::Unsupported(UnsupportedCommand::parse(text)),
    })
}

/// A command that Muster does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsupportedCommand {
    /// Its purpose.
    pub purpose: Purpose,
    /// The title of an incident, if the text may be one.
    pub alternative: Option<Alternative>,
}

/// The purpose of an unsupported command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Joining two incidents.
    Merge,
    /// Alerting the user on call.
    Page,
    /// Raising the urgency.
    Escalate,
    /// Deleting or cancelling an incident.
    Delete,
}

impl UnsupportedCommand {
    pub(crate) fn parse(text: &CommandText<'_>) -> Self {
        let purpose = match text.name.as_str() {
            "merge" => Purpose::Merge,
            "page" => Purpose::Page,
            "escalate" => Purpose::Escalate,
            _ => Purpose::Delete,
        };
        let may_be_title = text.prefix == Prefix::Incident && !text.escaped.is_empty();
        Self {
            purpose,
            alternative: may_be_title.then(|| Alternative::incident(text.whole)),
        }
    }

    /// Returns the reply in one line as plain text. `slash` is the name of the slash command, such as
    /// `/datadog`.
    pub fn message(&self, slash: &str) -> String {
        match self.purpose {
            Purpose::Merge => format!(
                "Incidents can't be merged. Resolve the duplicate and name the other one: \
                 {slash} resolve IR-8 duplicate of IR-7"
            ),
            Purpose::Page => {
                format!(
                    "Muster doesn't page anyone. Add people to the incident: {slash} invite @ann"
                )
            }
            Purpose::Escalate => format!(
                "There's no escalate command. Raise the severity with {slash} sev1, or add people with \
                 {slash} invite @ann"
            ),
            Purpose::Delete => format!(
                "Incidents can't be deleted or cancelled. Resolve it and say why: \
                 {slash} resolve false alarm"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_answered_with_a_command_to_use_instead() {
        for token in COMMAND.words {
            for text in [(*token).to_owned(), format!("incident {token} this")] {
                let ParsedCommand::Unsupported(command) = crate::slash::parse(&text) else {
                    panic!("{text}");
                };
                let message = command.message("/dd");
                assert!(
                    message.contains("/dd ") && !message.contains('\n'),
                    "{message}"
                );
                let is_title = text.starts_with("incident ");
                assert_eq!(command.alternative.is_some(), is_title, "{text}");
            }
        }
    }
}
