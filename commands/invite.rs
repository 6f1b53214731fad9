//! `/datadog incident invite @ann`: adds people to the responders.

use crate::slash::ParsedCommand;
use crate::slash::command::{Command, CommandText, HelpGroup};
use crate::slash::grammar::parse_known;
use crate::slash::mention::UserRef;

pub(crate) const COMMAND: Command = Command {
    name: "invite",
    words: &["invite", "add"],
    usage: "incident invite @ann",
    summary: "Add people to the incident's responders and to its channel.",
    group: HelpGroup::Run,
    short_usage: "invite @ann",
    typos: &["invite"],
    parse,
};

/// Parses users, or after `add` also what else is added: `add note …`.
fn parse(text: &CommandText<'_>) -> Option<ParsedCommand> {
    if text.escaped.is_empty() {
        return Some(ParsedCommand::Responders);
    }
    if let Some(users) = parse_users(text.escaped) {
        return Some(ParsedCommand::Invite { users });
    }
    let command = parse_known(&text.next()).filter(|_| text.name == "add")?;
    match &command {
        ParsedCommand::Note { .. }
        | ParsedCommand::Link(_)
        | ParsedCommand::Impact(_)
        | ParsedCommand::Task(..)
        | ParsedCommand::Role(_)
        | ParsedCommand::Invite { .. }
        | ParsedCommand::Responders => Some(command),
        _ => None,
    }
}

/// Parses a text that consists of users.
pub(crate) fn parse_users(text: &str) -> Option<Vec<UserRef>> {
    let mut users: Vec<UserRef> = Vec::new();
    for token in text.split_whitespace() {
        let token = token.trim_end_matches([',', ';', '.']);
        if ["and", "&amp;", "please", ""].contains(&token.to_lowercase().as_str()) {
            continue;
        }
        let Some(user) = UserRef::parse(token) else {
            // A name without its ID may have several words.
            return UserRef::parse(text).map(|user| vec![user]);
        };
        if !users.contains(&user) {
            users.push(user);
        }
    }
    (!users.is_empty()).then_some(users)
}
