//! `muster serve`: starts the store, HTTP server, worker and Socket Mode, and the sandbox if no workspace is
//! configured.

use std::io;
use std::net::SocketAddr;

use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::app::{App, AppConfig};
use crate::cli::command_error::CommandError;
use crate::cli::print_line;
use crate::cli::running_bot::{RunningBot, Signals, TaskName};
use crate::cli::startup_message::{Addresses, StartupMessage, local_url};
use crate::clock::Clock;
use crate::config::{Config, SlackCredentials, Workspace};
use crate::confluence::ConfluenceClient;
use crate::error::Error;
use crate::http;
use crate::http::{HttpState, router, separate_routers};
use crate::logging;
use crate::metrics::Metrics;
use crate::notebooks::NotebookClient;
use crate::openid::{OpenId, OpenIdClient};
use crate::slack::client::SlackApi;
use crate::slack::socket_mode;
use crate::store::Store;
use crate::webhooks::WebhookClient;
use crate::worker;

/// Runs the bot until it is stopped.
pub async fn run(config: Config) -> Result<(), CommandError> {
    logging::init(&config.log);
    match &config.workspace {
        Workspace::Slack(credentials) => {
            let bot = start(&config, credentials, Clock::system()).await?;
            print_line(StartupMessage::for_slack(
                &config,
                credentials,
                bot.addresses,
            ));
            bot.run_until_stopped().await
        }
        Workspace::Sandbox { listen, unused } => {
            for name in unused {
                tracing::warn!(
                    "{name} is ignored: SLACK_BOT_TOKEN is not set, so the sandbox is used"
                );
            }
            serve_sandbox(config.clone(), *listen).await
        }
    }
}

#[cfg(feature = "sandbox")]
async fn serve_sandbox(mut config: Config, listen: SocketAddr) -> Result<(), CommandError> {
    use crate::config::ClientCredentials;
    use crate::secret::Secret;

    let sandbox = start_sandbox(&config, listen)?;
    let credentials = SlackCredentials {
        api_url: sandbox.api_url(),
        bot_token: Secret::new(sandbox.bot_token()),
        signing_secret: Some(Secret::new(sandbox.signing_secret())),
        app_token: None,
        client: Some(ClientCredentials {
            id: sandbox.client_id(),
            secret: Secret::new(sandbox.client_secret()),
        }),
    };
    config
        .incidents_channel
        .get_or_insert_with(|| "incidents".to_owned());
    if !config.mail.has_relay() {
        config.mail = sandbox_mail(sandbox.smtp_address(), &config.mail);
    }
    let clock = sandbox.clock();
    let bot = start(&config, &credentials, Clock::from_fn(move || clock())).await?;
    sandbox.set_app_url(&local_url(bot.addresses.main));
    if let Some(openid) = &bot.app.openid {
        sandbox.set_redirect_url(openid.redirect_url());
    }
    sandbox.on_advance(bot.app.worker_waker());
    print_line(StartupMessage::for_sandbox(
        &config,
        sandbox.url(),
        bot.addresses,
    ));
    let result = bot.run_until_stopped().await;
    sandbox.stop();
    result
}

/// Starts the sandbox, with its file next to the database.
#[cfg(feature = "sandbox")]
fn start_sandbox(
    config: &Config,
    listen: SocketAddr,
) -> Result<muster_sandbox::Sandbox, CommandError> {
    use muster_commands::manifest::{ManifestOptions, manifest};
    use muster_sandbox::{Guide, Limits, Retries, Sandbox, SandboxConfig, Storage};
    use std::sync::Arc;

    let sandbox = Sandbox::start(SandboxConfig {
        listen,
        manifest: manifest(&ManifestOptions {
            command: &config.command,
            url: None,
            sign_in_url: None,
        }),
        now: Arc::new(chrono::Utc::now),
        limits: Limits::Slack,
        guide: Some(Guide {
            about: "Muster opens a channel for each incident, pins its status and keeps the timeline.",
            steps: GUIDE_STEPS.to_vec(),
        }),
        storage: Some(Storage {
            path: config.database.with_file_name("sandbox.json"),
            warn: Arc::new(|warning| tracing::warn!("{warning}")),
        }),
    })
    .map_err(|error| listen_error("SANDBOX_ADDR", listen, &error))?;
    // The sandbox page shows full names. Without display names, the bot shows them as well.
    sandbox.clear_display_names();
    sandbox.set_retries(Retries::LikeSlack);
    Ok(sandbox)
}

/// Returns the configuration of mail that goes to the mailbox of the sandbox.
#[cfg(feature = "sandbox")]
fn sandbox_mail(relay: SocketAddr, mail: &crate::config::MailConfig) -> crate::config::MailConfig {
    use crate::config::{MailConfig, MailDestination, MailRelay};

    let relay = MailRelay::plain(&relay.ip().to_string(), relay.port());
    MailConfig {
        destination: MailDestination::Relay(relay),
        ..mail.clone()
    }
}

/// The checklist on the page of the sandbox.
#[cfg(feature = "sandbox")]
const GUIDE_STEPS: &[muster_sandbox::GuideStep] = {
    use muster_commands::timeline;
    use muster_sandbox::{GuideStep, StepCondition};

    &[
        GuideStep {
            id: "declare",
            title: "Declare an incident",
            hint: "Type `{command} incident Checkout is slow`, choose *SEV-2* and declare it.",
            done_when: StepCondition::ChannelCreated,
        },
        GuideStep {
            id: "open_channel",
            title: "Open its channel",
            hint: "Follow the link in the reply, or choose the channel in the list.",
            done_when: StepCondition::ChannelOpened,
        },
        GuideStep {
            id: "join",
            title: "Join as Bob",
            hint: "Become *Bob*, open *#incidents* and press *Join Channel*.",
            done_when: StepCondition::ChannelJoined,
        },
        GuideStep {
            id: "flag",
            title: "Flag what matters",
            hint: "Type `{command} incident timeline` in the channel and press *Flag*.",
            done_when: StepCondition::ButtonClick(timeline::FLAG),
        },
        GuideStep {
            id: "advance",
            title: "Get a reminder",
            hint: "Press *30 minutes later*. Muster asks the channel for an update.",
            done_when: StepCondition::TimeAdvanced,
        },
        GuideStep {
            id: "resolve",
            title: "Resolve the incident",
            hint: "Type `{command} incident resolve` in the channel.",
            done_when: StepCondition::TopicContains("RESOLVED"),
        },
    ]
};

#[cfg(not(feature = "sandbox"))]
async fn serve_sandbox(_: Config, _: SocketAddr) -> Result<(), CommandError> {
    let message = "This build doesn't include the sandbox. Set SLACK_BOT_TOKEN.";
    Err(CommandError::failed(message))
}

/// Starts the store, the HTTP server, the Socket Mode connections and the worker.
async fn start(
    config: &Config,
    credentials: &SlackCredentials,
    clock: Clock,
) -> Result<RunningBot, CommandError> {
    let signals = Signals::install().map_err(|error| {
        CommandError::failed(format!("Can't install the signal handlers: {error}."))
    })?;
    let store = open_store(config)?;
    let listeners = Listeners::bind(config).await?;
    let addresses = listeners.addresses()?;
    let slack = SlackApi::new(&credentials.api_url, credentials.bot_token.reveal())
        .map_err(|error| tls_error(&error))?;
    let app_config = AppConfig {
        command: config.command.clone(),
        incidents_channel: config.incidents_channel.clone(),
        public_url: page_url(config, addresses.main),
        mail: config.mail.clone(),
    };
    let openid = openid(credentials, app_config.public_url.as_deref())?;
    let app = App::new(store, slack, clock, app_config)
        .with_openid(openid)
        .with_webhooks(WebhookClient::new(&config.pagerduty_url))
        .with_confluence(config.confluence.as_ref().map(ConfluenceClient::new))
        .with_notebooks(config.datadog.as_ref().map(NotebookClient::new));
    let stop = CancellationToken::new();
    Ok(RunningBot {
        tasks: spawn_tasks(&app, credentials, listeners, &stop),
        app,
        addresses,
        stop,
        signals,
    })
}

/// The ports of the HTTP server.
struct Listeners {
    /// The port of the pages and of Slack's requests.
    main: TcpListener,
    /// The port of `/metrics` and `/readyz`, if they have one of their own.
    operations: Option<TcpListener>,
}

impl Listeners {
    async fn bind(config: &Config) -> Result<Self, CommandError> {
        let main = bind("LISTEN_ADDR", config.listen).await?;
        let operations = match config.operations {
            Some(address) => Some(bind("OPS_ADDR", address).await?),
            None => None,
        };
        Ok(Self { main, operations })
    }

    fn addresses(&self) -> Result<Addresses, CommandError> {
        let operations = self.operations.as_ref().unwrap_or(&self.main);
        let error = |error| CommandError::failed(format!("Can't read the port number: {error}."));
        Ok(Addresses {
            main: self.main.local_addr().map_err(error)?,
            operations: operations.local_addr().map_err(error)?,
        })
    }
}

async fn bind(variable: &str, address: SocketAddr) -> Result<TcpListener, CommandError> {
    let bound = TcpListener::bind(address).await;
    bound.map_err(|error| listen_error(variable, address, &error))
}

/// Returns the client of Sign in with Slack, if it is configured.
fn openid(
    credentials: &SlackCredentials,
    public_url: Option<&str>,
) -> Result<Option<OpenId>, CommandError> {
    let (Some(client), Some(public_url)) = (&credentials.client, public_url) else {
        return Ok(None);
    };
    let client = OpenIdClient {
        id: client.id.clone(),
        secret: client.secret.clone(),
    };
    match OpenId::new(client, &credentials.api_url, public_url) {
        Ok(openid) => Ok(Some(openid)),
        Err(error) => Err(tls_error(&error)),
    }
}

fn tls_error(error: &Error) -> CommandError {
    CommandError::failed(format!(
        "Can't set up TLS on this machine: {error}. Install the package ca-certificates."
    ))
}

/// Returns the URL of the pages. In the sandbox, the browser is on this machine.
fn page_url(config: &Config, address: SocketAddr) -> Option<String> {
    let local = match &config.workspace {
        Workspace::Sandbox { .. } => Some(local_url(address)),
        Workspace::Slack(_) => None,
    };
    config.public_url.clone().or(local)
}

fn spawn_tasks(
    app: &App,
    credentials: &SlackCredentials,
    listeners: Listeners,
    stop: &CancellationToken,
) -> JoinSet<TaskName> {
    let mut tasks = JoinSet::new();
    let state = HttpState::new(app.clone(), credentials.signing_secret.clone());
    let mut serve = |name, listener, router| {
        let server = http::serve(listener, router, stop.clone());
        tasks.spawn(named_task(name, server));
    };
    match listeners.operations {
        None => serve("HTTP", listeners.main, router(state)),
        Some(listener) => {
            let [main, operations] = separate_routers(state);
            serve("HTTP", listeners.main, main);
            serve("HTTP of OPS_ADDR", listener, operations);
        }
    }
    tasks.spawn(named_task("worker", worker::run(app.clone(), stop.clone())));
    let indexing = app.store.clone().run_indexing(stop.clone());
    tasks.spawn(named_task("search index", indexing));
    let upkeep = Metrics::install().run_upkeep_loop(stop.clone());
    tasks.spawn(named_task("metrics", upkeep));
    if let Some(token) = &credentials.app_token {
        let token = token.reveal().to_owned();
        let connections = socket_mode::run(app.clone(), token, stop.clone());
        tasks.spawn(named_task("Socket Mode", connections));
    }
    tasks
}

async fn named_task(name: TaskName, task: impl Future<Output = ()>) -> TaskName {
    task.await;
    name
}

fn open_store(config: &Config) -> Result<Store, CommandError> {
    Store::open(&config.database).map_err(|error| {
        let message = format!(
            "Can't open the database {}: {}. Check that DATABASE_PATH is a Muster database or a new file, \
             that its folder is writable, and that the disk has space.",
            config.database.display(),
            error.cause()
        );
        CommandError::store(&error, message)
    })
}

/// Returns the error for a port that cannot be bound.
fn listen_error(variable: &str, address: SocketAddr, error: &io::Error) -> CommandError {
    let advice = match error.kind() {
        io::ErrorKind::AddrInUse => "Another program uses this port. Stop it",
        io::ErrorKind::PermissionDenied => {
            "Ports below 1024 need extra permissions. Use a higher one"
        }
        _ => "This machine doesn't have this address",
    };
    CommandError::failed(format!(
        "Can't listen on {address} ({error}). {advice}, or set {variable} to another address."
    ))
}
