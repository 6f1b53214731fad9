//! `muster alerts sources`: lists, adds and revokes sources of alerts. A running bot accepts or rejects a source from
//! its next request on.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::cli::command_error::CommandError;
use crate::domain::Timestamp;
use crate::domain::alert::{AlertSource, SourceKind, SourceSetup};
use crate::error::Error;
use crate::secret::Secret;
use crate::store::{AddAlertSource, OfflineAlertSources, new_alert_token};

/// The address in the set-up if `PUBLIC_URL` is not set.
const UNKNOWN_URL: &str = "http://ADDRESS-OF-MUSTER";

/// Explains [`UNKNOWN_URL`].
const UNKNOWN_URL_HINT: &str = "Replace ADDRESS-OF-MUSTER with the host and port where the tool reaches Muster. PUBLIC_URL sets it.";

/// The objects of `muster alerts`.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum AlertsCommand {
    /// List, add and revoke sources
    Sources {
        /// Action (default: list)
        #[command(subcommand)]
        command: Option<SourcesCommand>,
    },
}

/// The actions of `muster alerts sources`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Subcommand)]
pub enum SourcesCommand {
    /// List all sources, without their tokens
    #[default]
    List,
    /// Add a source and print its address once
    Add {
        /// alertmanager, grafana, datadog, pagerduty, sns, sentry or json
        kind: SourceKind,
        /// Name of the source, such as prom-eu
        name: String,
        /// File with the secret that signs the requests; Grafana and Sentry only
        #[arg(long, value_name = "FILE")]
        secret_file: Option<PathBuf>,
        /// ARN of an SNS topic whose subscription Muster confirms; repeat it for several
        #[arg(long = "topic", value_name = "ARN")]
        topics: Vec<String>,
        /// Accept messages of SNS that are delivered raw, without a signature
        #[arg(long)]
        raw: bool,
    },
    /// Revoke a source
    Revoke {
        /// Number of the source, as `list` prints it
        number: i64,
    },
}

/// Runs a command on the sources of a store. Returns the text to print.
pub fn run(
    command: &AlertsCommand,
    database: &Path,
    public_url: Option<&str>,
    now: Timestamp,
) -> Result<String, CommandError> {
    let failed = |error: Error| store_error(database, &error);
    let AlertsCommand::Sources { command } = command;
    let mut store = OfflineAlertSources::open(database).map_err(failed)?;
    match command.clone().unwrap_or_default() {
        SourcesCommand::List => Ok(list_text(&store.sources().map_err(failed)?)),
        SourcesCommand::Add {
            kind,
            name,
            secret_file,
            topics,
            raw,
        } => {
            let request = AddAlertSource {
                name,
                kind,
                token: new_alert_token(),
                secret: read_secret(kind, secret_file.as_deref())?,
                topics,
                accepts_raw_delivery: raw,
                created_by: None,
            };
            store.add(&request, now).map_err(add_error(database))?;
            let setup = kind.setup(public_url.unwrap_or(UNKNOWN_URL), request.token.reveal());
            let text = added_text(&request, &setup);
            Ok(match public_url {
                Some(_) => text,
                None => format!("{text}\n\n{UNKNOWN_URL_HINT}"),
            })
        }
        SourcesCommand::Revoke { number } => match store.revoke(number, now) {
            Ok(source) => Ok(format!("Revoked {}.", source.identity.name)),
            Err(Error::NotFound(_)) => Err(CommandError::invalid_argument(format!(
                "There's no source {number}. `muster alerts sources list` prints all sources."
            ))),
            Err(error) => Err(failed(error)),
        },
    }
}

/// Reads the secret from its file, so that it appears neither in the history of the shell nor in the list of processes.
fn read_secret(kind: SourceKind, file: Option<&Path>) -> Result<Secret, CommandError> {
    let Some(file) = file else {
        return Ok(Secret::new(""));
    };
    if !kind.can_be_signed() {
        return Err(CommandError::invalid_argument(format!(
            "Nothing was changed. {} doesn't sign its requests with a secret.",
            kind.label()
        )));
    }
    let text = std::fs::read_to_string(file).map_err(|error| {
        CommandError::failed(format!(
            "Nothing was changed. Can't read {}: {error}.",
            file.display()
        ))
    })?;
    Ok(Secret::new(text.trim()))
}

fn added_text(request: &AddAlertSource, setup: &SourceSetup) -> String {
    let steps = setup.steps.iter().map(|step| format!("* {step}\n"));
    let text = format!(
        "Added {}. Copy its address now: it isn't shown again.\n\nURL: {}\nToken: {}\n\n{}\n{}",
        request.name.trim(),
        setup.url,
        request.token.reveal(),
        steps.collect::<String>(),
        setup.snippet.as_deref().unwrap_or_default()
    );
    text.trim_end().to_owned()
}

fn list_text(sources: &[AlertSource]) -> String {
    if sources.is_empty() {
        return "There are no sources. `muster alerts sources add KIND NAME` adds one.".to_owned();
    }
    let sources = sources.iter().map(source_text);
    sources.collect::<Vec<_>>().join("\n\n")
}

fn source_text(source: &AlertSource) -> String {
    let received = source.last_received_at;
    let received = received.map_or("nothing received yet".to_owned(), |at| {
        format!("last received {at}")
    });
    let revoked = source.revoked_at;
    let revoked = revoked.map_or(String::new(), |at| format!(", revoked {at}"));
    let signed = match source.is_signed {
        true => ", signed",
        false => "",
    };
    let topics = source.topics.iter().map(|topic| format!("\n    {topic}"));
    format!(
        "{}  {}\n    {}{signed}\n    created {}, {received}{revoked}{}",
        source.identity.id,
        source.identity.name,
        source.identity.kind.label(),
        source.created_at,
        topics.collect::<String>()
    )
}

/// Returns the error of a source that was not added. What the operator typed wrong has its own exit code.
fn add_error(database: &Path) -> impl Fn(Error) -> CommandError + '_ {
    |error| match error {
        Error::Rejected(reason) => {
            CommandError::invalid_argument(format!("Nothing was changed. {reason}"))
        }
        error => store_error(database, &error),
    }
}

fn store_error(database: &Path, error: &Error) -> CommandError {
    let message = format!(
        "Can't use the database {}: {}. Nothing was changed. Check that DATABASE_PATH is a Muster database or a \
         new file, and that it's writable.",
        database.display(),
        error.cause()
    );
    CommandError::store(error, message)
}
