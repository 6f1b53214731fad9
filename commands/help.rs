//! `/datadog help`: what can be typed and clicked, made from the lists in `lib.rs`.

use crate::{ACTIONS, COMMANDS};

/// The words that ask for help.
pub const WORDS: &[&str] = &["help", "?", "-h", "--help"];

/// Gives all that can be typed, with what then happens; `command` is the command's word, such as
/// `/datadog`.
pub fn help(command: &str) -> Vec<(String, &'static str)> {
    COMMANDS
        .iter()
        .map(|it| {
            (
                format!("{command} {}", it.typed).trim_end().to_owned(),
                it.says,
            )
        })
        .collect()
}

/// Gives all that can be clicked in a message's menu, with what then happens.
pub fn clicks() -> Vec<(&'static str, &'static str)> {
    ACTIONS.iter().map(|it| (it.label, it.says)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slash::{Slash, read};

    #[test]
    fn whatever_help_shows_is_understood() {
        for (typed, says) in help("/datadog") {
            let text = typed.trim_start_matches("/datadog").trim_start();
            let understood = match read(text) {
                Slash::Unknown(_) => false,
                Slash::Declare { .. }
                | Slash::Update
                | Slash::AtOnce(_)
                | Slash::Responders
                | Slash::Role(_)
                | Slash::Impact(_)
                | Slash::List
                | Slash::Link(_)
                | Slash::Task(..)
                | Slash::Settings
                | Slash::Tray
                | Slash::Help => true,
            };
            assert!(understood && says.ends_with('.'), "{typed}: {says}");
        }
        assert_eq!(help("/dd")[0].0, "/dd");
        assert_eq!(help("/dd")[1].0, "/dd incident [title]");
        assert_eq!(clicks()[0].0, "Add to Incident");
    }
}
