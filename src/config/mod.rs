//! Configuration: environment variables and `.env`, read once at startup. All errors are reported together,
//! each with how to fix it.

mod environment;
mod exports;
mod mail;
mod parse;
mod problems;
mod variables;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

pub use environment::Environment;
pub use exports::{ConfluenceConfig, DatadogConfig, datadog_url};
pub use mail::{MailConfig, MailDestination, MailEncryption, MailLogin, MailRelay};
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
    /// The URL of PagerDuty's Events API, without a trailing `/`.
    pub pagerduty_url: String,
    /// How mail leaves the bot.
    pub mail: MailConfig,
    /// Where postmortems are written in Confluence; `None` if it is not configured.
    pub confluence: Option<ConfluenceConfig>,
    /// The access to Datadog's API, for notebooks; `None` if it is not configured.
    pub datadog: Option<DatadogConfig>,
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
    /// The credentials for Sign in with Slack, if it is enabled.
    pub client: Option<ClientCredentials>,
}

/// The app's credentials for Sign in with Slack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCredentials {
    /// The client ID.
    pub id: String,
    /// The client secret.
    pub secret: Secret,
}

/// Inputs of the app manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestConfig {
    /// The slash command, such as `/datadog`.
    pub command: String,
    /// The URL at which Slack reaches the bot; `None` for Socket Mode.
    pub url: Option<String>,
    /// The URL of the pages; `None` without Sign in with Slack.
    pub sign_in_url: Option<String>,
}

/// The options of `muster manifest`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ManifestRequest<'a> {
    /// The URL at which Slack reaches the bot.
    pub url: Option<&'a str>,
    /// Whether the app offers Sign in with Slack.
    pub sign_in: bool,
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
        let operations = read_operations(&mut reader, listen);
        let public_url = reader.optional("PUBLIC_URL", parse::public_url);
        check_sign_in_url(&mut reader);
        let database = reader.or_default("DATABASE_PATH", parse::path);
        let mail = mail::read_mail(&mut reader, database.as_deref().unwrap_or(Path::new("")));
        let confluence = exports::read_confluence(&mut reader);
        let datadog = exports::read_datadog(&mut reader);
        let log = reader.or_default("RUST_LOG", parse::log_filter);
        let pagerduty_url = reader.or_default("PAGERDUTY_API_URL", parse::pagerduty_url);
        let urls = pagerduty_url.zip(listen);
        match (workspace, command, urls, database, log) {
            (
                Some(workspace),
                Some(command),
                Some((pagerduty_url, listen)),
                Some(database),
                Some(log),
            ) if reader.problems.is_empty() => Ok(Self {
                workspace,
                command,
                incidents_channel,
                listen,
                operations,
                public_url,
                database,
                pagerduty_url,
                mail,
                confluence,
                datadog,
                log,
            }),
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

    /// Reads only the URL of the bot; `None` if it is not set.
    pub fn read_public_url(
        lookup: impl Fn(&str) -> Option<String>,
    ) -> Result<Option<String>, Problems> {
        let mut reader = Reader::new(lookup);
        let public_url = reader.optional("PUBLIC_URL", parse::public_url);
        match reader.problems.is_empty() {
            true => Ok(public_url),
            false => Err(reader.problems),
        }
    }
}

impl ManifestConfig {
    /// Reads only the inputs of the manifest, which is created before there are tokens. A URL from the
    /// command line overrides `PUBLIC_URL`, which is ignored if Socket Mode is configured.
    pub fn read(
        lookup: impl Fn(&str) -> Option<String>,
        request: ManifestRequest<'_>,
    ) -> Result<Self, Problems> {
        let mut reader = Reader::new(lookup);
        let command = reader.or_default("SLASH_COMMAND", parse::command);
        let sign_in_url = read_sign_in_url(&mut reader, request);
        let url = match request.url {
            Some(url) => parse::webhook_url(url)
                .map_err(|message| reader.problems.add("--url", message))
                .ok(),
            None if reader.is_set("SLACK_APP_TOKEN") => None,
            None => reader.optional("PUBLIC_URL", parse::webhook_url),
        };
        match command {
            Some(command) if reader.problems.is_empty() => Ok(Self {
                command,
                url,
                sign_in_url,
            }),
            _ => Err(reader.problems),
        }
    }
}

/// Reads the address of `/metrics` and `/readyz`, which must differ from the one of the pages.
fn read_operations<L: Fn(&str) -> Option<String>>(
    reader: &mut Reader<L>,
    listen: Option<SocketAddr>,
) -> Option<SocketAddr> {
    let operations = reader.optional("OPS_ADDR", parse::address);
    if operations.is_some_and(|address| Some(address) == listen && address.port() != 0) {
        let message = "is the same as LISTEN_ADDR. Use another port, such as 127.0.0.1:9090, or leave \
                       it empty to serve both at one address.";
        reader.problems.add("OPS_ADDR", message);
    }
    operations
}

/// Returns the URL of the pages, if the manifest contains Sign in with Slack.
fn read_sign_in_url<L: Fn(&str) -> Option<String>>(
    reader: &mut Reader<L>,
    request: ManifestRequest<'_>,
) -> Option<String> {
    match request {
        ManifestRequest { sign_in: false, .. } => None,
        // Reported together with the URL of the bot.
        ManifestRequest { url: Some(url), .. } => parse::webhook_url(url).ok(),
        ManifestRequest { .. } if !reader.is_set("PUBLIC_URL") => {
            let message = "is missing. --sign-in needs the address of the pages, such as \
                        https://muster.example.com: set it, or use --url.";
            reader.problems.add("PUBLIC_URL", message);
            None
        }
        ManifestRequest { .. } => reader.optional("PUBLIC_URL", parse::webhook_url),
    }
}

/// Checks that Slack can send browsers back to the pages, if Sign in with Slack is enabled.
fn check_sign_in_url<L: Fn(&str) -> Option<String>>(reader: &mut Reader<L>) {
    let is_enabled = ["SLACK_BOT_TOKEN", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"]
        .into_iter()
        .all(|name| reader.is_set(name));
    if !is_enabled {
        return;
    }
    let problem = match reader.value("PUBLIC_URL") {
        None => "is missing.",
        Some(url) if parse::public_url(&url).is_ok() && parse::webhook_url(&url).is_err() => {
            "starts with http://."
        }
        Some(_) => return,
    };
    let message = format!(
        "{problem} Sign in with Slack needs the address of the pages, with https://, such as \
         https://muster.example.com. Set it, or clear SLACK_CLIENT_ID and SLACK_CLIENT_SECRET."
    );
    reader.problems.add("PUBLIC_URL", message);
}

/// Reads the credentials for Sign in with Slack: both or none.
fn read_client<L: Fn(&str) -> Option<String>>(reader: &mut Reader<L>) -> Option<ClientCredentials> {
    let id = reader.optional("SLACK_CLIENT_ID", parse::client_id);
    let secret = reader.optional("SLACK_CLIENT_SECRET", parse::client_secret);
    let names = ["SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"];
    for (missing, other) in [(names[0], names[1]), (names[1], names[0])] {
        if !reader.is_set(missing) && reader.is_set(other) {
            let message = format!(
                "is missing, although {other} is set. Sign in with Slack needs both: api.slack.com/apps, \
                 your app, Basic Information, App Credentials. Set it, or clear {other}."
            );
            reader.problems.add(missing, message);
        }
    }
    Some(ClientCredentials {
        id: id?,
        secret: secret?,
    })
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
        let unused = [
            "SLACK_SIGNING_SECRET",
            "SLACK_APP_TOKEN",
            "SLACK_CLIENT_ID",
            "SLACK_CLIENT_SECRET",
        ];
        let unused = unused
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
    let client = read_client(reader);
    Some(Workspace::Slack(SlackCredentials {
        client,
        api_url: api_url?,
        bot_token: bot_token?,
        signing_secret,
        app_token,
    }))
}

#[cfg(test)]
mod tests;
