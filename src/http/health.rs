//! `/healthz` and `/readyz`. Each failed health check comes with a fix.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::routes::HttpState;
use crate::app::{AnnouncementsChannel, App, SlackState};
use crate::slack::client::operator_help;
use crate::slack::{SlackError, slack_health};

/// The maximum age of the worker's last poll, in seconds.
const MAX_WORKER_SILENCE: i64 = 60;

/// The timeout of the health probe of Slack; clients of `/readyz` expect a fast response.
const PROBE_TIMEOUT: Duration = Duration::from_secs(3);

/// The maximum age of Slack's last response, in seconds. After that, `/readyz` probes Slack again.
const MAX_RESPONSE_AGE: i64 = 300;

/// The maximum time without a Socket Mode connection, in seconds. A reconnect takes a few seconds.
const MAX_DISCONNECTED_TIME: i64 = 60;

/// The result of a health check.
#[derive(Serialize)]
struct CheckResult {
    ok: bool,
    /// The state, and the solution if the check failed.
    message: String,
}

#[derive(Serialize)]
struct Readiness {
    ready: bool,
    store: CheckResult,
    slack: CheckResult,
    socket_mode: CheckResult,
    worker: CheckResult,
    announcements_channel: CheckResult,
    mail: CheckResult,
}

/// Handles `/healthz`: the process is alive.
pub async fn healthz() -> &'static str {
    "ok"
}

/// Handles `/readyz`: 200 if the store is writable, Slack responds, Socket Mode (if used) is connected, the
/// worker polls, the announcements channel is writable and no mail waits for another configuration; otherwise
/// 503.
pub async fn readyz(State(state): State<Arc<HttpState>>) -> Response {
    let app = &state.app;
    let (store, slack) = tokio::join!(check_store(app), check_slack(app));
    let (socket_mode, worker, announcements_channel, mail) = (
        check_socket_mode(app),
        check_worker(app),
        check_announcements_channel(app),
        check_mail(app),
    );
    let results = [
        &store,
        &slack,
        &socket_mode,
        &worker,
        &announcements_channel,
        &mail,
    ];
    let ready = results.iter().all(|result| result.ok);
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let readiness = Readiness {
        ready,
        store,
        slack,
        socket_mode,
        worker,
        announcements_channel,
        mail,
    };
    (status, Json(readiness)).into_response()
}

async fn check_store(app: &App) -> CheckResult {
    match app.store.check_write(app.clock.now()).await {
        Ok(()) => CheckResult::pass("Database writable."),
        Err(error) => CheckResult::fail(format!(
            "Can't write to the database: {}. Check that the disk of DATABASE_PATH has space, and that \
             the file and its folder are writable.",
            error.cause()
        )),
    }
}

/// Checks Slack. Probes it if there was no response yet, or none recently.
async fn check_slack(app: &App) -> CheckResult {
    match app.state.slack() {
        SlackState::Up if is_response_recent(app) => CheckResult::pass("Slack responding."),
        SlackState::Down(why) => CheckResult::fail(format!(
            "{why} Queued deliveries will be sent when Slack is back. Run `muster doctor` for details."
        )),
        SlackState::Up => {
            probe_slack(app, |error| slack_health::record_call_result(app, error)).await
        }
        // Without recording the result: the worker's health probe does that, and retries rescheduled
        // deliveries as soon as Slack responds.
        SlackState::Unknown => probe_slack(app, |_| {}).await,
    }
}

fn is_response_recent(app: &App) -> bool {
    let now = app.clock.now();
    let last_response = app.state.last_response_at();
    last_response.is_some_and(|last_response| {
        now.duration_since(last_response).num_seconds() <= MAX_RESPONSE_AGE
    })
}

/// Probes Slack with `auth.test`, and passes the result to the callback.
async fn probe_slack(app: &App, note: impl Fn(Option<&SlackError>)) -> CheckResult {
    let (result, error) = match tokio::time::timeout(PROBE_TIMEOUT, app.slack.bot_identity()).await
    {
        Ok(Ok(_)) => (CheckResult::pass("Slack responding."), None),
        Ok(Err(error)) => (CheckResult::fail(operator_help(&error)), Some(error)),
        Err(_) => {
            let message = "Slack didn't respond within 3 s. Check status.slack.com and the network connection to \
                        SLACK_API_URL.";
            let (method, after) = ("auth.test", PROBE_TIMEOUT);
            let error = SlackError::Timeout { method, after };
            (CheckResult::fail(message), Some(error))
        }
    };
    note(error.as_ref());
    result
}

fn check_socket_mode(app: &App) -> CheckResult {
    let socket = app.state.socket_mode();
    let Some(since) = socket.disconnected_since else {
        return CheckResult::pass(match socket.open_connections {
            0 => "Not configured (SLACK_APP_TOKEN isn't set).".to_owned(),
            1 => "1 connection open.".to_owned(),
            open => format!("{open} connections open."),
        });
    };
    match app.clock.now().duration_since(since).num_seconds() {
        shut if shut > MAX_DISCONNECTED_TIME => CheckResult::fail(format!(
            "Socket Mode has been disconnected for {shut} s, so no requests from Slack arrive: {}. \
             Check SLACK_APP_TOKEN, that Socket Mode is on in the app's settings, and the network \
             connection to Slack. Muster reconnects automatically.",
            if socket.last_error.is_empty() {
                "Slack hasn't responded yet"
            } else {
                &socket.last_error
            }
        )),
        _ => CheckResult::pass("Connecting."),
    }
}

fn check_worker(app: &App) -> CheckResult {
    let Some(polled_at) = app.state.polled_at() else {
        return CheckResult::fail("The worker hasn't started yet. Try again in a moment.");
    };
    match app.clock.now().duration_since(polled_at).num_seconds() {
        silent if silent > MAX_WORKER_SILENCE => CheckResult::fail(format!(
            "The worker has been stuck for {silent} s, so nothing is sent to Slack. Check the log for the \
             cause and restart the bot. No stored data is lost."
        )),
        _ => CheckResult::pass("Worker running."),
    }
}

fn check_announcements_channel(app: &App) -> CheckResult {
    match (
        app.state.announcements_channel(),
        &app.config.incidents_channel,
    ) {
        (_, None) => CheckResult::pass("Not configured (INCIDENTS_CHANNEL isn't set)."),
        (AnnouncementsChannel::Ready(channel), Some(_)) => {
            CheckResult::pass(format!("Announcing in {channel}."))
        }
        (AnnouncementsChannel::Unknown, Some(name)) => {
            CheckResult::pass(format!("{name} hasn't been looked up yet."))
        }
        (AnnouncementsChannel::Missing(why), Some(_)) => CheckResult::fail(why),
    }
}

fn check_mail(app: &App) -> CheckResult {
    match app.state.mail_problem() {
        Some(problem) => CheckResult::fail(format!(
            "{problem} All mail waits, and none is lost. Correct MAIL_URL, MAIL_PASSWORD or MAIL_FROM, then \
             restart the bot. Run `muster doctor` for details."
        )),
        None => CheckResult::pass(match app.mailer.relay() {
            Some(relay) => format!("Mail goes to {}:{}.", relay.host, relay.port),
            None => "Mail is written to files (MAIL_URL isn't set).".to_owned(),
        }),
    }
}

impl CheckResult {
    fn pass(message: impl Into<String>) -> Self {
        Self {
            ok: true,
            message: message.into(),
        }
    }

    fn fail(message: impl Into<String>) -> Self {
        Self {
            ok: false,
            message: message.into(),
        }
    }
}
