//! The command line: arguments, subcommands and their output.

mod args;
mod backup;
mod command_error;
pub mod doctor;
mod export;
mod help;
mod report;
mod running_bot;
mod serve;
mod settings;
mod settings_toml;
mod startup_message;
mod verify;

use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use muster_commands::manifest::{ManifestOptions, manifest};

use crate::cli::args::{Command, CommandLine};
use crate::cli::command_error::{CommandError, EXIT_FAILED};
use crate::cli::report::Report;
use crate::clock::Clock;
use crate::config::{Config, Environment, ManifestConfig};

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

async fn run() -> Result<ExitCode, CommandError> {
    rustls::crypto::ring::default_provider()
        .install_default()
        .map_err(|_| CommandError::failed("TLS was set up twice. This is a bug."))?;
    let command = CommandLine::parse().command.unwrap_or_default();
    // The handbook is available even if .env cannot be read, because it explains what to do.
    let environment = if matches!(command, Command::Help { .. }) {
        Environment::default()
    } else {
        Environment::load(Path::new(".env"))?
    };
    let lookup = |name: &str| environment.get(name);
    let now = || Clock::system().now();
    match command {
        Command::Serve => serve::run(&environment).await?,
        Command::Manifest { url } => print_line(manifest_text(&environment, url.as_deref())?),
        Command::Doctor => return Ok(print_report(&doctor::run_checks(lookup, now).await)),
        Command::Backup { file } => {
            print_line(backup::back_up(&database_path(&environment)?, &file)?);
        }
        Command::Export { folder } => {
            let database = database_path(&environment)?;
            print_line(export::export(&database, &folder, now())?);
        }
        Command::Verify => return Ok(print_report(&verify::run_checks(lookup).await)),
        Command::Settings { command } => {
            let (command, database) = (command.unwrap_or_default(), database_path(&environment)?);
            print_line(settings::run(&command, &database, now())?);
        }
        Command::Help { topic } => print_line(help::help_text(topic.as_deref())?),
    }
    Ok(ExitCode::SUCCESS)
}

fn database_path(environment: &Environment) -> Result<PathBuf, CommandError> {
    Ok(Config::read_database_path(|name| environment.get(name))?)
}

fn manifest_text(environment: &Environment, url: Option<&str>) -> Result<String, CommandError> {
    let config = ManifestConfig::read(|name| environment.get(name), url)?;
    let options = ManifestOptions {
        command: &config.command,
        url: config.url.as_deref(),
    };
    Ok(format!("{:#}", manifest(&options)))
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
