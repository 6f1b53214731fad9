//! `/probe/…`: lets `muster doctor` check that `PUBLIC_URL` leads to this bot, and what the proxy in between
//! does to requests. The responses contain nothing that the caller does not send or could not compute.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Json, Router};
use futures_util::stream::unfold;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use super::routes::HttpState;
use crate::web::live;

/// How long the stream stays open after its only event.
pub(crate) const STREAM_DURATION: Duration = Duration::from_secs(1);

/// The most streams at the same time.
const MAX_STREAMS: usize = 8;

/// The response to a probe.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct ProbeReply {
    /// Shows that the bot uses the store of the caller; see [`proof`].
    pub(crate) proof: String,
    /// The header `Host` as the bot received it.
    pub(crate) host: String,
}

/// The limit of the streams.
pub(crate) struct ProbeStreams(Arc<Semaphore>);

impl Default for ProbeStreams {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MAX_STREAMS)))
    }
}

pub(super) fn routes() -> Router<Arc<HttpState>> {
    Router::new()
        .route("/probe/{nonce}", get(probe))
        .route("/probe/{nonce}/events", get(probe_stream))
}

/// Returns the proof that a bot uses the store with this ID, without revealing the ID.
pub(crate) fn proof(store_id: &str, nonce: &str) -> String {
    // A key of any length is accepted.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(store_id.as_bytes()) else {
        return String::new();
    };
    mac.update(nonce.as_bytes());
    let bytes = mac.finalize().into_bytes();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn probe(
    State(state): State<Arc<HttpState>>,
    Path(nonce): Path<String>,
    headers: HeaderMap,
) -> Response {
    let host = headers.get(header::HOST);
    let reply = ProbeReply {
        proof: proof(state.app.store.store_id(), &nonce),
        host: host
            .and_then(|host| host.to_str().ok())
            .unwrap_or_default()
            .to_owned(),
    };
    ([(header::CACHE_CONTROL, "no-store")], Json(reply)).into_response()
}

/// Sends one event at once and ends later. A proxy that buffers delivers both together.
async fn probe_stream(
    State(state): State<Arc<HttpState>>,
    Extension(stop): Extension<CancellationToken>,
) -> Response {
    let Ok(permit) = Arc::clone(&state.probe_streams.0).try_acquire_owned() else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let events = unfold(Stage::Begin(permit), move |stage| stage.next(stop.clone()));
    (live::HEADERS, Sse::new(Box::pin(events))).into_response()
}

/// The next step of a stream.
enum Stage {
    /// Sends the event.
    Begin(OwnedSemaphorePermit),
    /// Waits, then ends.
    Wait(OwnedSemaphorePermit),
}

impl Stage {
    async fn next(self, stop: CancellationToken) -> Option<(Result<Event, Infallible>, Self)> {
        match self {
            Self::Begin(permit) => Some((Ok(Event::default().data("begin")), Self::Wait(permit))),
            Self::Wait(_permit) => {
                stop.run_until_cancelled(tokio::time::sleep(STREAM_DURATION))
                    .await;
                None
            }
        }
    }
}
