//! The control paths of Datadog's test suite, in front of the program: the suite opens a session before each scenario
//! and takes the time from it. All other requests are forwarded unchanged.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::HOST;
use axum::response::Response;
use axum::routing::post;
use axum::{Json, Router};
use muster_domain::Timestamp;
use reqwest::Client;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::harness::world::World;

/// The largest body that is forwarded, in bytes.
const LARGEST_BODY: usize = 4 << 20;

#[derive(Clone)]
struct Upstream {
    base_url: String,
    time: Arc<AtomicI64>,
    client: Client,
}

/// Starts a server in front of the program of a world. Returns its base URL. The server ends with the test.
pub(super) async fn start(world: &World) -> String {
    let upstream = Upstream {
        base_url: world.base_url.borrow().clone(),
        time: Arc::clone(&world.time),
        client: Client::new(),
    };
    let router = Router::new()
        .route("/__openapi_transformer__/sessions", post(open_session))
        .route(
            "/__openapi_transformer__/sessions/{session}/stop",
            post(async || Json(json!({}))),
        )
        .fallback(forward)
        .with_state(upstream);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    base_url
}

/// Opens a session, a minute after the last one: titles contain the time, and the limit of requests depends on it.
async fn open_session(State(upstream): State<Upstream>) -> Json<Value> {
    let last = upstream.time.fetch_add(60_000, Ordering::SeqCst);
    let now = Timestamp::from_epoch_millis(last + 60_000).to_string();
    Json(json!({ "session": "s", "frozen_at": now }))
}

async fn forward(State(upstream): State<Upstream>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    parts.headers.remove(HOST);
    let url = format!("{}{}", upstream.base_url, parts.uri);
    let body = to_bytes(body, LARGEST_BODY).await.unwrap();
    let forwarded = upstream.client.request(parts.method, url);
    let forwarded = forwarded.headers(parts.headers).body(body);
    let response = forwarded.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let mut answer = Response::new(Body::from(response.bytes().await.unwrap()));
    *answer.status_mut() = status;
    *answer.headers_mut() = headers;
    answer
}
