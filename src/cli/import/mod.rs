//! `muster import`: imports incidents from another tool, while a bot may be running.
//!
//! Each incident is stored in one transaction together with its ID in the other tool. So an import that was ended
//! anywhere continues when it is started again, and a repeated one imports only what is new.

mod client;
mod fields;
mod impacts;
mod incident;
mod links;
mod progress;
mod rules;
mod run;
mod settings;
mod source_users;
mod summary;
mod tasks;
mod wire;

use std::path::Path;

use clap::{Args, Subcommand};

use crate::cli::command_error::CommandError;
use crate::cli::import::client::DatadogApi;
use crate::cli::import::run::Importer;
use crate::clock::Clock;
use crate::config::datadog_url;
use crate::secret::Secret;

/// Datadog's site if none is configured.
const DEFAULT_SITE: &str = "datadoghq.com";

/// The tools that incidents are imported from.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum ImportCommand {
    /// Import settings and incidents from Datadog Incident Management
    ///
    /// Reads Datadog's API with the keys in DD_API_KEY and DD_APP_KEY. Imports incidents with their times, users,
    /// fields, impacts, tasks and links, and then lists what it left out. Opens no channel, and notifies no user.
    /// Imports nothing twice: start it again to continue, or to import what is new. Notification rules are imported
    /// disabled.
    Datadog(DatadogArguments),
}

/// The options of `muster import datadog`.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct DatadogArguments {
    /// Address of Datadog's API, such as https://api.datadoghq.eu [default: of the site in DD_SITE]
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Read everything and print what would be imported, but store nothing
    #[arg(long)]
    dry_run: bool,
    /// Import incidents only
    #[arg(long)]
    without_settings: bool,
}

/// Runs an import into a database. Returns the summary to print.
pub async fn run(
    command: &ImportCommand,
    database: &Path,
    lookup: impl Fn(&str) -> Option<String>,
    clock: Clock,
) -> Result<String, CommandError> {
    let ImportCommand::Datadog(arguments) = command;
    let api = datadog_api(arguments, lookup)?;
    let importer = Importer::open(api, database, clock, arguments)?;
    importer.run().await
}

/// Returns the access to Datadog's API: from the options, Datadog's own variables and those of the exports.
fn datadog_api(
    arguments: &DatadogArguments,
    lookup: impl Fn(&str) -> Option<String>,
) -> Result<DatadogApi, CommandError> {
    let variable = |name: &str| {
        let own = std::env::var(name).ok().or_else(|| lookup(name));
        own.map(|it| it.trim().to_owned())
            .filter(|it| !it.is_empty())
    };
    let either = |name: &str, other: &str| variable(name).or_else(|| variable(other));
    let of_site = || {
        let site = variable("DD_SITE");
        site.map(|site| format!("https://api.{site}"))
    };
    let url = arguments.url.clone().or_else(of_site);
    let url = url.or_else(|| variable("DATADOG_API_URL"));
    let url = url.unwrap_or_else(|| format!("https://api.{DEFAULT_SITE}"));
    let url = datadog_url(&url).map_err(|problem| {
        CommandError::invalid_argument(format!("Nothing was imported. The address {problem}"))
    })?;
    let key = either("DD_API_KEY", "DATADOG_API_KEY");
    let app_key = either("DD_APP_KEY", "DATADOG_APP_KEY");
    match (key, app_key) {
        (Some(key), Some(app_key)) => Ok(DatadogApi::new(
            &url,
            Secret::new(key),
            Secret::new(app_key),
        )),
        (None, _) | (_, None) => Err(CommandError::invalid_argument(
            "Nothing was imported. Set DD_API_KEY and DD_APP_KEY: an API key of your organization, and an application \
             key of a user who may read incidents and their settings.",
        )),
    }
}
