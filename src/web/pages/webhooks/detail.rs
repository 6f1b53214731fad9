//! The page of a webhook: its state, its forms and its delivery log.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use serde::Deserialize;

use crate::domain::notification::TargetState;
use crate::domain::webhook::WebhookKind;
use crate::store::{LoggedTarget, WebhookAccess};
use crate::web::access::AdminSession;
use crate::web::form::new_key;
use crate::web::layout::{Layout, PageResult, Section, page_with_status};
use crate::web::pages::actions::{Action, Buttons, StatusAction};
use crate::web::pages::incident::incident_path;
use crate::web::pages::webhooks::{find, webhook_path};
use crate::web::parts::{ActionButton, Time};
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

/// How many deliveries the log lists.
const LOG_LENGTH: i64 = 50;

pub(super) fn add_routes(routes: Routes) -> Routes {
    routes.get(Access::Admin, "/settings/webhooks/{id}", show)
}

#[derive(Template)]
#[template(path = "webhook.html", config = "src/web/askama.toml")]
struct WebhookTemplate {
    layout: Layout,
    id: i64,
    name: String,
    kind: WebhookKind,
    handle: String,
    url: String,
    created: Time,
    /// Until when the secret before the rotation signs too.
    rotation_ends: Option<Time>,
    /// When and why it was switched off.
    off: Option<(Time, String)>,
    log: Vec<LogRow>,
    key: String,
    /// The confirmation of the last form.
    done: Option<String>,
    /// Why the test failed.
    error: Option<String>,
}

struct LogRow {
    time: Time,
    incident: String,
    path: String,
    subject: String,
    state: &'static str,
    detail: String,
    retry: Option<ActionButton>,
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
    let access = find(&signed_in, &id).await?;
    let done = match (outcome.saved.as_str(), access.webhook.kind) {
        ("on", _) => Some("Switched on."),
        ("off", _) => Some("Switched off."),
        ("rotated", WebhookKind::Webhook) => Some(
            "Secret rotated. Both secrets sign for a day, so that the receiver can change over.",
        ),
        ("rotated", WebhookKind::PagerDuty) => Some("Integration key replaced."),
        ("retry-delivery", _) => Some("Muster tries again."),
        _ => None,
    };
    let template = WebhookTemplate {
        done: done.map(str::to_owned),
        ..load(&signed_in, &access).await?
    };
    page_with_status(StatusCode::OK, &template)
}

/// Renders the page after a test.
pub(super) async fn show_tested(
    signed_in: &SignedIn,
    access: &WebhookAccess,
    result: &Result<String, String>,
) -> PageResult {
    let template = WebhookTemplate {
        done: result
            .as_ref()
            .ok()
            .map(|response| format!("Test sent. {response}")),
        error: result
            .as_ref()
            .err()
            .map(|error| format!("The test failed. {error}")),
        ..load(signed_in, access).await?
    };
    page_with_status(StatusCode::OK, &template)
}

async fn load(
    signed_in: &SignedIn,
    access: &WebhookAccess,
) -> crate::error::Result<WebhookTemplate> {
    let webhook = &access.webhook;
    let destination = webhook.kind.destination(&webhook.name);
    let viewer = signed_in.viewer.clone();
    let log = signed_in
        .store()
        .webhook_log(viewer, destination, LOG_LENGTH);
    let log = log.await?;
    let until = webhook.previous_secret_until;
    let until = until.filter(|until| *until > signed_in.now);
    let off = webhook.switched_off.as_ref();
    let row = |target| log_row(signed_in, webhook.id, target);
    Ok(WebhookTemplate {
        layout: signed_in.layout(Section::Settings),
        id: webhook.id,
        name: webhook.name.clone(),
        kind: webhook.kind,
        handle: webhook.recipient().to_string(),
        url: webhook.displayed_url(),
        created: signed_in.time(webhook.created_at),
        rotation_ends: until.map(|until| signed_in.time(until)),
        off: off.map(|off| (signed_in.time(off.at), off.reason.clone())),
        log: log.iter().map(row).collect(),
        key: new_key(),
        done: None,
        error: None,
    })
}

fn log_row(signed_in: &SignedIn, webhook: i64, target: &LoggedTarget) -> LogRow {
    let LoggedTarget {
        incident,
        subject,
        outcome,
    } = target;
    let buttons = Buttons {
        incident,
        back: webhook_path(webhook),
    };
    let retry = |delivery| {
        let action = Action::Status(StatusAction::RetryDelivery);
        buttons.button(action, delivery, "Try again", subject)
    };
    LogRow {
        time: signed_in.time(outcome.at),
        incident: incident.id.to_string(),
        path: format!("{}/notifications", incident_path(incident.id)),
        subject: subject.clone(),
        state: match outcome.state {
            TargetState::Waiting => "Waiting",
            TargetState::Sent => "Sent",
            TargetState::Uncertain => "Uncertain",
            TargetState::Failed => "Failed",
            TargetState::Skipped => "Skipped",
            TargetState::Unsubscribed => "Unsubscribed",
        },
        detail: outcome.detail.clone(),
        retry: outcome.delivery_id.map(retry),
    }
}
