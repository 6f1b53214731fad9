//! The page's own paths: its files, what it draws, what its people do, and word of every change.

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
use super::screen::Place;

#[derive(RustEmbed)]
#[folder = "src/sandbox/page/"]
struct Files;

/// Several changes within this time are told as one.
const TOGETHER: Duration = Duration::from_millis(50);
/// How often a quiet stream says that it is still there.
const STILL_THERE: Duration = Duration::from_secs(15);

/// Gives the routes of the page.
pub(super) fn routes() -> Router<Sandbox> {
    Router::new()
        .route("/", get(|| async { file("index.html") }))
        .route("/assets/{*path}", get(asset))
        .route("/archives/{channel}", get(archive))
        .route("/archives/{channel}/{message}", get(message))
        .route("/sandbox/changes", get(changes))
        .route("/sandbox/screen", get(screen))
        .route("/sandbox/do", post(act))
}

/// What the page asks for.
#[derive(Deserialize)]
struct Asked {
    r#as: Option<String>,
    channel: Option<String>,
    thread: Option<String>,
}

async fn screen(State(sandbox): State<Sandbox>, Query(asked): Query<Asked>) -> Json<Value> {
    let place = Place {
        who: asked.r#as.as_deref(),
        channel: asked.channel.as_deref(),
        thread: asked.thread.as_deref(),
    };
    Json(sandbox.screen(&place))
}

async fn act(State(sandbox): State<Sandbox>, Json(wanted): Json<Value>) -> Json<Value> {
    Json(match page_actions::act(&sandbox, &wanted).await {
        Ok(mut answer) => {
            answer["ok"] = json!(true);
            answer
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
        tokio::time::sleep(TOGETHER).await;
        let n = *news.borrow_and_update();
        let event = Event::default()
            .event("change")
            .data(json!({"n": n}).to_string());
        Some((Ok(event), (news, stopping)))
    });
    Sse::new(stream).keep_alive(KeepAlive::new().interval(STILL_THERE).text("still here"))
}

async fn asset(Path(path): Path<String>) -> Response {
    file(&path)
}

/// Leads from a channel's address to the page.
async fn archive(Path(channel): Path<String>) -> Redirect {
    Redirect::to(&format!("/#channel={channel}"))
}

/// Leads from a message's address, `p` and the digits of its `ts`, to the page.
async fn message(
    Path((channel, message)): Path<(String, String)>,
    Query(asked): Query<Link>,
) -> Redirect {
    let digits = message.trim_start_matches('p');
    let split = digits.len().saturating_sub(6);
    let (seconds, micros) = digits.split_at_checked(split).unwrap_or((digits, ""));
    let thread = asked
        .thread_ts
        .map_or_else(String::new, |ts| format!("&thread={ts}"));
    Redirect::to(&format!(
        "/#channel={channel}{thread}&message={seconds}.{micros}"
    ))
}

/// What stands behind a message's address.
#[derive(Deserialize)]
struct Link {
    thread_ts: Option<String>,
}

fn file(path: &str) -> Response {
    let Some(file) = Files::get(path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let headers = [
        (header::CONTENT_TYPE, kind.to_string()),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    (headers, Body::from(file.data.into_owned())).into_response()
}
