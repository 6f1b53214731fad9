//! Responses to requests that change something. They are stored with the change, and sent again to a repeated request
//! with the same idempotency key.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::api::auth::Caller;
use crate::api::error::{ApiError, Mistake};
use crate::api::request::RequestKey;
use crate::store::{AnswerKey, ApiOutcome, ApiRequest, ApiResponse, ApiTransaction};

/// The header with the members of a body that Muster does not know.
const IGNORED_HEADER: &str = "muster-ignored";

/// The most members that the header lists.
const MAX_IGNORED: usize = 20;

/// The longest name of a member in the header.
const LONGEST_NAME: usize = 100;

/// Returns the response 200 with a document.
pub(super) fn ok(document: &Value) -> ApiResponse {
    with_status(StatusCode::OK, document)
}

/// Returns the response 201 with a document.
pub(super) fn created(document: &Value) -> ApiResponse {
    with_status(StatusCode::CREATED, document)
}

/// Returns the response 204, which has no body.
pub(super) fn no_content() -> ApiResponse {
    ApiResponse {
        status: StatusCode::NO_CONTENT.as_u16(),
        ..ApiResponse::default()
    }
}

fn with_status(status: StatusCode, document: &Value) -> ApiResponse {
    ApiResponse {
        status: status.as_u16(),
        body: document.to_string(),
        entity_tag: String::new(),
    }
}

/// Returns a document with one resource.
pub(super) fn document(data: &Value) -> Value {
    json!({ "data": data })
}

impl Caller {
    /// Runs a request that changes something in one transaction. A repeated request with the same idempotency key
    /// receives the first response.
    pub(super) async fn write(
        &self,
        key: RequestKey,
        work: impl FnOnce(&ApiTransaction<'_>) -> Result<ApiResponse, ApiError> + Send + 'static,
    ) -> Result<Response, ApiError> {
        let request = ApiRequest {
            viewer: self.viewer.clone(),
            key: key.key.map(|name| AnswerKey {
                key: format!("{} {name}", self.key.key_id),
                digest: key.digest,
            }),
            now: self.now,
        };
        match self.app.store.run_api_request(request, work).await? {
            ApiOutcome::Answered(response) => Ok(render(response)),
            ApiOutcome::KeyReused => {
                let detail = "another request had this key, so nothing was changed";
                let mistake = Mistake::in_header("Idempotency-Key", detail);
                Err(ApiError::invalid(vec![mistake]).with_status(StatusCode::UNPROCESSABLE_ENTITY))
            }
        }
    }
}

fn render(response: ApiResponse) -> Response {
    let status = StatusCode::from_u16(response.status).unwrap_or(StatusCode::OK);
    let mut rendered = match response.body.is_empty() {
        true => status.into_response(),
        false => {
            let json = HeaderValue::from_static("application/json");
            (
                status,
                [(header::CONTENT_TYPE, json)],
                Body::from(response.body),
            )
                .into_response()
        }
    };
    if let Ok(tag) = HeaderValue::from_str(&response.entity_tag)
        && !tag.is_empty()
    {
        rendered.headers_mut().insert(header::ETAG, tag);
    }
    rendered
}

/// Names the members that Muster does not know in a header of the response.
pub(super) fn name_ignored(mut response: Response, ignored: &[String]) -> Response {
    let ignored = ignored.iter().take(MAX_IGNORED);
    let ignored = ignored.map(|name| name.escape_default().take(LONGEST_NAME).collect::<String>());
    let ignored: Vec<_> = ignored.collect();
    if let Ok(value) = HeaderValue::from_str(&ignored.join(", "))
        && !value.is_empty()
    {
        response.headers_mut().insert(IGNORED_HEADER, value);
    }
    response
}
