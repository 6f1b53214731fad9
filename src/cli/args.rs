//! The command line: subcommands, options and help.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::config::VARIABLES;

/// Muster manages incidents in Slack: one program, one SQLite file
///
/// Without a command it runs the bot. Without configuration it starts a sandbox: a stand-in for Slack that
/// you use in the browser. With two tokens it serves a Slack workspace.
#[derive(Debug, Parser)]
#[command(
    name = "muster",
    version,
    disable_help_subcommand = true,
    after_help = "`muster help` lists the pages of the handbook.",
    after_long_help = variables_help()
)]
pub struct CommandLine {
    /// The subcommand; the default is `serve`.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The subcommands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Run the bot (default)
    ///
    /// Runs the bot until SIGTERM or Ctrl+C, then finishes running requests and deliveries.
    /// Exit code 1: it could not start, or had to stop. Exit code 2: a variable is invalid or missing.
    #[default]
    Serve,
    /// Print the Slack app manifest
    ///
    /// The manifest is JSON and contains the command, the message action, the scopes and the events.
    /// Paste it at api.slack.com/apps, Create New App, From a manifest. Without a URL it is a manifest
    /// for Socket Mode, which needs no public address.
    Manifest {
        /// The URL at which Slack reaches the bot over HTTP
        #[arg(
            long,
            value_name = "ADDRESS",
            help = "The URL at which Slack reaches the bot over HTTP, such as https://muster.example.com; \
                    default: PUBLIC_URL, unless SLACK_APP_TOKEN is set"
        )]
        url: Option<String>,
    },
    /// Check the configuration without changing anything
    ///
    /// Checks the variables, the store, the tokens and scopes, the announcements channel and the clock, and
    /// explains how to fix each error. Exit code 1: a check failed.
    Doctor,
    /// Copy the database to a file while the bot is running
    ///
    /// Copies the current state of the whole database to a new file, then opens the copy and verifies it.
    /// The bot continues to work meanwhile. An existing file is not replaced.
    /// Exit code 1: nothing was written; the reason is printed.
    Backup {
        /// The new file, such as /backups/incidents-2026-11-24.db
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Export all incidents as JSON and Markdown
    ///
    /// Writes two files per incident: IR-7.json with all stored data, and IR-7.md for readers; incidents.md
    /// lists them all. Private incidents are included: protect the folder like the database. The bot may be
    /// running. Exit code 1: the export failed; the reason is printed.
    Export {
        /// The folder to write to; it must be new or empty
        #[arg(value_name = "FOLDER")]
        folder: PathBuf,
    },
    /// Check the database and compare it with Slack
    ///
    /// Checks the database file, all references between its rows and the reminders. Checks that Slack has
    /// the channel of every incident, and the header and the announcement of every open one. It respects
    /// Slack's rate limits, which takes about a minute for fifty open incidents. Nothing is changed, and the
    /// bot may be running. Exit code 1: a check failed; each error is printed with how to fix it.
    Verify,
    /// Show and change team settings
    ///
    /// Shows and changes how the team works: severities, statuses, roles, channel names, announcements,
    /// reminders, archiving, who may declare. Settings are stored in the database; a running bot uses a
    /// change from its next request on. Exit code 2: a setting is invalid or unknown, and nothing was
    /// changed. Exit code 1: a file or the database could not be used.
    Settings {
        /// The action; the default is `show`
        #[command(subcommand)]
        command: Option<SettingsCommand>,
    },
    /// Print a page of the handbook
    ///
    /// Without a topic, lists all pages. With the name of a subcommand, prints its help.
    /// Exit code 2: the topic is unknown; the closest one is suggested.
    Help {
        /// The page, such as install, commands or operations
        #[arg(value_name = "TOPIC")]
        topic: Option<String>,
    },
}

/// The actions of `muster settings`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Subcommand)]
pub enum SettingsCommand {
    /// Show all settings with their values and descriptions
    #[default]
    Show,
    /// Print the value of one setting as TOML
    Get {
        /// The setting
        key: String,
    },
    /// Change one setting
    Set {
        /// The setting
        key: String,
        /// The value as TOML; words need no quotes
        #[arg(allow_hyphen_values = true)]
        value: String,
    },
    /// Show what a settings file would change; apply it with --yes
    ///
    /// Settings that the file does not contain stay unchanged. If an entry is invalid or unknown, all errors
    /// are printed and nothing is changed.
    Import {
        /// The file, as written by `export`
        file: PathBuf,
        /// Apply the changes
        #[arg(long)]
        yes: bool,
    },
    /// Write all settings as TOML, with their defaults and descriptions
    Export {
        /// The file; without it, the settings are printed
        file: Option<PathBuf>,
    },
}

/// Returns the list of variables for the long help.
fn variables_help() -> String {
    let mut text = "`muster help` lists the pages of the handbook.\n\n\
        Variables, from the environment or from .env in this folder:\n".to_owned();
    for variable in VARIABLES {
        let default = if variable.default.is_empty() {
            String::new()
        } else {
            format!(" [{}]", variable.default)
        };
        text.push_str(&format!(
            "  {}{default}\n      {}\n",
            variable.name, variable.description
        ));
    }
    text
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn parse(words: &str) -> Option<Command> {
        CommandLine::try_parse_from(words.split(' '))
            .unwrap()
            .command
    }

    #[test]
    fn subcommands_are_parsed() {
        CommandLine::command().debug_assert();
        assert_eq!(parse("muster"), None);
        assert_eq!(parse("muster serve"), Some(Command::Serve));
        assert_eq!(parse("muster doctor"), Some(Command::Doctor));
        assert_eq!(
            parse("muster manifest"),
            Some(Command::Manifest { url: None })
        );
        assert_eq!(parse("muster help"), Some(Command::Help { topic: None }));
        let topic = Some("install".to_owned());
        assert_eq!(parse("muster help install"), Some(Command::Help { topic }));
        assert_eq!(parse("muster verify"), Some(Command::Verify));
        let (file, folder) = (PathBuf::from("a.db"), PathBuf::from("out"));
        assert_eq!(parse("muster backup a.db"), Some(Command::Backup { file }));
        assert_eq!(parse("muster export out"), Some(Command::Export { folder }));
        assert_eq!(
            parse("muster settings"),
            Some(Command::Settings { command: None })
        );
        let import = SettingsCommand::Import {
            file: "team.toml".into(),
            yes: true,
        };
        assert_eq!(
            parse("muster settings import team.toml --yes"),
            Some(Command::Settings {
                command: Some(import)
            })
        );
        let url = Some("https://muster.example.com".to_owned());
        let command_line = "muster manifest --url https://muster.example.com";
        assert_eq!(parse(command_line), Some(Command::Manifest { url }));
    }

    #[test]
    fn long_help_lists_every_variable() {
        let help = CommandLine::command().render_long_help().to_string();
        for variable in VARIABLES {
            assert!(help.contains(variable.name), "{help}");
        }
    }
}
