//! Every path that we answer.

use std::any::Any;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;

use super::{health, slack};
use crate::bot::Bot;
use crate::metrics::{self, Door, Metrics, Outcome};
use crate::secret::Secret;

/// What the HTTP door needs.
pub struct Front {
    /// The bot behind the door.
    pub bot: Bot,
    /// What Slack signs with; `None` when it comes over Socket Mode only.
    pub signing_secret: Option<Secret>,
    /// What is counted.
    pub metrics: Metrics,
}

impl Front {
    /// Gives the door of a bot, and starts counting. Without a signing secret it takes no request
    /// for Slack's.
    pub fn new(bot: Bot, signing_secret: Option<Secret>) -> Self {
        Self {
            bot,
            signing_secret,
            metrics: Metrics::install(),
        }
    }
}

/// The kind of a request, as it is counted; travels with the answer.
#[derive(Clone, Copy)]
pub struct Kind(pub &'static str);

/// Gives every path that we answer.
pub fn router(front: Front) -> Router {
    let slack = Router::new()
        .route("/slack/commands", post(slack::commands))
        .route("/slack/interactions", post(slack::interactions))
        .route("/slack/events", post(slack::events))
        .layer(CatchPanicLayer::custom(broke_off))
        .layer(from_fn(counted));
    let ours = Router::new()
        .route("/", get(front_page))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics_page))
        .layer(CatchPanicLayer::custom(broke_off));
    slack.merge(ours).with_state(Arc::new(front))
}

async fn front_page() -> String {
    format!(
        "Muster {} runs here. /readyz says how it goes, /metrics counts.\n",
        env!("CARGO_PKG_VERSION")
    )
}

async fn metrics_page(State(front): State<Arc<Front>>) -> Response {
    const PROMETHEUS: &str = "text/plain; version=0.0.4; charset=utf-8";
    match front.metrics.page(&front.bot).await {
        Ok(page) => ([(header::CONTENT_TYPE, PROMETHEUS)], page).into_response(),
        Err(error) => {
            tracing::error!("The store could not be read for /metrics: {error}");
            let words = "The store cannot be read; /readyz says more.\n";
            (StatusCode::SERVICE_UNAVAILABLE, words).into_response()
        }
    }
}

/// Counts a request of Slack's, whatever became of it.
async fn counted(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let door = match request.uri().path() {
        "/slack/commands" => Kind("command"),
        "/slack/interactions" => Kind("interaction"),
        _ => Kind("event"),
    };
    let response = next.run(request).await;
    let Kind(kind) = *response.extensions().get().unwrap_or(&door);
    let outcome = match response.status() {
        StatusCode::OK => Outcome::Answered,
        StatusCode::UNAUTHORIZED => Outcome::Unsigned,
        StatusCode::PAYLOAD_TOO_LARGE => Outcome::TooLarge,
        StatusCode::SERVICE_UNAVAILABLE => Outcome::NotYet,
        StatusCode::INTERNAL_SERVER_ERROR => Outcome::Panicked,
        _ => Outcome::Broken,
    };
    metrics::request(Door::Http, kind, outcome, began.elapsed());
    response
}

/// Answers a request that we broke off. The panic itself stands in the log, where it happened.
fn broke_off(_: Box<dyn Any + Send>) -> Response {
    tracing::error!(
        "A request was broken off by a fault of ours and answered 500; nothing of it is stored unless the log says so"
    );
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

#[cfg(test)]
mod tests;
