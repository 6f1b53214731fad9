//! The form that adds a webhook. It displays the new secret before it is stored, so that the secret cannot be
//! lost, and sending the form again adds nothing.

use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;

use crate::domain::webhook::{LONGEST_WEBHOOK_NAME, WebhookKind};
use crate::error::Error;
use crate::secret::Secret;
use crate::store::AddWebhook;
use crate::web::access::AdminSession;
use crate::web::form::{Form, new_key};
use crate::web::layout::{Layout, PageResult, Section, page_with_status};
use crate::web::pages::webhooks::PATH;
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;
use crate::webhooks::{check_secret, check_url, new_secret};

/// The length of a routing key of PagerDuty.
const ROUTING_KEY_LENGTH: usize = 32;

pub(super) fn add_routes(routes: Routes) -> Routes {
    routes
        .get(Access::Admin, "/settings/webhooks/new", show)
        .post(Access::Admin, PATH, add)
}

#[derive(Template)]
#[template(path = "webhook_add.html", config = "src/web/askama.toml")]
struct AddTemplate {
    layout: Layout,
    kind: WebhookKind,
    name: String,
    url: String,
    /// The secret of a webhook; empty for PagerDuty.
    secret: Secret,
    key: String,
    error: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Request {
    kind: String,
}

async fn show(AdminSession(signed_in): AdminSession, Query(request): Query<Request>) -> PageResult {
    let kind = request.kind.parse().unwrap_or(WebhookKind::Webhook);
    let template = AddTemplate {
        layout: signed_in.layout(Section::Settings),
        kind,
        name: String::new(),
        url: String::new(),
        secret: match kind {
            WebhookKind::Webhook => new_secret(),
            WebhookKind::PagerDuty => Secret::new(""),
        },
        key: new_key(),
        error: None,
    };
    page_with_status(StatusCode::OK, &template)
}

async fn add(AdminSession(signed_in): AdminSession, form: Form) -> PageResult {
    let request = AddWebhook {
        name: form.value("name").to_owned(),
        kind: form.value("kind").parse().unwrap_or(WebhookKind::Webhook),
        url: form.value("url").to_owned(),
        secret: Secret::new(form.value("secret")),
    };
    match store(&signed_in, &form, &request).await {
        Ok(()) => {
            tracing::info!(user = %signed_in.user.id, "Added the {} {}", request.kind.as_str(), request.name);
            let path = format!("{PATH}?added={}", request.name);
            Ok(Redirect::to(&path).into_response())
        }
        Err(Error::Rejected(reason)) => {
            let template = AddTemplate {
                layout: signed_in.layout(Section::Settings),
                kind: request.kind,
                name: request.name,
                url: request.url,
                secret: match request.kind {
                    WebhookKind::Webhook => request.secret,
                    WebhookKind::PagerDuty => Secret::new(""),
                },
                key: new_key(),
                error: Some(reason),
            };
            page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &template)
        }
        Err(other) => Err(other.into()),
    }
}

async fn store(signed_in: &SignedIn, form: &Form, request: &AddWebhook) -> Result<(), Error> {
    let key = form.key(&signed_in.user.id)?;
    check_request_secret(request.kind, &request.secret).map_err(Error::Rejected)?;
    if request.kind == WebhookKind::Webhook {
        check_url(&request.url).await.map_err(Error::Rejected)?;
    }
    let (store, request) = (signed_in.store(), request.clone());
    store.add_webhook(key, request, signed_in.now).await
}

/// Checks a secret or a routing key.
pub(super) fn check_request_secret(kind: WebhookKind, secret: &Secret) -> Result<(), String> {
    let secret = secret.reveal();
    match kind {
        WebhookKind::Webhook => check_secret(secret),
        WebhookKind::PagerDuty => {
            let is_key = secret.len() == ROUTING_KEY_LENGTH
                && secret.bytes().all(|byte| byte.is_ascii_alphanumeric());
            match is_key {
                true => Ok(()),
                false => Err(
                    "An integration key has 32 letters and digits. In PagerDuty: the service, \
                     Integrations, Events API V2."
                        .to_owned(),
                ),
            }
        }
    }
}
