//! `/datadog help`: lists the commands and actions defined in `lib.rs`.

use crate::slash::ParsedCommand;
pub use crate::slash::command::HelpGroup;
use crate::slash::command::{Command, CommandText, Prefix};
use crate::{ACTIONS, COMMANDS, SHORTCUTS};

pub(crate) const COMMAND: Command = Command {
    name: "help",
    words: &["help", "?", "-h", "--help", "-help"],
    usage: "help",
    summary: "Show this help. Only you see it.",
    group: HelpGroup::Admin,
    short_usage: "",
    typos: &["help"],
    parse,
};

/// How much help shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HelpScope {
    /// The most important commands, on one screen.
    Short,
    /// All commands, message actions and shortcuts.
    Full,
}

/// The command of the button **Show all**.
pub const SHOW_ALL: &str = "help all";

/// Parses the command. After `incident`, more words may be a title.
fn parse(text: &CommandText<'_>) -> Option<ParsedCommand> {
    let is_all = text.args().eq_ignore_ascii_case("all");
    let scope = if is_all {
        HelpScope::Full
    } else {
        HelpScope::Short
    };
    match text.prefix {
        Prefix::Incident if !is_all => text.when_alone(ParsedCommand::Help(scope)),
        Prefix::Incident | Prefix::None => Some(ParsedCommand::Help(scope)),
    }
}

/// Returns the short usages of the commands in a group, for the first screen.
pub fn short_usages(group: HelpGroup) -> Vec<&'static str> {
    let usages = commands_in(group).map(|it| it.short_usage);
    usages.filter(|usage| !usage.is_empty()).collect()
}

/// Returns the usage and summary of each command of a group, with the name of the slash command such
/// as `/datadog`.
pub fn commands(command: &str, group: HelpGroup) -> Vec<(String, &'static str)> {
    commands_in(group)
        .map(|it| {
            (
                format!("{command} {}", it.usage).trim_end().to_owned(),
                it.summary,
            )
        })
        .collect()
}

fn commands_in(group: HelpGroup) -> impl Iterator<Item = &'static Command> {
    COMMANDS
        .iter()
        .filter(move |it| it.group == group && !it.summary.is_empty())
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
        let mut count = 0;
        for group in HelpGroup::ALL {
            let usages = commands("/datadog", group).into_iter();
            let usages = usages.map(|(usage, says)| {
                assert!(says.ends_with('.'), "{usage}: {says}");
                usage.trim_start_matches("/datadog").to_owned()
            });
            let short = short_usages(group).into_iter().map(str::to_owned);
            for usage in usages.chain(short) {
                let is_unknown = matches!(
                    parse(&usage.replace(['[', ']'], "")),
                    ParsedCommand::Unknown(_)
                );
                assert!(!is_unknown, "{usage}");
                count += 1;
            }
        }
        let visible = COMMANDS.iter().filter(|it| !it.summary.is_empty()).count();
        assert!(count > visible && visible > 25);
        assert_eq!(
            commands("/dd", HelpGroup::Declare)[0].0,
            "/dd incident [title]"
        );
        assert_eq!(message_actions()[0].0, "Add to Incident");
        assert_eq!(shortcuts()[0].0, "Declare Incident");
    }

    #[test]
    fn every_word_belongs_to_one_command() {
        let words = COMMANDS.iter().flat_map(|command| command.words);
        let mut words: Vec<_> = words.collect();
        let count = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), count);
    }
}
