//! The command line: subcommands, options and help.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::cli::alerts::AlertsCommand;
use crate::cli::import::ImportCommand;
use crate::cli::keys::KeysCommand;
use crate::config::VARIABLES;

/// Run incidents from Slack, on your own server
///
/// Without a command, muster runs the bot. Without configuration, it starts a sandbox: a local Slack
/// look-alike in your browser. With two tokens, it connects to your Slack workspace.
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
    /// Runs until SIGTERM or Ctrl+C, then finishes requests and deliveries in progress.
    /// Exit code 1: it couldn't start or had to stop. Exit code 2: a variable is invalid or missing.
    #[default]
    Serve,
    /// Print the Slack app manifest
    ///
    /// Prints JSON with the slash command, shortcuts, scopes and events. Paste it at api.slack.com/apps,
    /// Create New App, From a manifest. Without a URL, the manifest is for Socket Mode, which needs no
    /// public address.
    Manifest {
        /// Public URL of the bot
        #[arg(
            long,
            value_name = "URL",
            help = "Public URL of the bot, for HTTP instead of Socket Mode, such as \
                    https://muster.example.com [default: PUBLIC_URL, unless SLACK_APP_TOKEN is set]"
        )]
        url: Option<String>,
        /// Include Sign in with Slack
        #[arg(
            long,
            help = "Include Sign in with Slack for the pages: its redirect URL and its user scopes. Needs \
                    PUBLIC_URL or --url, with https://"
        )]
        sign_in: bool,
    },
    /// Check the configuration without changing anything
    ///
    /// Checks the variables, database, tokens, scopes, announcements channel and clock, and says how to fix
    /// each error. Exit code 1: a check failed.
    Doctor,
    /// Copy the database to a file while the bot is running
    ///
    /// Copies the database to a new file, then opens and verifies the copy. The bot keeps running.
    /// Existing files aren't overwritten. Exit code 1: no backup was made.
    Backup {
        /// New file, such as /backups/incidents-2026-11-24.db
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Export all incidents as JSON and Markdown
    ///
    /// Writes IR-7.json (all data) and IR-7.md (for reading) for each incident, and incidents.md with a list.
    /// Private incidents are included: protect the folder like the database. Works while the bot is
    /// running. Exit code 1: the export failed.
    Export {
        /// Folder to write to; must be new or empty
        #[arg(value_name = "FOLDER")]
        folder: PathBuf,
    },
    /// Check the database and compare it with Slack
    ///
    /// Checks the database file, the references between its rows, and the reminders. Checks that Slack still
    /// has the channel of every incident, and the header and announcement of every open one. Because of
    /// Slack's rate limits, fifty open incidents take about a minute. Changes nothing, and works while the
    /// bot is running. Exit code 1: a check failed.
    Verify,
    /// Show and change team settings
    ///
    /// Settings control how the team works: severities, statuses, roles, channel names, announcements,
    /// reminders, archiving, and who can declare. They're stored in the database, and changes take effect
    /// immediately. Exit code 2: a setting is invalid or unknown, and nothing was changed. Exit code 1: a
    /// file or the database can't be used.
    Settings {
        /// Action (default: show)
        #[command(subcommand)]
        command: Option<SettingsCommand>,
    },
    /// List, create and revoke API keys
    ///
    /// Programs read and change incidents with them over HTTP. Works while the bot is running, and takes effect
    /// immediately. Exit code 2: an argument is invalid, and nothing was changed. Exit code 1: the database
    /// can't be used.
    Keys {
        /// Action (default: list)
        #[command(subcommand)]
        command: Option<KeysCommand>,
    },
    /// List, add and revoke sources of alerts
    ///
    /// A source is a monitoring tool with a token of its own. Works while the bot is running, and takes effect
    /// immediately. Exit code 2: an argument is invalid, and nothing was changed. Exit code 1: the database
    /// can't be used.
    Alerts {
        /// Object
        #[command(subcommand)]
        command: AlertsCommand,
    },
    /// Import incidents from another tool
    ///
    /// Works while the bot is running. Exit code 2: an argument or a key is missing or invalid, and nothing was
    /// imported. Exit code 1: the other tool or the database can't be used; start it again to continue.
    Import {
        /// The other tool
        #[command(subcommand)]
        source: ImportCommand,
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

impl Command {
    /// Returns what did not happen if a variable or an option is invalid.
    pub fn consequence_of_invalid_configuration(&self) -> &'static str {
        match self {
            Self::Serve => "Muster did not start",
            Self::Manifest { .. } => "The manifest was not printed",
            Self::Doctor => "The configuration was not checked",
            Self::Backup { .. } => "No backup was made",
            Self::Export { .. } => "Nothing was exported",
            Self::Verify => "The database was not checked",
            Self::Settings { .. } => "The settings were not opened",
            Self::Keys { .. } => "The keys were not opened",
            Self::Alerts { .. } => "The sources were not opened",
            Self::Import { .. } => "Nothing was imported",
            Self::Help { .. } => "No help was printed",
        }
    }
}

/// The actions of `muster settings`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Subcommand)]
pub enum SettingsCommand {
    /// Show all settings with their values and descriptions
    #[default]
    Show,
    /// Print the value of one setting as TOML
    Get {
        /// Name of the setting
        key: String,
    },
    /// Change one setting
    Set {
        /// Name of the setting
        key: String,
        /// New value, as TOML or JSON; plain text needs no quotes
        #[arg(allow_hyphen_values = true)]
        value: String,
        /// Change it although notification rules name what it removes, or tell others about private incidents
        #[arg(long)]
        anyway: bool,
    },
    /// Show what a settings file would change; apply it with --yes
    ///
    /// Settings that aren't in the file stay unchanged. If any are invalid or unknown, all errors are printed
    /// and nothing is changed. Nor is anything changed if notification rules name what the file removes, such as a
    /// severity, or tell others about private incidents: the rules are printed, and --anyway applies the file.
    Import {
        /// File written by `export`, or a CSV file with the values of one field
        file: PathBuf,
        /// Apply the changes
        #[arg(long)]
        yes: bool,
        /// Apply them although notification rules name what they remove, or tell others about private incidents
        #[arg(long, requires = "yes")]
        anyway: bool,
    },
    /// Write all settings as TOML, with defaults and descriptions
    Export {
        /// New file; if omitted, the settings are printed
        file: Option<PathBuf>,
    },
}

/// Returns the list of variables for the long help.
fn variables_help() -> String {
    let mut text = "`muster help` lists the pages of the handbook.\n\n\
        Variables, from the environment or from .env in the working directory:\n"
        .to_owned();
    for variable in VARIABLES {
        let default = if variable.default.is_empty() {
            String::new()
        } else {
            format!(" [default: {}]", variable.default)
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
            Some(Command::Manifest {
                url: None,
                sign_in: false
            })
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
        assert_eq!(parse("muster keys"), Some(Command::Keys { command: None }));
        let command = AlertsCommand::Sources { command: None };
        assert_eq!(
            parse("muster alerts sources"),
            Some(Command::Alerts { command })
        );
        let import = SettingsCommand::Import {
            file: "team.toml".into(),
            yes: true,
            anyway: false,
        };
        assert_eq!(
            parse("muster settings import team.toml --yes"),
            Some(Command::Settings {
                command: Some(import)
            })
        );
    }

    #[test]
    fn options_of_the_manifest_are_parsed() {
        let url = Some("https://muster.example.com".to_owned());
        let command_line = "muster manifest --url https://muster.example.com";
        assert_eq!(
            parse(command_line),
            Some(Command::Manifest {
                url,
                sign_in: false
            })
        );
        assert_eq!(
            parse("muster manifest --sign-in"),
            Some(Command::Manifest {
                url: None,
                sign_in: true
            })
        );
    }

    #[test]
    fn long_help_lists_every_variable() {
        let help = CommandLine::command().render_long_help().to_string();
        for variable in VARIABLES {
            assert!(help.contains(variable.name), "{help}");
        }
    }
}
