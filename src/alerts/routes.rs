//! The routes of the intake. They exist whether or not there are pages.

use std::any::Any;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use tower_http::catch_panic::CatchPanicLayer;

use crate::alerts::body::BodyMemory;
use crate::alerts::credentials::Credentials;
use crate::alerts::receive::receive;
use crate::alerts::reply::Reply;
use crate::app::App;
use crate::domain::alert::SourceKind;
use crate::error::Error;
use crate::metrics::{self, RequestOutcome, Transport};

/// The state of the handlers.
#[derive(Clone)]
pub(super) struct IntakeState {
    pub(super) app: App,
    pub(super) memory: Arc<BodyMemory>,
}

/// Returns the router of the intake.
pub(crate) fn router(app: App) -> Router {
    let state = IntakeState {
        app,
        memory: Arc::default(),
    };
    Router::new()
        .route("/alerts/{kind}/{token}", post(with_token).put(with_token))
        .route("/alerts/{kind}", post(without_token).put(without_token))
        .route("/alerts/pagerduty/v2/enqueue", post(enqueue))
        .route("/v2/enqueue", post(enqueue))
        .route("/alerts/pagerduty/v2/change/enqueue", post(enqueue_change))
        .route("/v2/change/enqueue", post(enqueue_change))
        .layer(CatchPanicLayer::custom(panic_response))
        .layer(from_fn(finish_response))
        .with_state(state)
}

async fn with_token(
    State(state): State<IntakeState>,
    Path((kind, token)): Path<(String, String)>,
    request: Request,
) -> Response {
    let Ok(kind) = kind.parse() else {
        return Reply::unknown_source(SourceKind::Json).into_response();
    };
    let credentials = Credentials::of_path(kind, token);
    receive(&state, credentials, request).await
}

async fn without_token(
    State(state): State<IntakeState>,
    Path(kind): Path<String>,
    request: Request,
) -> Response {
    let Ok(kind) = kind.parse() else {
        return Reply::unknown_source(SourceKind::Json).into_response();
    };
    let credentials = Credentials::of_headers(kind, request.headers());
    receive(&state, credentials, request).await
}

/// Takes in events at the paths of PagerDuty's Events API.
async fn enqueue(State(state): State<IntakeState>, request: Request) -> Response {
    let credentials = Credentials::of_headers(SourceKind::PagerDuty, request.headers());
    receive(&state, credentials, request).await
}

/// Takes in changes at the paths of PagerDuty's Events API.
async fn enqueue_change(State(state): State<IntakeState>, request: Request) -> Response {
    let credentials = Credentials::of_headers(SourceKind::PagerDuty, request.headers());
    receive(&state, credentials.for_changes(), request).await
}

fn panic_response(_: Box<dyn Any + Send>) -> Response {
    let error = Error::internal("a handler of alerts panicked, which is a bug");
    Reply::failed(SourceKind::Json, &error).into_response()
}

/// Adds the headers that all responses have, and counts the request by its source and outcome.
async fn finish_response(request: Request, next: Next) -> Response {
    let started_at = Instant::now();
    let kind = kind_of_path(request.uri().path());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let nosniff = HeaderValue::from_static("nosniff");
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, nosniff);
    let outcome = request_outcome(response.status());
    metrics::record_request(Transport::Alerts, kind, outcome, started_at.elapsed());
    response
}

/// Returns the kind of source that a path names, without the token that follows it.
fn kind_of_path(path: &str) -> &'static str {
    if path.starts_with("/v2/") {
        return SourceKind::PagerDuty.as_str();
    }
    let kind = path.split('/').nth(2).unwrap_or_default();
    let kind = kind.parse::<SourceKind>();
    kind.map_or("other", SourceKind::as_str)
}

fn request_outcome(status: StatusCode) -> RequestOutcome {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => RequestOutcome::TooLarge,
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => {
            RequestOutcome::Unavailable
        }
        status if status.is_client_error() => RequestOutcome::Rejected,
        status if status.is_server_error() => RequestOutcome::Failed,
        _ => RequestOutcome::Answered,
    }
}
