//! The settings: read from the environment and `.env`, once. Whatever is wrong with them is told
//! together, each setting with what to do.

mod environment;
mod problems;
mod values;

use std::net::SocketAddr;
use std::path::PathBuf;

pub use environment::Environment;
pub use problems::{Problem, Problems};

use crate::secret::Secret;
use values::Reader;

/// One setting: its name, its preset (empty: none) and what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// How it is called in the environment and in `.env`.
    pub name: &'static str,
    /// What holds when it is not set; empty when nothing does.
    pub preset: &'static str,
    /// What it is for, in one line.
    pub says: &'static str,
}

const fn setting(name: &'static str, preset: &'static str, says: &'static str) -> Setting {
    Setting { name, preset, says }
}

/// Every setting there is, in the order of `.env.example`.
pub const SETTINGS: &[Setting] = &[
    setting(
        "SLACK_BOT_TOKEN",
        "",
        "The bot token, xoxb-…; without it the sandbox starts.",
    ),
    setting(
        "SLACK_APP_TOKEN",
        "",
        "The app-level token, xapp-…; with it Slack is served over Socket Mode.",
    ),
    setting(
        "SLACK_SIGNING_SECRET",
        "",
        "The app's signing secret; with it Slack is served over HTTP.",
    ),
    setting(
        "SLACK_API_URL",
        "https://slack.com/api",
        "Where the Web API is; plain http on this machine only.",
    ),
    setting("SLASH_COMMAND", "/datadog", "What people type in Slack."),
    setting(
        "INCIDENTS_CHANNEL",
        "",
        "The global channel, by name or id; empty: none (in the sandbox: incidents).",
    ),
    setting(
        "LISTEN_ADDR",
        "127.0.0.1:3000",
        "Where the bot listens: address and port.",
    ),
    setting(
        "PUBLIC_URL",
        "",
        "Where Slack reaches the bot over HTTP, https://…; `muster manifest` uses it.",
    ),
    setting(
        "DATABASE_PATH",
        "var/incidents.db",
        "The file that holds every incident.",
    ),
    setting(
        "RUST_LOG",
        "info,slack_morphism=warn",
        "What is logged; never debug or trace for slack_morphism, which logs what people write.",
    ),
    setting(
        "SANDBOX_ADDR",
        "127.0.0.1:3001",
        "Where the sandbox listens: address and port.",
    ),
];

/// How the bot was set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Which workspace is served.
    pub workspace: Workspace,
    /// What people type: `/datadog`.
    pub command: String,
    /// The global channel, by name (without `#`) or id; `None` when there is none.
    pub incidents_channel: Option<String>,
    /// Where the bot listens.
    pub listen: SocketAddr,
    /// Where Slack reaches the bot, without a `/` at the end; `None` when nobody said so.
    pub public_url: Option<String>,
    /// The file of the store.
    pub database: PathBuf,
    /// What is logged.
    pub log: String,
}

/// Which workspace the bot serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Workspace {
    /// A workspace that the settings name.
    Named(Access),
    /// The one that the bot brings along, because no bot token is set.
    BroughtAlong {
        /// Where it listens.
        listen: SocketAddr,
        /// Settings that are of no use without a bot token, yet are set.
        unused: Vec<&'static str>,
    },
}

/// How a workspace is reached, and how it reaches us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// Where the Web API is, without a `/` at the end.
    pub api_url: String,
    /// The bot token.
    pub bot_token: Secret,
    /// The signing secret, when Slack comes over HTTP.
    pub signing_secret: Option<Secret>,
    /// The app-level token, when Slack comes over Socket Mode.
    pub app_token: Option<Secret>,
}

/// What the app manifest depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestSettings {
    /// What people type: `/datadog`.
    pub command: String,
    /// Where Slack reaches the bot; `None` for Socket Mode.
    pub url: Option<String>,
}

/// Whether this program brings a workspace along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Baggage {
    Workspace,
    Nothing,
}

impl Config {
    /// Reads all settings; `lookup` gives what a name is set to.
    ///
    /// # Errors
    /// All that is wrong or missing, together.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Problems> {
        let baggage = if cfg!(feature = "sandbox") {
            Baggage::Workspace
        } else {
            Baggage::Nothing
        };
        Self::read_with(lookup, baggage)
    }

    fn read_with(
        lookup: impl Fn(&str) -> Option<String>,
        baggage: Baggage,
    ) -> Result<Self, Problems> {
        let mut reader = Reader::new(lookup);
        let workspace = workspace(&mut reader, baggage);
        let command = reader.or_preset("SLASH_COMMAND", values::command);
        let incidents_channel = reader.given("INCIDENTS_CHANNEL", values::channel);
        let listen = reader.or_preset("LISTEN_ADDR", values::address);
        let public_url = reader.given("PUBLIC_URL", values::public_url);
        let database = reader.or_preset("DATABASE_PATH", values::path);
        let log = reader.or_preset("RUST_LOG", values::log);
        match (workspace, command, listen, database, log) {
            (Some(workspace), Some(command), Some(listen), Some(database), Some(log))
                if reader.problems.is_empty() =>
            {
                Ok(Self {
                    workspace,
                    command,
                    incidents_channel,
                    listen,
                    public_url,
                    database,
                    log,
                })
            }
            _ => Err(reader.problems),
        }
    }
}

impl Config {
    /// Reads where the store is, and nothing else.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn database(lookup: impl Fn(&str) -> Option<String>) -> Result<PathBuf, Problems> {
        let mut reader = Reader::new(lookup);
        let database = reader.or_preset("DATABASE_PATH", values::path);
        database.ok_or(reader.problems)
    }
}

impl ManifestSettings {
    /// Reads what the manifest depends on, and nothing else: it is made before there are tokens.
    /// An address that was typed wins over `PUBLIC_URL`, which holds unless Socket Mode is set up.
    ///
    /// # Errors
    /// All that is wrong, together.
    pub fn read(
        lookup: impl Fn(&str) -> Option<String>,
        typed: Option<&str>,
    ) -> Result<Self, Problems> {
        let mut reader = Reader::new(lookup);
        let command = reader.or_preset("SLASH_COMMAND", values::command);
        let url = match typed {
            Some(url) => values::public_url(url)
                .map_err(|what| reader.problems.add("--url", what))
                .ok(),
            None if reader.is_set("SLACK_APP_TOKEN") => None,
            None => reader.given("PUBLIC_URL", values::public_url),
        };
        match command {
            Some(command) if reader.problems.is_empty() => Ok(Self { command, url }),
            _ => Err(reader.problems),
        }
    }
}

fn workspace<L: Fn(&str) -> Option<String>>(
    reader: &mut Reader<L>,
    baggage: Baggage,
) -> Option<Workspace> {
    let api_url = reader.or_preset("SLACK_API_URL", values::api_url);
    let signing_secret = reader.given("SLACK_SIGNING_SECRET", values::signing_secret);
    let app_token = reader.given("SLACK_APP_TOKEN", values::app_token);
    let listen = reader.or_preset("SANDBOX_ADDR", values::address);
    if !reader.is_set("SLACK_BOT_TOKEN") {
        if baggage == Baggage::Nothing {
            let what = "is missing. Set it to the Bot User OAuth Token (xoxb-…) of your Slack \
                        app: api.slack.com/apps, your app, OAuth & Permissions.";
            reader.problems.add("SLACK_BOT_TOKEN", what);
            return None;
        }
        let unused = ["SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN"]
            .into_iter()
            .filter(|name| reader.is_set(name))
            .collect();
        return listen.map(|listen| Workspace::BroughtAlong { listen, unused });
    }
    let bot_token = reader.given("SLACK_BOT_TOKEN", values::bot_token);
    if !reader.is_set("SLACK_SIGNING_SECRET") && !reader.is_set("SLACK_APP_TOKEN") {
        let what = "is missing, and so is SLACK_SIGNING_SECRET: one of them is needed for Slack \
                    to reach the bot. For Socket Mode, which needs no public address, make an \
                    app-level token (xapp-…) with the scope connections:write: \
                    api.slack.com/apps, your app, Basic Information, App-Level Tokens. For HTTP, \
                    set SLACK_SIGNING_SECRET from the same page.";
        reader.problems.add("SLACK_APP_TOKEN", what);
    }
    Some(Workspace::Named(Access {
        api_url: api_url?,
        bot_token: bot_token?,
        signing_secret,
        app_token,
    }))
}

#[cfg(test)]
mod tests;
