//! The command line: arguments, subcommands and their output.

mod alerts;
mod args;
mod backup;
mod command_error;
pub mod doctor;
mod export;
mod help;
mod import;
mod keys;
mod report;
mod running_bot;
mod serve;
mod settings;
mod startup_message;
mod verify;

use std::fmt;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use muster_commands::manifest::{ManifestOptions, manifest};

use crate::cli::args::{Command, CommandLine};
use crate::cli::command_error::{CommandError, EXIT_FAILED};
use crate::cli::report::Report;
use crate::clock::Clock;
use crate::config::{Config, Environment, ManifestConfig, ManifestRequest};

/// Runs the program: reads the command line, runs the subcommand and prints its output.
pub async fn main() -> ExitCode {
    match run().await {
        Ok(exit_code) => exit_code,
        Err(error) => {
            drop(writeln!(std::io::stderr(), "{error}"));
            ExitCode::from(error.exit_code)
        }
    }
}

#[expect(clippy::too_many_lines, reason = "one arm per command")]
async fn run() -> Result<ExitCode, CommandError> {
    rustls::crypto::ring::default_provider()
        .install_default()
        .map_err(|_| CommandError::failed("TLS was initialized twice. This is a bug."))?;
    let command = CommandLine::parse().command.unwrap_or_default();
    let environment = load_environment(&command)?;
    let consequence = command.consequence_of_invalid_configuration();
    let invalid = |problems| CommandError::invalid_configuration(consequence, &problems);
    let lookup = |name: &str| environment.get(name);
    let database = || Config::read_database_path(lookup).map_err(invalid);
    let now = || Clock::system().now();
    match command {
        Command::Serve => serve::run(Config::read(lookup).map_err(invalid)?).await?,
        Command::Manifest { url, sign_in } => {
            let url = url.as_deref();
            let request = ManifestRequest { url, sign_in };
            let config = ManifestConfig::read(lookup, request).map_err(invalid)?;
            print_line(manifest_text(&config));
        }
        Command::Doctor => return Ok(print_report(&doctor::run_checks(lookup, now).await)),
        Command::Backup { file } => print_line(backup::back_up(&database()?, &file)?),
        Command::Export { folder } => print_line(export::export(&database()?, &folder, now())?),
        Command::Verify => return Ok(print_report(&verify::run_checks(lookup).await)),
        Command::Settings { command } => {
            print_line(settings::run(
                &command.unwrap_or_default(),
                &database()?,
                now(),
            )?);
        }
        Command::Keys { command } => {
            print_line(keys::run(
                &command.unwrap_or_default(),
                &database()?,
                now(),
            )?);
        }
        Command::Alerts { command } => {
            let public_url = Config::read_public_url(lookup).map_err(invalid)?;
            print_line(alerts::run(
                &command,
                &database()?,
                public_url.as_deref(),
                now(),
            )?);
        }
        Command::Import { source } => {
            let clock = Clock::system();
            print_line(import::run(&source, &database()?, lookup, clock).await?);
        }
        Command::Help { topic } => print_line(help::help_text(topic.as_deref())?),
    }
    Ok(ExitCode::SUCCESS)
}

/// Loads the variables of a subcommand.
fn load_environment(command: &Command) -> Result<Environment, CommandError> {
    // The handbook is available even if .env cannot be read, because it explains what to do.
    if matches!(command, Command::Help { .. }) {
        return Ok(Environment::default());
    }
    let consequence = command.consequence_of_invalid_configuration();
    let invalid = |problems| CommandError::invalid_configuration(consequence, &problems);
    Environment::load(Path::new(".env")).map_err(invalid)
}

fn manifest_text(config: &ManifestConfig) -> String {
    let options = ManifestOptions {
        command: &config.command,
        url: config.url.as_deref(),
        sign_in_url: config.sign_in_url.as_deref(),
    };
    format!("{:#}", manifest(&options))
}

fn print_report(report: &Report) -> ExitCode {
    print_line(report);
    if report.is_ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(EXIT_FAILED)
    }
}

/// Prints to stdout. A closed pipe is ignored.
fn print_line(text: impl fmt::Display) {
    drop(writeln!(std::io::stdout(), "{text}"));
}
