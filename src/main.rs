//! The program `muster`: reads the command line and calls the code of the subcommand.

use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use muster::cli::args::{Command, CommandLine, SettingsCommand};
use muster::cli::report::Report;
use muster::cli::serve;
use muster::cli::serve::StartupError;
use muster::cli::startup_message::StartupMessage;
use muster::cli::{backup, doctor, export, settings, verify};
use muster::clock::Clock;
use muster::config::{Config, Environment, ManifestConfig, Problems, Workspace};
use muster::logging;
use muster_commands::manifest::{ManifestOptions, manifest};

/// Exit code: the command failed.
const EXIT_FAILED: u8 = 1;

/// Exit code: a variable or a team setting is invalid or missing.
const EXIT_INVALID_CONFIG: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    if rustls::crypto::ring::default_provider()
        .install_default()
        .is_err()
    {
        return exit_with_error(EXIT_FAILED, "TLS was set up twice. This is a bug.");
    }
    let line = CommandLine::parse();
    let environment = match Environment::load(Path::new(".env")) {
        Ok(environment) => environment,
        Err(problems) => return exit_with_error(EXIT_INVALID_CONFIG, problems),
    };
    let done = match line.command.unwrap_or_default() {
        Command::Serve => serve(&environment).await,
        Command::Manifest { url } => print_manifest(&environment, url.as_deref()),
        Command::Doctor => return run_doctor(&environment).await,
        Command::Backup { file } => back_up(&environment, &file),
        Command::Export { folder } => export_all(&environment, &folder),
        Command::Verify => return run_verify(&environment).await,
        Command::Settings { command } => run_settings(&environment, &command.unwrap_or_default()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(ExitError::InvalidConfig(problems)) => exit_with_error(EXIT_INVALID_CONFIG, problems),
        Err(ExitError::Failed(failure)) => exit_with_error(EXIT_FAILED, failure),
        Err(ExitError::InvalidSettings(what)) => exit_with_error(EXIT_INVALID_CONFIG, what),
    }
}

/// Why the command failed.
enum ExitError {
    InvalidConfig(Problems),
    Failed(StartupError),
    /// Team settings are invalid or unknown.
    InvalidSettings(String),
}

async fn serve(environment: &Environment) -> Result<(), ExitError> {
    let config = Config::read(|name| environment.get(name))?;
    logging::init(&config.log);
    match &config.workspace {
        Workspace::Slack(access) => {
            let running = serve::start(&config, access).await?;
            print_line(StartupMessage::for_slack(
                &config,
                access,
                running.address(),
            ));
            Ok(running.run_until_stopped().await?)
        }
        Workspace::Sandbox { listen, unused } => {
            for setting in unused {
                tracing::warn!("{setting} is ignored: without SLACK_BOT_TOKEN the sandbox is used");
            }
            serve_sandbox(config.clone(), *listen).await
        }
    }
}

#[cfg(feature = "sandbox")]
async fn serve_sandbox(mut config: Config, listen: SocketAddr) -> Result<(), ExitError> {
    use muster::config::SlackCredentials;
    use muster::secret::Secret;
    use muster_sandbox::{Limits, Retries, Sandbox, SandboxConfig};

    let settings = SandboxConfig {
        listen,
        manifest: manifest(&ManifestOptions {
            command: &config.command,
            url: None,
        }),
        now: std::sync::Arc::new(chrono::Utc::now),
        limits: Limits::Slack,
    };
    let sandbox = Sandbox::start(settings)
        .map_err(|error| serve::listen_error("SANDBOX_ADDR", listen, &error))?;
    // The sandbox page shows full names. Without display names, the bot shows them as well.
    sandbox.clear_display_names();
    sandbox.set_retries(Retries::LikeSlack);
    let access = SlackCredentials {
        api_url: sandbox.api_url(),
        bot_token: Secret::new(sandbox.bot_token()),
        signing_secret: Some(Secret::new(sandbox.signing_secret())),
        app_token: None,
    };
    config
        .incidents_channel
        .get_or_insert_with(|| "incidents".to_owned());
    let running = serve::start(&config, &access).await?;
    sandbox.set_app_url(&muster::cli::startup_message::local_url(running.address()));
    print_line(StartupMessage::for_sandbox(
        &config,
        sandbox.url(),
        running.address(),
    ));
    let stopped = running.run_until_stopped().await;
    sandbox.stop();
    Ok(stopped?)
}

#[cfg(not(feature = "sandbox"))]
async fn serve_sandbox(_: Config, _: SocketAddr) -> Result<(), ExitError> {
    let words = "This program was built without the sandbox. Set SLACK_BOT_TOKEN.";
    Err(ExitError::Failed(StartupError(words.to_owned())))
}

fn print_manifest(environment: &Environment, typed: Option<&str>) -> Result<(), ExitError> {
    let settings = ManifestConfig::read(|name| environment.get(name), typed)?;
    let options = ManifestOptions {
        command: &settings.command,
        url: settings.url.as_deref(),
    };
    print_line(format_args!("{:#}", manifest(&options)));
    Ok(())
}

fn back_up(environment: &Environment, file: &Path) -> Result<(), ExitError> {
    let database = Config::read_database_path(|name| environment.get(name))?;
    print_line(backup::back_up(&database, file)?);
    Ok(())
}

fn export_all(environment: &Environment, folder: &Path) -> Result<(), ExitError> {
    let database = Config::read_database_path(|name| environment.get(name))?;
    print_line(export::export(&database, folder, Clock::system().now())?);
    Ok(())
}

fn run_settings(environment: &Environment, command: &SettingsCommand) -> Result<(), ExitError> {
    let database = Config::read_database_path(|name| environment.get(name))?;
    match settings::run(command, &database, Clock::system().now()) {
        Ok(said) => {
            print_line(said);
            Ok(())
        }
        Err(settings::SettingsCommandError::Failed(why)) => {
            Err(ExitError::Failed(StartupError(why)))
        }
        Err(settings::SettingsCommandError::Invalid(what)) => Err(ExitError::InvalidSettings(what)),
    }
}

async fn run_doctor(environment: &Environment) -> ExitCode {
    let clock = Clock::system();
    print_report(&doctor::run_checks(|name| environment.get(name), || clock.now()).await)
}

async fn run_verify(environment: &Environment) -> ExitCode {
    print_report(&verify::run_checks(|name| environment.get(name)).await)
}

fn print_report(found: &Report) -> ExitCode {
    print_line(found);
    if found.is_ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(EXIT_FAILED)
    }
}

/// Prints to stdout. A closed pipe is ignored.
fn print_line(words: impl std::fmt::Display) {
    drop(writeln!(std::io::stdout(), "{words}"));
}

fn exit_with_error(code: u8, why: impl std::fmt::Display) -> ExitCode {
    drop(writeln!(std::io::stderr(), "{why}"));
    ExitCode::from(code)
}

impl From<Problems> for ExitError {
    fn from(problems: Problems) -> Self {
        Self::InvalidConfig(problems)
    }
}

impl From<StartupError> for ExitError {
    fn from(failure: StartupError) -> Self {
        Self::Failed(failure)
    }
}
