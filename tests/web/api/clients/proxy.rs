//! A proxy in front of the program, for clients that send many requests. It advances the clock with each request, so
//! that no key reaches its limit. It also answers the control paths of Datadog's test suite, which opens a session
//! before each scenario and takes the time from it.

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

/// The time between two requests that a key may send without end, in milliseconds.
const REQUEST_MILLIS: i64 = 100;

/// The time between two sessions, in milliseconds. The titles of a session contain its time, in seconds.
const SESSION_MILLIS: i64 = 1000;

/// The largest body that is forwarded, in bytes.
const LARGEST_BODY: usize = 64 << 20;

#[derive(Clone)]
struct Upstream {
    base_url: String,
    time: Arc<AtomicI64>,
    client: Client,
}

/// Starts a proxy in front of the program of a world. Returns its base URL. The proxy ends with the test.
pub(super) async fn start_proxy(world: &World) -> String {
    let upstream = Upstream {
        base_url: world.base_url.borrow().clone(),
        time: Arc::clone(&world.time),
        client: Client::new(),
    };
    let sessions = "/__openapi_transformer__/sessions";
    let router = Router::new()
        .route(sessions, post(open_session))
        .route(&format!("{sessions}/{{session}}/stop"), post(stop_session))
        .fallback(forward)
        .with_state(upstream);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    base_url
}

async fn open_session(State(upstream): State<Upstream>) -> Json<Value> {
    let last = upstream.time.fetch_add(SESSION_MILLIS, Ordering::SeqCst);
    let now = Timestamp::from_epoch_millis(last + SESSION_MILLIS);
    Json(json!({ "session": "s", "frozen_at": now.to_string() }))
}

async fn stop_session() -> Json<Value> {
    Json(json!({}))
}

async fn forward(State(upstream): State<Upstream>, request: Request) -> Response {
    upstream.time.fetch_add(REQUEST_MILLIS, Ordering::SeqCst);
    let (mut parts, body) = request.into_parts();
    parts.headers.remove(HOST);
    let url = format!("{}{}", upstream.base_url, parts.uri);
    let body = to_bytes(body, LARGEST_BODY).await.unwrap();
    let request = upstream.client.request(parts.method, url);
    let request = request.headers(parts.headers).body(body);
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let mut forwarded = Response::new(Body::from(response.bytes().await.unwrap()));
    *forwarded.status_mut() = status;
    *forwarded.headers_mut() = headers;
    forwarded
}
