//! Configuration: environment variables and `.env`, read once at startup. All errors are reported together,
//! each with how to fix it.

mod environment;
mod parse;
mod problems;
mod variables;

use std::net::SocketAddr;
use std::path::PathBuf;

pub use environment::Environment;
pub use problems::Problems;
pub use variables::VARIABLES;

use crate::config::parse::Reader;
use crate::secret::Secret;

/// The configuration of the bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The workspace.
    pub workspace: Workspace,
    /// The slash command, such as `/datadog`.
    pub command: String,
    /// The announcements channel, by name (without `#`) or ID; `None` if there is none.
    pub incidents_channel: Option<String>,
    /// The address of the HTTP server.
    pub listen: SocketAddr,
    /// The address of `/metrics` and `/readyz`; `None` if the HTTP server serves them itself.
    pub operations: Option<SocketAddr>,
    /// The URL at which browsers and Slack reach the bot, without a trailing `/`; `None` if it is not set.
    pub public_url: Option<String>,
    /// The database file.
    pub database: PathBuf,
    /// The log filter, in the syntax of `RUST_LOG`.
    pub log: String,
}

/// The workspace that the bot serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Workspace {
    /// A Slack workspace.
    Slack(SlackCredentials),
    /// The sandbox, because no bot token is set.
    Sandbox {
        /// The address of the sandbox.
        listen: SocketAddr,
        /// Variables that are set but have no effect without a bot token.
        unused: Vec<&'static str>,
    },
}

/// Addresses and credentials for a Slack workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlackCredentials {
    /// The URL of the Web API, without a trailing `/`.
    pub api_url: String,
    /// The bot token.
    pub bot_token: Secret,
    /// The signing secret, if Slack sends requests over HTTP.
    pub signing_secret: Option<Secret>,
    /// The app-level token, if Slack sends requests over Socket Mode.
    pub app_token: Option<Secret>,
}

/// Inputs of the app manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestConfig {
    /// The slash command, such as `/datadog`.
    pub command: String,
    /// The URL at which Slack reaches the bot; `None` for Socket Mode.
    pub url: Option<String>,
}

/// Whether the sandbox is compiled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SandboxSupport {
    Included,
    Excluded,
}

impl Config {
    /// Reads all variables; `lookup` returns the value of a variable.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Problems> {
        let sandbox = if cfg!(feature = "sandbox") {
            SandboxSupport::Included
        } else {
            SandboxSupport::Excluded
        };
        Self::read_with(lookup, sandbox)
    }

    fn read_with(
        lookup: impl Fn(&str) -> Option<String>,
        sandbox: SandboxSupport,
    ) -> Result<Self, Problems> {
        let mut reader = Reader::new(lookup);
        let workspace = read_workspace(&mut reader, sandbox);
        let command = reader.or_default("SLASH_COMMAND", parse::command);
        let incidents_channel = reader.optional("INCIDENTS_CHANNEL", parse::channel);
        let listen = reader.or_default("LISTEN_ADDR", parse::address);
        let operations = reader.optional("OPS_ADDR", parse::address);
        if operations.is_some_and(|address| Some(address) == listen && address.port() != 0) {
            let message = "is the same as LISTEN_ADDR. Use another port, such as 127.0.0.1:9090, or leave \
                           it empty to serve both at one address.";
            reader.problems.add("OPS_ADDR", message);
        }
        let public_url = reader.optional("PUBLIC_URL", parse::public_url);
        let database = reader.or_default("DATABASE_PATH", parse::path);
        let log = reader.or_default("RUST_LOG", parse::log_filter);
        match (workspace, command, listen, database, log) {
            (Some(workspace), Some(command), Some(listen), Some(database), Some(log))
                if reader.problems.is_empty() =>
            {
                Ok(Self {
                    workspace,
                    command,
                    incidents_channel,
                    listen,
                    operations,
                    public_url,
                    database,
                    log,
                })
            }
            _ => Err(reader.problems),
        }
    }

    /// Reads only the path of the database.
    pub fn read_database_path(
        lookup: impl Fn(&str) -> Option<String>,
    ) -> Result<PathBuf, Problems> {
        let mut reader = Reader::new(lookup);
        let database = reader.or_default("DATABASE_PATH", parse::path);
        database.ok_or(reader.problems)
    }
}

impl ManifestConfig {
    /// Reads only the inputs of the manifest, which is created before there are tokens. A URL from the
    /// command line overrides `PUBLIC_URL`, which is ignored if Socket Mode is configured.
    pub fn read(
        lookup: impl Fn(&str) -> Option<String>,
        url: Option<&str>,
    ) -> Result<Self, Problems> {
        let mut reader = Reader::new(lookup);
        let command = reader.or_default("SLASH_COMMAND", parse::command);
        let url = match url {
            Some(url) => parse::webhook_url(url)
                .map_err(|message| reader.problems.add("--url", message))
                .ok(),
            None if reader.is_set("SLACK_APP_TOKEN") => None,
            None => reader.optional("PUBLIC_URL", parse::webhook_url),
        };
        match command {
            Some(command) if reader.problems.is_empty() => Ok(Self { command, url }),
            _ => Err(reader.problems),
        }
    }
}

fn read_workspace<L: Fn(&str) -> Option<String>>(
    reader: &mut Reader<L>,
    sandbox: SandboxSupport,
) -> Option<Workspace> {
    let api_url = reader.or_default("SLACK_API_URL", parse::api_url);
    let signing_secret = reader.optional("SLACK_SIGNING_SECRET", parse::signing_secret);
    let app_token = reader.optional("SLACK_APP_TOKEN", parse::app_token);
    let listen = reader.or_default("SANDBOX_ADDR", parse::address);
    if !reader.is_set("SLACK_BOT_TOKEN") {
        if sandbox == SandboxSupport::Excluded {
            let message = "is missing. Set it to the Bot User OAuth Token (xoxb-…): \
                        api.slack.com/apps, your app, OAuth & Permissions.";
            reader.problems.add("SLACK_BOT_TOKEN", message);
            return None;
        }
        let unused = ["SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN"]
            .into_iter()
            .filter(|name| reader.is_set(name))
            .collect();
        return listen.map(|listen| Workspace::Sandbox { listen, unused });
    }
    let bot_token = reader.optional("SLACK_BOT_TOKEN", parse::bot_token);
    if !reader.is_set("SLACK_SIGNING_SECRET") && !reader.is_set("SLACK_APP_TOKEN") {
        let message = "is missing, and so is SLACK_SIGNING_SECRET. Set one of them. For Socket Mode, \
                    which needs no public address, create an app-level token (xapp-…) with the scope \
                    connections:write: api.slack.com/apps, your app, Basic Information, App-Level \
                    Tokens. For HTTP, set SLACK_SIGNING_SECRET from the same page.";
        reader.problems.add("SLACK_APP_TOKEN", message);
    }
    Some(Workspace::Slack(SlackCredentials {
        api_url: api_url?,
        bot_token: bot_token?,
        signing_secret,
        app_token,
    }))
}

#[cfg(test)]
mod tests;
