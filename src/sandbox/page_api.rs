//! The HTTP API of the page: its files, its state, its actions, and the stream of changes.

use std::convert::Infallible;
use std::time::Duration;

use axum::Json;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use futures_util::Stream;
use futures_util::stream;
use rust_embed::RustEmbed;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Sandbox;
use super::page_actions;
use crate::page_state::PageSelection;

#[derive(RustEmbed)]
#[folder = "page/"]
struct PageFiles;

/// Changes within this time are sent as one event.
const CHANGE_DEBOUNCE: Duration = Duration::from_millis(50);
/// The keep-alive interval of an idle stream.
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(15);

/// Returns the routes of the page.
pub(super) fn routes() -> Router<Sandbox> {
    Router::new()
        .route("/", get(|| async { file("index.html") }))
        .route("/assets/{*path}", get(asset))
        .route("/archives/{channel}", get(redirect_to_channel))
        .route("/archives/{channel}/{message}", get(redirect_to_message))
        .route("/docs/{team}/{canvas}", get(redirect_to_canvas))
        .route("/sandbox/changes", get(changes))
        .route("/sandbox/screen", get(page_state))
        .route("/sandbox/do", post(perform_action))
}

/// The query of the page state.
#[derive(Deserialize)]
struct PageQuery {
    r#as: Option<String>,
    channel: Option<String>,
    thread: Option<String>,
}

async fn page_state(State(sandbox): State<Sandbox>, Query(query): Query<PageQuery>) -> Json<Value> {
    let selection = PageSelection {
        who: query.r#as.as_deref(),
        channel: query.channel.as_deref(),
        thread: query.thread.as_deref(),
    };
    Json(sandbox.page_state(&selection))
}

async fn perform_action(State(sandbox): State<Sandbox>, Json(action): Json<Value>) -> Json<Value> {
    Json(match page_actions::perform(&sandbox, &action).await {
        Ok(mut response) => {
            response["ok"] = json!(true);
            response
        }
        Err(sentence) => json!({"ok": false, "error": sentence}),
    })
}

async fn changes(
    State(sandbox): State<Sandbox>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let news = sandbox.shared.changes.subscribe();
    let stopping = sandbox.shared.stopping.clone();
    let stream = stream::unfold((news, stopping), |(mut news, stopping)| async move {
        tokio::select! {
            () = stopping.cancelled() => return None,
            changed = news.changed() => changed.ok()?,
        }
        tokio::time::sleep(CHANGE_DEBOUNCE).await;
        let n = *news.borrow_and_update();
        let event = Event::default()
            .event("change")
            .data(json!({"n": n}).to_string());
        Some((Ok(event), (news, stopping)))
    });
    Sse::new(stream).keep_alive(
        KeepAlive::new()
            .interval(KEEP_ALIVE_INTERVAL)
            .text("still here"),
    )
}

async fn asset(Path(path): Path<String>) -> Response {
    file(&path)
}

/// Redirects from a channel's URL to the page.
async fn redirect_to_channel(Path(channel): Path<String>) -> Redirect {
    Redirect::to(&format!("/#channel={channel}"))
}

/// Redirects from a permalink, `p` and the digits of the `ts`, to the page.
async fn redirect_to_message(
    Path((channel, message)): Path<(String, String)>,
    Query(query): Query<MessageQuery>,
) -> Redirect {
    let digits = message.trim_start_matches('p');
    let split = digits.len().saturating_sub(6);
    let (seconds, micros) = digits.split_at_checked(split).unwrap_or((digits, ""));
    let thread = query
        .thread_ts
        .map_or_else(String::new, |ts| format!("&thread={ts}"));
    Redirect::to(&format!(
        "/#channel={channel}{thread}&message={seconds}.{micros}"
    ))
}

/// Redirects from the URL of a canvas to the page.
async fn redirect_to_canvas(
    State(sandbox): State<Sandbox>,
    Path((_, canvas)): Path<(String, String)>,
) -> Redirect {
    let channel = sandbox
        .shared
        .with(|workspace| workspace.channel_of_canvas(&canvas));
    match channel {
        Some(channel) => Redirect::to(&format!("/#channel={channel}&tab={canvas}")),
        None => Redirect::to("/"),
    }
}

/// The query of a permalink.
#[derive(Deserialize)]
struct MessageQuery {
    thread_ts: Option<String>,
}

fn file(path: &str) -> Response {
    let Some(file) = PageFiles::get(path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let headers = [
        (header::CONTENT_TYPE, kind.to_string()),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    (headers, Body::from(file.data.into_owned())).into_response()
}
