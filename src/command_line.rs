//! The command line: what can be asked of the program in a terminal.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::config::SETTINGS;

/// Muster runs incidents from Slack: one program, one SQLite file.
///
/// Without a command it serves. With no settings it brings its own Slack along, a sandbox in the
/// browser, so that it can be tried at once; with two tokens it serves a real workspace.
#[derive(Debug, Parser)]
#[command(name = "muster", version, after_long_help = settings())]
pub struct CommandLine {
    /// What to do; nothing said is `serve`.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What the program can do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Serves until it is told to stop (the preset)
    ///
    /// Serves until it is told to stop with SIGTERM or Ctrl+C: then what is under way is finished.
    /// Exit code 1: it could not start, or had to stop. Exit code 2: a setting is wrong or missing.
    #[default]
    Serve,
    /// Prints the app manifest for api.slack.com/apps
    ///
    /// Prints the app manifest as JSON: the command, the message action, the scopes and the events.
    /// Paste it at api.slack.com/apps, Create New App, From a manifest. Without an address it is one
    /// for Socket Mode, which needs no public address.
    Manifest {
        /// Where Slack reaches the bot over HTTP.
        #[arg(
            long,
            value_name = "ADDRESS",
            help = "Where Slack reaches the bot over HTTP, such as https://muster.example.com; \
                    preset: PUBLIC_URL, unless SLACK_APP_TOKEN is set"
        )]
        url: Option<String>,
    },
    /// Looks at everything that could be set up wrong, and changes nothing
    ///
    /// Looks at the settings, the store, the tokens and scopes, the global channel and the clock, and
    /// says of each what to do if it is wrong. Exit code 1: something is wrong.
    Doctor,
    /// Copies the store to a file, while the bot runs
    ///
    /// Copies the whole store as it is at this moment to a new file, and reads the copy again to see that
    /// it is whole. The bot may run meanwhile, and holds up nobody. A file that is there already is not
    /// replaced. Exit code 1: nothing was written, and why.
    Backup {
        /// The file to make, such as /backups/incidents-2026-11-24.db
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Writes every incident to a folder, as JSON and as Markdown
    ///
    /// Writes for each incident IR-7.json, with everything that the store knows of it, and IR-7.md, to be
    /// read by people; incidents.md lists them all. Private incidents are among them: keep the folder as
    /// safe as the store. The bot may run meanwhile. Exit code 1: it could not be done, and why.
    Export {
        /// The folder to write to; it must be new or empty
        #[arg(value_name = "FOLDER")]
        folder: PathBuf,
    },
    /// Looks whether the store is whole and Slack still has what it says
    ///
    /// Looks at the file of the store, at every row of it that refers to another, and whether Slack has
    /// the channel of every incident, and the header and the card of every open one. Slack is asked no
    /// faster than it allows, which takes about a minute for fifty open incidents. Nothing is changed, and
    /// the bot may run meanwhile. Exit code 1: something is wrong, each with what to do.
    Verify,
    /// Shows and changes how the team works
    ///
    /// Shows and changes how the team works: severities, statuses, roles, channel names, announcements,
    /// reminders, archiving, who may declare. They are kept in the store; a bot that runs goes by a
    /// change from its next request on. Exit code 2: a setting is wrong or unknown, and nothing was
    /// changed. Exit code 1: a file or the store could not be used.
    Settings {
        /// What to do with them; nothing said is `show`.
        #[command(subcommand)]
        command: Option<SettingsCommand>,
    },
}

/// What can be done with the settings of the team.
#[derive(Clone, Debug, Default, PartialEq, Eq, Subcommand)]
pub enum SettingsCommand {
    /// Shows every setting with its value and what it is for
    #[default]
    Show,
    /// Prints the value of one setting, as TOML
    Get {
        /// The setting.
        key: String,
    },
    /// Changes one setting
    Set {
        /// The setting.
        key: String,
        /// Its value, as TOML; words need no quotes.
        value: String,
    },
    /// Says what a file of settings would change, and does it with --yes
    ///
    /// Says what a file of settings would change, and does it with --yes. What the file does not name
    /// stays as it is. If anything in it is wrong or unknown, all of that is named and nothing changed.
    Import {
        /// The file, as `export` writes it.
        file: PathBuf,
        /// Does it.
        #[arg(long)]
        yes: bool,
    },
    /// Writes every setting as TOML, each with its preset and what it is for
    Export {
        /// The file; without one it is printed.
        file: Option<PathBuf>,
    },
}

/// Gives the list of settings for the long help.
fn settings() -> String {
    let mut text = "Settings, from the environment or from .env in this folder:\n".to_owned();
    for setting in SETTINGS {
        let preset = if setting.preset.is_empty() {
            String::new()
        } else {
            format!(" [{}]", setting.preset)
        };
        text.push_str(&format!(
            "  {}{preset}\n      {}\n",
            setting.name, setting.says
        ));
    }
    text
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn read(words: &str) -> Option<Command> {
        CommandLine::try_parse_from(words.split(' '))
            .unwrap()
            .command
    }

    #[test]
    fn the_commands_are_read() {
        CommandLine::command().debug_assert();
        assert_eq!(read("muster"), None);
        assert_eq!(read("muster serve"), Some(Command::Serve));
        assert_eq!(read("muster doctor"), Some(Command::Doctor));
        assert_eq!(
            read("muster manifest"),
            Some(Command::Manifest { url: None })
        );
        assert_eq!(read("muster verify"), Some(Command::Verify));
        let (file, folder) = (PathBuf::from("a.db"), PathBuf::from("out"));
        assert_eq!(read("muster backup a.db"), Some(Command::Backup { file }));
        assert_eq!(read("muster export out"), Some(Command::Export { folder }));
        assert_eq!(
            read("muster settings"),
            Some(Command::Settings { command: None })
        );
        let import = SettingsCommand::Import {
            file: "team.toml".into(),
            yes: true,
        };
        assert_eq!(
            read("muster settings import team.toml --yes"),
            Some(Command::Settings {
                command: Some(import)
            })
        );
        let url = Some("https://muster.example.com".to_owned());
        let typed = "muster manifest --url https://muster.example.com";
        assert_eq!(read(typed), Some(Command::Manifest { url }));
    }

    #[test]
    fn the_long_help_names_every_setting() {
        let help = CommandLine::command().render_long_help().to_string();
        for setting in SETTINGS {
            assert!(help.contains(setting.name), "{help}");
        }
    }
}
