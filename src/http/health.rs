//! How it goes: alive, and ready. Each thing that is wrong comes with what to do.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::routes::Front;
use crate::bot::{Bot, GlobalChannel, SlackState};
use crate::slack::client::advice;
use crate::slack::{Trouble, reached};

/// How long the worker may be silent, in seconds.
const SILENCE: i64 = 60;

/// How long Slack may take to answer here; whoever asks whether we are ready does not wait long.
const PATIENCE: Duration = Duration::from_secs(3);

/// How long Slack's last answer speaks for Slack, in seconds; after that it is asked anew.
const SPEAKS_FOR: i64 = 300;

/// How long Socket Mode may be without a connection, in seconds: it renews itself within a few.
const CONNECTING: i64 = 60;

/// How one thing goes.
#[derive(Serialize)]
struct Standing {
    ok: bool,
    /// How it goes, and what to do if it does not go well.
    says: String,
}

#[derive(Serialize)]
struct Readiness {
    ready: bool,
    store: Standing,
    slack: Standing,
    socket_mode: Standing,
    worker: Standing,
    global_channel: Standing,
}

/// Answers that the process is alive.
pub async fn alive() -> &'static str {
    "ok"
}

/// Answers whether the store can be written, Slack answers and reaches us over Socket Mode if we use it,
/// the worker moves and the global channel can be written to: 200 if so, 503 if not.
pub async fn ready(State(front): State<Arc<Front>>) -> Response {
    let bot = &front.bot;
    let (store, slack) = tokio::join!(store(bot), slack(bot));
    let (socket_mode, worker, global_channel) =
        (socket_mode(bot), worker(bot), global_channel(bot));
    let all = [&store, &slack, &socket_mode, &worker, &global_channel];
    let ready = all.iter().all(|standing| standing.ok);
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
        global_channel,
    };
    (status, Json(readiness)).into_response()
}

async fn store(bot: &Bot) -> Standing {
    match bot.store.probe(bot.clock.now()).await {
        Ok(()) => Standing::good("The store can be written."),
        Err(error) => Standing::bad(format!(
            "Nothing can be stored: {error}. Check that the disk of DATABASE_PATH has room and \
             that the file and its folder may be written."
        )),
    }
}

/// Says how Slack is, and asks it if nobody has yet, or not for a while.
async fn slack(bot: &Bot) -> Standing {
    match bot.state.slack() {
        SlackState::Reached if was_heard_lately(bot) => Standing::good("Slack answers."),
        SlackState::Trouble(why) => Standing::bad(format!(
            "{why} What is owed is kept, and sent once Slack takes it. `muster doctor` says more."
        )),
        SlackState::Reached => asked(bot, |trouble| reached::note(bot, trouble)).await,
        // It notes nothing: the worker asks by itself, and hurries what was put off once Slack answers.
        SlackState::Unknown => asked(bot, |_| {}).await,
    }
}

fn was_heard_lately(bot: &Bot) -> bool {
    let now = bot.clock.now();
    let heard = bot.state.heard_at();
    heard.is_some_and(|heard| now.since(heard).num_seconds() <= SPEAKS_FOR)
}

/// Asks Slack whether it is there; `note` is told of its answer.
async fn asked(bot: &Bot, note: impl Fn(Option<&Trouble>)) -> Standing {
    let (standing, trouble) = match tokio::time::timeout(PATIENCE, bot.slack.identity()).await {
        Ok(Ok(_)) => (Standing::good("Slack answers."), None),
        Ok(Err(trouble)) => (Standing::bad(advice(&trouble)), Some(trouble)),
        Err(_) => {
            let says = "Slack did not answer within 3 s. Look at status.slack.com, and at the network \
                        between here and SLACK_API_URL.";
            let (method, after) = ("auth.test", PATIENCE);
            let trouble = Trouble::Silent { method, after };
            (Standing::bad(says), Some(trouble))
        }
    };
    note(trouble.as_ref());
    standing
}

fn socket_mode(bot: &Bot) -> Standing {
    let socket = bot.state.socket();
    let Some(since) = socket.shut_since else {
        return Standing::good(match socket.open {
            0 => "It is not used: SLACK_APP_TOKEN is not set.".to_owned(),
            1 => "One connection is open.".to_owned(),
            open => format!("{open} connections are open."),
        });
    };
    match bot.clock.now().since(since).num_seconds() {
        shut if shut > CONNECTING => Standing::bad(format!(
            "Socket Mode has not been connected for {shut} s, so nothing that people do in Slack \
             arrives: {}. Check SLACK_APP_TOKEN, that Socket Mode is switched on in the app’s settings, \
             and the network between here and Slack; it connects by itself then.",
            if socket.why.is_empty() {
                "Slack has not answered yet"
            } else {
                &socket.why
            }
        )),
        _ => Standing::good("It connects."),
    }
}

fn worker(bot: &Bot) -> Standing {
    let Some(turned) = bot.state.turned_at() else {
        return Standing::bad("The worker has not started yet. Wait a moment.");
    };
    match bot.clock.now().since(turned).num_seconds() {
        silent if silent > SILENCE => Standing::bad(format!(
            "The worker has been silent for {silent} s, so nothing reaches Slack. The log says \
             why; start the bot again: nothing that is stored is lost."
        )),
        _ => Standing::good("The worker moves."),
    }
}

fn global_channel(bot: &Bot) -> Standing {
    match (bot.state.global(), &bot.settings.incidents_channel) {
        (_, None) => Standing::good("There is none: INCIDENTS_CHANNEL is not set."),
        (GlobalChannel::Ready(channel), Some(_)) => {
            Standing::good(format!("Announcements go to {channel}."))
        }
        (GlobalChannel::Unknown, Some(name)) => {
            Standing::good(format!("{name} was not looked for yet."))
        }
        (GlobalChannel::Missing(why), Some(_)) => Standing::bad(why),
    }
}

impl Standing {
    fn good(says: impl Into<String>) -> Self {
        Self {
            ok: true,
            says: says.into(),
        }
    }

    fn bad(says: impl Into<String>) -> Self {
        Self {
            ok: false,
            says: says.into(),
        }
    }
}
