//! The forms that rotate, switch, remove and test a webhook.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};

use crate::domain::webhook::{PagerDutyAction, WebhookKind, pagerduty_test_event, test_event};
use crate::error::Error;
use crate::secret::Secret;
use crate::store::{WebhookAccess, WebhookAction};
use crate::web::access::AdminSession;
use crate::web::error_page::ErrorPage;
use crate::web::form::{Form, new_key};
use crate::web::layout::{Layout, PageResult, Section, page_with_status};
use crate::web::pages::webhooks::add::check_request_secret;
use crate::web::pages::webhooks::{PATH, detail, find, webhook_path};
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;
use crate::webhooks::{SendError, WebhookEvent, WebhookResponse, new_secret};

const ROTATE: &str = "/settings/webhooks/{id}/rotate";

pub(super) fn add_routes(routes: Routes) -> Routes {
    routes
        .get(Access::Admin, ROTATE, show_rotation)
        .post(Access::Admin, ROTATE, rotate)
        .post(Access::Admin, "/settings/webhooks/{id}/switch", switch)
        .post(Access::Admin, "/settings/webhooks/{id}/remove", remove)
        .post(Access::Admin, "/settings/webhooks/{id}/test", test)
}

#[derive(Template)]
#[template(path = "webhook_rotate.html", config = "src/web/askama.toml")]
struct RotateTemplate {
    layout: Layout,
    id: i64,
    name: String,
    kind: WebhookKind,
    /// The new secret of a webhook; empty for PagerDuty.
    secret: Secret,
    key: String,
    error: Option<String>,
}

impl RotateTemplate {
    fn new(signed_in: &SignedIn, access: &WebhookAccess) -> Self {
        Self {
            layout: signed_in.layout(Section::Settings),
            id: access.webhook.id,
            name: access.webhook.name.clone(),
            kind: access.webhook.kind,
            secret: match access.webhook.kind {
                WebhookKind::Webhook => new_secret(),
                WebhookKind::PagerDuty => Secret::new(""),
            },
            key: new_key(),
            error: None,
        }
    }
}

async fn show_rotation(
    AdminSession(signed_in): AdminSession,
    Path(id): Path<String>,
) -> PageResult {
    let access = find(&signed_in, &id).await?;
    page_with_status(StatusCode::OK, &RotateTemplate::new(&signed_in, &access))
}

async fn rotate(
    AdminSession(signed_in): AdminSession,
    Path(id): Path<String>,
    form: Form,
) -> PageResult {
    let access = find(&signed_in, &id).await?;
    let secret = Secret::new(form.value("secret"));
    if let Err(reason) = check_request_secret(access.webhook.kind, &secret) {
        let template = RotateTemplate {
            error: Some(reason),
            ..RotateTemplate::new(&signed_in, &access)
        };
        return page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &template);
    }
    change(
        &signed_in,
        &form,
        access.webhook.id,
        WebhookAction::Rotate(secret),
    )
    .await?;
    Ok(Redirect::to(&format!(
        "{}?saved=rotated",
        webhook_path(access.webhook.id)
    ))
    .into_response())
}

async fn switch(
    AdminSession(signed_in): AdminSession,
    Path(id): Path<String>,
    form: Form,
) -> PageResult {
    let (action, outcome) = match form.value("to") {
        "on" => (WebhookAction::SwitchOn, "on"),
        _ => (WebhookAction::SwitchOff, "off"),
    };
    let id = id.parse().map_err(|_| Error::NotFound("webhook"))?;
    change(&signed_in, &form, id, action).await?;
    Ok(Redirect::to(&format!("{}?saved={outcome}", webhook_path(id))).into_response())
}

/// Removes a webhook. A repeated form is accepted although the webhook does not exist any more.
async fn remove(
    AdminSession(signed_in): AdminSession,
    Path(id): Path<String>,
    form: Form,
) -> PageResult {
    let id = id.parse().map_err(|_| Error::NotFound("webhook"))?;
    change(&signed_in, &form, id, WebhookAction::Remove).await?;
    Ok(Redirect::to(&format!("{PATH}?removed={}", form.value("name"))).into_response())
}

async fn change(
    signed_in: &SignedIn,
    form: &Form,
    id: i64,
    action: WebhookAction,
) -> Result<(), ErrorPage> {
    let key = form.key(&signed_in.user.id)?;
    let name = match &action {
        WebhookAction::Rotate(_) => "Rotated the secret of",
        WebhookAction::SwitchOn => "Switched on",
        WebhookAction::SwitchOff => "Switched off",
        WebhookAction::Remove => "Removed",
    };
    let changing = signed_in
        .store()
        .change_webhook(key, id, action, signed_in.now);
    changing.await?;
    tracing::info!(user = %signed_in.user.id, "{name} webhook {id}");
    Ok(())
}

/// Sends a test at once, not through the outbox: it belongs to no incident, and the admin waits for the answer.
async fn test(AdminSession(signed_in): AdminSession, Path(id): Path<String>) -> PageResult {
    let access = find(&signed_in, &id).await?;
    let result = match access.webhook.kind {
        WebhookKind::Webhook => test_webhook(&signed_in, &access).await,
        WebhookKind::PagerDuty => test_pagerduty(&signed_in, &access).await,
    };
    detail::show_tested(&signed_in, &access, &test_result(result)).await
}

async fn test_webhook(
    signed_in: &SignedIn,
    access: &WebhookAccess,
) -> Result<WebhookResponse, SendError> {
    let body = test_event(&access.webhook.name, signed_in.now).to_string();
    let event = WebhookEvent {
        id: &format!("msg_test_{}", new_key()),
        body: &body,
        now: signed_in.now,
    };
    signed_in.app.webhooks.send_event(access, &event).await
}

/// Triggers an alert, and resolves it.
async fn test_pagerduty(
    signed_in: &SignedIn,
    access: &WebhookAccess,
) -> Result<WebhookResponse, SendError> {
    let client = &signed_in.app.webhooks;
    let event = |action| pagerduty_test_event(signed_in.store().store_id(), action, signed_in.now);
    let trigger = event(PagerDutyAction::Trigger);
    let response = client.send_to_pagerduty(access, trigger).await?;
    if !(200..300).contains(&response.status) {
        return Ok(response);
    }
    let resolve = event(PagerDutyAction::Resolve);
    client.send_to_pagerduty(access, resolve).await
}

fn test_result(result: Result<WebhookResponse, SendError>) -> Result<String, String> {
    match result {
        Ok(response) if (200..300).contains(&response.status) => {
            Ok(format!("It answered {}.", response.summary()))
        }
        Ok(response) if (300..400).contains(&response.status) => Err(format!(
            "It redirects ({}), and redirects aren't followed. Enter the URL that it redirects to.",
            response.status
        )),
        Ok(response) => Err(format!("It answered {}.", response.summary())),
        Err(error) => Err(error.to_string()),
    }
}
