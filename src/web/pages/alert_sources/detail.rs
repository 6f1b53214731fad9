//! The page of a source: its state, subscriptions that wait for an admin, and its last bodies.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use serde::Deserialize;

use crate::domain::alert::{AlertSource, SourceKind};
use crate::store::{SnsConfirmation, StoredBody};
use crate::web::access::AdminSession;
use crate::web::form::new_key;
use crate::web::layout::{Layout, PageResult, Section, page_with_status};
use crate::web::pages::alert_sources::find;
use crate::web::parts::Time;
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

/// The number of bodies on the page.
const BODIES: u32 = 10;

/// How much of a body the page contains, in characters.
const LONGEST_BODY: usize = 4_000;

pub(super) fn add_routes(routes: Routes) -> Routes {
    routes.get(Access::Admin, "/settings/alert-sources/{id}", show)
}

#[derive(Template)]
#[template(path = "alert_source.html", config = "src/web/askama.toml")]
struct SourceTemplate {
    layout: Layout,
    id: i64,
    name: String,
    kind: SourceKind,
    /// How its requests are authenticated, besides the token.
    is_signed: bool,
    has_mapping: bool,
    topics: Vec<String>,
    accepts_raw_delivery: bool,
    created: Time,
    last_received: Option<Time>,
    revoked: Option<Time>,
    confirmations: Vec<ConfirmationRow>,
    bodies: Vec<BodyRow>,
    key: String,
    /// The confirmation of the last form.
    done: Option<String>,
    error: Option<String>,
}

struct ConfirmationRow {
    topic: String,
    received: Time,
    key: String,
}

struct BodyRow {
    number: i64,
    received: Time,
    is_accepted: bool,
    outcome: String,
    text: String,
    /// The size of the whole body, if the page contains only a part of it.
    whole_size: Option<u64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Outcome {
    saved: String,
}

async fn show(
    AdminSession(signed_in): AdminSession,
    Path(id): Path<String>,
    Query(outcome): Query<Outcome>,
) -> PageResult {
    let source = find(&signed_in, &id).await?;
    let done = match outcome.saved.as_str() {
        "mapping" => Some("Saved the mapping."),
        "secret" => Some("Saved the secret."),
        "confirmed" => Some("Confirmed the subscription."),
        "rejected" => Some("Removed the request."),
        _ => None,
    };
    let template = SourceTemplate {
        done: done.map(str::to_owned),
        ..load(&signed_in, &source).await?
    };
    page_with_status(StatusCode::OK, &template)
}

/// Renders the page with the reason why a form failed.
pub(super) async fn show_error(
    signed_in: &SignedIn,
    source: &AlertSource,
    reason: String,
) -> PageResult {
    let template = SourceTemplate {
        error: Some(reason),
        ..load(signed_in, source).await?
    };
    page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &template)
}

async fn load(signed_in: &SignedIn, source: &AlertSource) -> crate::error::Result<SourceTemplate> {
    let (store, id) = (signed_in.store(), source.identity.id);
    let confirmations = store.sns_confirmations(id).await?;
    let bodies = store.alert_bodies(id, BODIES).await?;
    let confirmation = |it: SnsConfirmation| ConfirmationRow {
        topic: it.topic,
        received: signed_in.time(it.received_at),
        key: new_key(),
    };
    Ok(SourceTemplate {
        layout: signed_in.layout(Section::Settings),
        id,
        name: source.identity.name.clone(),
        kind: source.identity.kind,
        is_signed: source.is_signed,
        has_mapping: source.mapping.is_some(),
        topics: source.topics.clone(),
        accepts_raw_delivery: source.accepts_raw_delivery,
        created: signed_in.time(source.created_at),
        last_received: source.last_received_at.map(|at| signed_in.time(at)),
        revoked: source.revoked_at.map(|at| signed_in.time(at)),
        confirmations: confirmations.into_iter().map(confirmation).collect(),
        bodies: bodies
            .iter()
            .map(|body| body_row(signed_in, body))
            .collect(),
        key: new_key(),
        done: None,
        error: None,
    })
}

fn body_row(signed_in: &SignedIn, body: &StoredBody) -> BodyRow {
    let text = String::from_utf8_lossy(&body.body);
    let displayed: String = text.chars().take(LONGEST_BODY).collect();
    let is_whole = u64::try_from(displayed.len()).is_ok_and(|length| length >= body.size);
    BodyRow {
        number: body.number,
        received: signed_in.time(body.received_at),
        is_accepted: body.outcome.is_accepted,
        outcome: body.outcome.sentence.clone(),
        text: displayed,
        whole_size: (!is_whole).then_some(body.size),
    }
}
