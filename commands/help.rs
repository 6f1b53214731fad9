//! `/datadog help`: lists the commands and actions defined in `lib.rs`.

use crate::slash::ParsedCommand;
use crate::slash::command::{Command, CommandText, Position};
use crate::{ACTIONS, COMMANDS, SHORTCUTS};

pub(crate) const COMMAND: Command = Command {
    name: "help",
    words: &["help", "?", "-h", "--help"],
    position: Position::Anywhere,
    usage: "help",
    summary: "Shows what can be typed here. Only you see it.",
    suggestions: &[("help", "help")],
    parse,
};

/// Parses the command. After `incident`, more words are a title.
fn parse(text: &CommandText<'_>) -> Option<ParsedCommand> {
    match text.position {
        Position::First => Some(ParsedCommand::Help),
        Position::AfterIncident | Position::Anywhere => text.when_alone(ParsedCommand::Help),
    }
}

/// Returns the usage and summary of each command, with the name of the slash command such as
/// `/datadog`.
pub fn commands(command: &str) -> Vec<(String, &'static str)> {
    COMMANDS
        .iter()
        .map(|it| {
            (
                format!("{command} {}", it.usage).trim_end().to_owned(),
                it.summary,
            )
        })
        .collect()
}

/// Returns the label and summary of each message action.
pub fn message_actions() -> Vec<(&'static str, &'static str)> {
    ACTIONS.iter().map(|it| (it.label, it.summary)).collect()
}

/// Returns the label and summary of each global shortcut.
pub fn shortcuts() -> Vec<(&'static str, &'static str)> {
    SHORTCUTS.iter().map(|it| (it.label, it.summary)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slash::{ParsedCommand, parse};

    #[test]
    fn every_command_in_help_is_parsed() {
        for (usage, says) in commands("/datadog") {
            let text = usage.trim_start_matches("/datadog").trim_start();
            let understood = match parse(text) {
                ParsedCommand::Unknown(_) => false,
                ParsedCommand::Declare { .. }
                | ParsedCommand::Update
                | ParsedCommand::QuickEdit(_)
                | ParsedCommand::Responders
                | ParsedCommand::Role(_)
                | ParsedCommand::Impact(_)
                | ParsedCommand::Note { .. }
                | ParsedCommand::Timeline
                | ParsedCommand::List(_)
                | ParsedCommand::Visibility(_)
                | ParsedCommand::DeclareTest { .. }
                | ParsedCommand::Link(_)
                | ParsedCommand::Task(..)
                | ParsedCommand::Repair
                | ParsedCommand::Settings
                | ParsedCommand::ActionMenu
                | ParsedCommand::Help => true,
            };
            assert!(understood && says.ends_with('.'), "{usage}: {says}");
        }
        assert_eq!(commands("/dd")[0].0, "/dd");
        assert_eq!(commands("/dd")[1].0, "/dd incident [title]");
        assert_eq!(message_actions()[0].0, "Add to Incident");
        assert_eq!(shortcuts()[0].0, "Declare Incident");
    }
}
