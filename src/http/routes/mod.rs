//! The HTTP routes.

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

use super::health;
use crate::app::App;
use crate::http::body_reader::BodyReader;
use crate::http::slack_webhooks;
use crate::metrics::{self, Metrics, RequestOutcome, Transport};
use crate::secret::Secret;
use crate::web;

/// The shared state of the HTTP handlers.
pub struct HttpState {
    /// The app.
    pub app: App,
    /// The signing secret; `None` if only Socket Mode is used.
    pub signing_secret: Option<Secret>,
    /// The metrics.
    pub metrics: Metrics,
    /// Reads the bodies of requests.
    pub(crate) body_reader: BodyReader,
}

impl HttpState {
    /// Creates the state and installs the metrics. Without a signing secret, every request to a webhook is
    /// rejected.
    pub fn new(app: App, signing_secret: Option<Secret>) -> Self {
        Self {
            app,
            signing_secret,
            metrics: Metrics::install(),
            body_reader: BodyReader::default(),
        }
    }
}

/// The kind of a request in the metrics; an extension of the response.
#[derive(Clone, Copy)]
pub struct RequestKind(pub &'static str);

/// Returns the router with all routes.
pub fn router(state: HttpState) -> Router {
    let slack = Router::new()
        .route("/slack/commands", post(slack_webhooks::commands))
        .route("/slack/interactions", post(slack_webhooks::interactions))
        .route("/slack/events", post(slack_webhooks::events))
        .layer(CatchPanicLayer::custom(panic_response))
        .layer(from_fn(count_request));
    let other = Router::new()
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(metrics_page))
        .layer(CatchPanicLayer::custom(panic_response));
    let pages = web::router(state.app.clone());
    slack.merge(other).with_state(Arc::new(state)).merge(pages)
}

async fn metrics_page(State(state): State<Arc<HttpState>>) -> Response {
    const PROMETHEUS: &str = "text/plain; version=0.0.4; charset=utf-8";
    match state.metrics.render(&state.app).await {
        Ok(page) => ([(header::CONTENT_TYPE, PROMETHEUS)], page).into_response(),
        Err(error) => {
            tracing::error!("Could not read the store for /metrics: {error}");
            let message = "The database can't be read; see /readyz.\n";
            (StatusCode::SERVICE_UNAVAILABLE, message).into_response()
        }
    }
}

/// Counts a webhook request by kind and outcome.
async fn count_request(request: Request, next: Next) -> Response {
    let started_at = Instant::now();
    let default_kind = match request.uri().path() {
        "/slack/commands" => RequestKind("command"),
        "/slack/interactions" => RequestKind("interaction"),
        _ => RequestKind("event"),
    };
    let response = next.run(request).await;
    let RequestKind(kind) = *response.extensions().get().unwrap_or(&default_kind);
    let outcome = match response.status() {
        StatusCode::OK => RequestOutcome::Answered,
        StatusCode::UNAUTHORIZED => RequestOutcome::Unsigned,
        StatusCode::PAYLOAD_TOO_LARGE => RequestOutcome::TooLarge,
        StatusCode::SERVICE_UNAVAILABLE => RequestOutcome::Unavailable,
        StatusCode::INTERNAL_SERVER_ERROR => RequestOutcome::Panicked,
        _ => RequestOutcome::Malformed,
    };
    metrics::record_request(Transport::Http, kind, outcome, started_at.elapsed());
    response
}

/// Returns 500 after a panic. The panic hook has logged the panic itself.
fn panic_response(_: Box<dyn Any + Send>) -> Response {
    tracing::error!(
        "A handler panicked, which is a bug. The response is 500; no changes are stored unless the log says so"
    );
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

#[cfg(test)]
mod tests;
