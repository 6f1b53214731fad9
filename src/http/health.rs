//! How it goes: alive, and ready. Each thing that is wrong comes with what to do.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::routes::Front;
use crate::bot::{Bot, GlobalChannel, SlackState};
use crate::slack::client::advice;

/// How long the worker may be silent, in seconds.
const SILENCE: i64 = 60;

/// How long Slack may take to answer here; whoever asks whether we are ready does not wait long.
const PATIENCE: Duration = Duration::from_secs(3);

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
    worker: Standing,
    global_channel: Standing,
}

/// Answers that the process is alive.
pub async fn alive() -> &'static str {
    "ok"
}

/// Answers whether the store can be written, Slack was reached, the worker moves and the global
/// channel can be written to: 200 if so, 503 if not.
pub async fn ready(State(front): State<Front>) -> Response {
    let bot = &front.bot;
    let (store, slack) = tokio::join!(store(bot), slack(bot));
    let (worker, global_channel) = (worker(bot), global_channel(bot));
    let ready = store.ok && slack.ok && worker.ok && global_channel.ok;
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let readiness = Readiness {
        ready,
        store,
        slack,
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

/// Says how Slack is, and asks it if nobody has yet. It notes nothing: the worker asks by itself while
/// Slack does not answer, and hurries what was put off when it does.
async fn slack(bot: &Bot) -> Standing {
    match bot.state.slack() {
        SlackState::Reached => Standing::good("Slack answers."),
        SlackState::Trouble(why) => Standing::bad(format!(
            "{why} What is owed is kept, and sent once Slack takes it. `muster doctor` says more."
        )),
        SlackState::Unknown => match tokio::time::timeout(PATIENCE, bot.slack.identity()).await {
            Ok(Ok(_)) => Standing::good("Slack answers."),
            Ok(Err(trouble)) => Standing::bad(advice(&trouble)),
            Err(_) => Standing::bad(
                "Slack did not answer within 3 s. Look at status.slack.com, and at the network \
                     between here and SLACK_API_URL.",
            ),
        },
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
