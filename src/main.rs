//! The program `muster`: wires everything together; decides nothing.

use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use muster::banner::Banner;
use muster::clock::Clock;
use muster::command_line::{Command, CommandLine, SettingsCommand};
use muster::config::{Config, Environment, ManifestSettings, Problems, Workspace};
use muster::findings::Findings;
use muster::serve::{self, Failure};
use muster::{backup, doctor, export, logs, settings, verify};
use muster_commands::manifest::{ManifestOptions, manifest};

/// Something could not be done.
const FAILED: u8 = 1;

/// A setting is wrong or missing.
const SET_UP_WRONG: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    if rustls::crypto::ring::default_provider()
        .install_default()
        .is_err()
    {
        return fail(FAILED, "TLS was set up twice, which is a fault of ours.");
    }
    let line = CommandLine::parse();
    let environment = match Environment::of_process(Path::new(".env")) {
        Ok(environment) => environment,
        Err(problems) => return fail(SET_UP_WRONG, problems),
    };
    let done = match line.command.unwrap_or_default() {
        Command::Serve => serve(&environment).await,
        Command::Manifest { url } => print_manifest(&environment, url.as_deref()),
        Command::Doctor => return examine(&environment).await,
        Command::Backup { file } => back_up(&environment, &file),
        Command::Export { folder } => write_all(&environment, &folder),
        Command::Verify => return verify(&environment).await,
        Command::Settings { command } => {
            change_settings(&environment, &command.unwrap_or_default())
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stop::Settings(problems)) => fail(SET_UP_WRONG, problems),
        Err(Stop::Failure(failure)) => fail(FAILED, failure),
        Err(Stop::Wrong(what)) => fail(SET_UP_WRONG, what),
    }
}

/// Why the program ends without having done what it was asked.
enum Stop {
    Settings(Problems),
    Failure(Failure),
    /// Settings of the team that are wrong or unknown.
    Wrong(String),
}

async fn serve(environment: &Environment) -> Result<(), Stop> {
    let config = Config::read(|name| environment.get(name))?;
    logs::start(&config.log);
    match &config.workspace {
        Workspace::Named(access) => {
            let running = serve::start(&config, access).await?;
            say(Banner::named(&config, access, running.address()));
            Ok(running.until_stopped().await?)
        }
        Workspace::BroughtAlong { listen, unused } => {
            for setting in unused {
                tracing::warn!("{setting} is of no use without SLACK_BOT_TOKEN: this is a sandbox");
            }
            serve_sandbox(config.clone(), *listen).await
        }
    }
}

#[cfg(feature = "sandbox")]
async fn serve_sandbox(mut config: Config, listen: SocketAddr) -> Result<(), Stop> {
    use muster::config::Access;
    use muster::sandbox::{Limits, Retries, Sandbox, Settings};
    use muster::secret::Secret;

    let settings = Settings {
        listen,
        manifest: manifest(&ManifestOptions {
            command: &config.command,
            url: None,
        }),
        now: std::sync::Arc::new(chrono::Utc::now),
        limits: Limits::Slack,
    };
    let sandbox = Sandbox::start(settings)
        .map_err(|error| serve::cannot_listen("SANDBOX_ADDR", listen, &error))?;
    // The page shows full names; so does the bot then.
    sandbox.clears_display_names();
    sandbox.retries(Retries::AsSlack);
    let access = Access {
        api_url: sandbox.api_url(),
        bot_token: Secret::new(sandbox.bot_token()),
        signing_secret: Some(Secret::new(sandbox.signing_secret())),
        app_token: None,
    };
    config
        .incidents_channel
        .get_or_insert_with(|| "incidents".to_owned());
    let running = serve::start(&config, &access).await?;
    sandbox.app_listens_at(&muster::banner::url(running.address()));
    say(Banner::brought_along(
        &config,
        sandbox.url(),
        running.address(),
    ));
    let stopped = running.until_stopped().await;
    sandbox.stop();
    Ok(stopped?)
}

#[cfg(not(feature = "sandbox"))]
async fn serve_sandbox(_: Config, _: SocketAddr) -> Result<(), Stop> {
    let words = "This program was built without the sandbox: set SLACK_BOT_TOKEN.";
    Err(Stop::Failure(Failure(words.to_owned())))
}

fn print_manifest(environment: &Environment, typed: Option<&str>) -> Result<(), Stop> {
    let settings = ManifestSettings::read(|name| environment.get(name), typed)?;
    let options = ManifestOptions {
        command: &settings.command,
        url: settings.url.as_deref(),
    };
    say(format_args!("{:#}", manifest(&options)));
    Ok(())
}

fn back_up(environment: &Environment, file: &Path) -> Result<(), Stop> {
    let database = Config::database(|name| environment.get(name))?;
    say(backup::back_up(&database, file)?);
    Ok(())
}

fn write_all(environment: &Environment, folder: &Path) -> Result<(), Stop> {
    let database = Config::database(|name| environment.get(name))?;
    say(export::export(&database, folder, Clock::system().now())?);
    Ok(())
}

fn change_settings(environment: &Environment, command: &SettingsCommand) -> Result<(), Stop> {
    let database = Config::database(|name| environment.get(name))?;
    match settings::run(command, &database, Clock::system().now()) {
        Ok(said) => {
            say(said);
            Ok(())
        }
        Err(settings::Stop::Failed(why)) => Err(Stop::Failure(Failure(why))),
        Err(settings::Stop::Wrong(what)) => Err(Stop::Wrong(what)),
    }
}

async fn examine(environment: &Environment) -> ExitCode {
    let clock = Clock::system();
    said_all(&doctor::examine(|name| environment.get(name), || clock.now()).await)
}

async fn verify(environment: &Environment) -> ExitCode {
    said_all(&verify::examine(|name| environment.get(name)).await)
}

fn said_all(found: &Findings) -> ExitCode {
    say(found);
    if found.is_well() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(FAILED)
    }
}

/// Says something on stdout. Whoever closed it does not want to hear it.
fn say(words: impl std::fmt::Display) {
    drop(writeln!(std::io::stdout(), "{words}"));
}

fn fail(code: u8, why: impl std::fmt::Display) -> ExitCode {
    drop(writeln!(std::io::stderr(), "{why}"));
    ExitCode::from(code)
}

impl From<Problems> for Stop {
    fn from(problems: Problems) -> Self {
        Self::Settings(problems)
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}
