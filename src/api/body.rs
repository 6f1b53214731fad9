//! The limit of the size of bodies.

use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;

use crate::api::error::ApiError;

/// The largest body.
pub(super) const MAX_BODY_SIZE: usize = 1024 * 1024;

/// How many bytes of a body that is too large are read and discarded, so that the client receives the response
/// instead of a broken connection.
const MAX_DISCARDED_SIZE: usize = 8 * 1024 * 1024;

/// The timeout for receiving a body that is discarded.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// Rejects a request whose announced body is too large. One without a length is limited where it is read.
pub(super) async fn limit_body(request: Request, next: Next) -> Response {
    if announced_size(request.headers()).is_none_or(|size| size <= MAX_BODY_SIZE) {
        return next.run(request).await;
    }
    let discarding = discard(request.into_body());
    drop(tokio::time::timeout(BODY_TIMEOUT, discarding).await);
    ApiError::of_status(StatusCode::PAYLOAD_TOO_LARGE).into_response()
}

fn announced_size(headers: &HeaderMap) -> Option<usize> {
    let size = headers.get(header::CONTENT_LENGTH)?;
    size.to_str().ok()?.parse().ok()
}

async fn discard(body: Body) {
    let mut chunks = body.into_data_stream();
    let mut size = 0;
    while let Some(Ok(chunk)) = chunks.next().await {
        size += chunk.len();
        if size > MAX_DISCARDED_SIZE {
            return;
        }
    }
}
