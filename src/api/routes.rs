//! The routes of the API, and what applies to each of them: keys, the limit of bodies, errors, headers and metrics.

use std::any::Any;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use tower_http::catch_panic::CatchPanicLayer;

use crate::api::auth::authenticate;
use crate::api::body::{MAX_BODY_SIZE, limit_body};
use crate::api::error::{ApiError, ErrorShape};
use crate::api::operations::{self, Operation};
use crate::api::rate_limit::RateLimits;
use crate::api::{config, incidents, openapi, parts, users, validate};
use crate::app::App;
use crate::error::Error;
use crate::metrics::{self, RequestOutcome, Transport};

/// The state of the handlers.
#[derive(Clone)]
pub(super) struct ApiState {
    pub(super) app: App,
    pub(super) limits: Arc<RateLimits>,
    /// The OpenAPI document, which is made when it is first requested.
    pub(super) openapi: Arc<OnceLock<Bytes>>,
}

/// Returns the router of all paths under `/api`. It is no part of the pages: its clients are no browsers, and send
/// no cookies.
pub(crate) fn router(app: App) -> Router {
    let state = ApiState {
        app,
        limits: Arc::default(),
        openapi: Arc::default(),
    };
    let authenticated =
        authenticated_routes().route_layer(from_fn_with_state(state.clone(), authenticate));
    let open = Router::new()
        .route("/api/v1/validate", get(validate::v1))
        .route("/api/v2/validate", get(validate::v2))
        .route("/api/v2/openapi.json", get(openapi::get))
        .route(
            "/api/v2/incidents/config/types/org-settings",
            any(unknown_path),
        )
        .route("/api/", any(unknown_path))
        .route("/api/{*path}", any(unknown_path));
    authenticated
        .merge(open)
        .layer(DefaultBodyLimit::max(MAX_BODY_SIZE))
        .layer(from_fn(limit_body))
        .layer(CatchPanicLayer::custom(panic_response))
        .layer(from_fn_with_state(state.clone(), finish_response))
        .layer(from_fn(count_request))
        .with_state(state)
}

/// Returns the routes that need a key.
fn authenticated_routes() -> Router<ApiState> {
    Router::new()
        .route("/api/v2/validate_keys", get(validate::keys))
        .route("/api/v2/current_user", get(users::current))
        .route("/api/v2/users", get(users::list).post(users::create))
        .route(
            "/api/v2/users/{user_id}",
            get(users::get).patch(users::update).delete(users::disable),
        )
        .route(
            "/api/v2/incidents",
            get(incidents::list).post(incidents::create),
        )
        .route("/api/v2/incidents/search", get(incidents::search::search))
        .route(
            "/api/v2/incidents/{incident_id}/timeline",
            get(incidents::timeline::list),
        )
        .route("/api/v2/incidents/import", post(incidents::import))
        .route(
            "/api/v2/incidents/{incident_id}",
            get(incidents::get)
                .patch(incidents::update)
                .delete(incidents::delete),
        )
        .merge(parts::routes())
        .merge(config::routes())
}

/// Answers a request that no other route accepts. It names the operation, if Datadog has one.
async fn unknown_path(State(state): State<ApiState>, method: Method, uri: Uri) -> ApiError {
    match operations::find(&method, uri.path()) {
        Some(operation) => unserved_error(&state.app, operation),
        None => ApiError::not_found("Muster doesn't serve this path."),
    }
}

fn unserved_error(app: &App, operation: &Operation) -> ApiError {
    let help = app.config.page_url("/help/api");
    let help = help.unwrap_or_else(|| "`muster help api`".to_owned());
    ApiError::not_found(format!(
        "Muster doesn't serve {}; see {help}",
        operation.name
    ))
}

fn panic_response(_: Box<dyn Any + Send>) -> Response {
    ApiError::from(Error::internal(
        "a handler of the API panicked, which is a bug",
    ))
    .into_response()
}

/// Renders errors for the operation of the request, and adds the headers that all responses have.
async fn finish_response(State(state): State<ApiState>, request: Request, next: Next) -> Response {
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let mut response = next.run(request).await;
    let status = response.status();
    if status.is_client_error() || status.is_server_error() {
        let operation = operations::find(&method, uri.path());
        let error = response.extensions_mut().remove::<ApiError>();
        let error = error.unwrap_or_else(|| match operation {
            Some(unserved) if status == StatusCode::METHOD_NOT_ALLOWED => {
                unserved_error(&state.app, unserved)
            }
            Some(_) | None => ApiError::of_status(status),
        });
        let shape = |status| operation.map_or(ErrorShape::Texts, |it| it.error_shape(status));
        response = error.render(shape, response.headers());
    }
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let nosniff = HeaderValue::from_static("nosniff");
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, nosniff);
    response
}

/// Counts a request by kind and outcome.
async fn count_request(request: Request, next: Next) -> Response {
    let started_at = Instant::now();
    let operation = operations::find(request.method(), request.uri().path());
    let kind = operation.map_or("other", |operation| operation.name);
    let response = next.run(request).await;
    let outcome = request_outcome(response.status());
    metrics::record_request(Transport::Api, kind, outcome, started_at.elapsed());
    response
}

fn request_outcome(status: StatusCode) -> RequestOutcome {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => RequestOutcome::TooLarge,
        StatusCode::SERVICE_UNAVAILABLE => RequestOutcome::Unavailable,
        status if status.is_client_error() => RequestOutcome::Rejected,
        status if status.is_server_error() => RequestOutcome::Failed,
        _ => RequestOutcome::Answered,
    }
}
