//! The HTTP routes.

use std::any::Any;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;

use super::{health, operations, probe};
use crate::alerts;
use crate::api;
use crate::app::App;
use crate::http::body_reader::BodyReader;
use crate::http::probe::ProbeStreams;
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
    /// Limits the streams of `muster doctor`.
    pub(crate) probe_streams: ProbeStreams,
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
            probe_streams: ProbeStreams::default(),
        }
    }
}

/// The kind of a request in the metrics; an extension of the response.
#[derive(Clone, Copy)]
pub struct RequestKind(pub &'static str);

/// Returns the router with all routes, for one port. `/metrics` and `/readyz` reject requests through a proxy.
pub fn router(state: HttpState) -> Router {
    let state = Arc::new(state);
    let operations = operations::routes_beside_pages(&state).with_state(Arc::clone(&state));
    public_router(&state).merge(operations)
}

/// Returns the router of the pages and of Slack's requests, and that of `/metrics` and `/readyz`, for two ports.
pub fn separate_routers(state: HttpState) -> [Router; 2] {
    let state = Arc::new(state);
    let operations = operations::routes()
        .route("/healthz", get(health::healthz))
        .fallback(operations::unknown_path);
    [public_router(&state), operations.with_state(state)]
}

fn public_router(state: &Arc<HttpState>) -> Router {
    let slack = Router::new()
        .route("/slack/commands", post(slack_webhooks::commands))
        .route("/slack/interactions", post(slack_webhooks::interactions))
        .route("/slack/events", post(slack_webhooks::events))
        .layer(CatchPanicLayer::custom(panic_response))
        .layer(from_fn(count_request));
    let other = Router::new()
        .route("/healthz", get(health::healthz))
        .merge(probe::routes())
        .layer(CatchPanicLayer::custom(panic_response));
    let own = slack.merge(other).with_state(Arc::clone(state));
    own.merge(alerts::router(state.app.clone()))
        .merge(api::router(state.app.clone()))
        .merge(web::router(state.app.clone()))
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
pub(super) fn panic_response(_: Box<dyn Any + Send>) -> Response {
    tracing::error!(
        "A handler panicked, which is a bug. The response is 500; no changes are stored unless the log says so"
    );
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

#[cfg(test)]
mod tests;
