//! The bodies of a mail, for frames of the page. They can run nothing and load nothing.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::Mail;
use crate::Sandbox;

/// The policy of a body, which needs its own styles only.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups \
                      allow-popups-to-escape-sandbox; frame-ancestors 'self'";

/// Makes links leave the frame.
const BASE: &str = "<head><base target=\"_blank\">";

/// Returns the routes of the mailbox.
pub(crate) fn routes() -> Router<Sandbox> {
    Router::new()
        .route("/sandbox/mail/{id}/html", get(html))
        .route("/sandbox/mail/{id}/text", get(text))
        .route("/sandbox/mail/{id}/source", get(source))
}

async fn html(State(sandbox): State<Sandbox>, Path(id): Path<u64>) -> Response {
    let body = |mail: &Mail| mail.html().replacen("<head>", BASE, 1);
    respond(&sandbox, id, "text/html; charset=utf-8", body)
}

async fn text(State(sandbox): State<Sandbox>, Path(id): Path<u64>) -> Response {
    respond(&sandbox, id, "text/plain; charset=utf-8", Mail::text)
}

async fn source(State(sandbox): State<Sandbox>, Path(id): Path<u64>) -> Response {
    let body = |mail: &Mail| mail.content.clone();
    respond(&sandbox, id, "text/plain; charset=utf-8", body)
}

fn respond(
    sandbox: &Sandbox,
    id: u64,
    content_type: &'static str,
    body: impl Fn(&Mail) -> String,
) -> Response {
    let mails = sandbox.mails();
    let Some(mail) = mails.iter().find(|mail| mail.id == id) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, body(mail)).into_response()
}
