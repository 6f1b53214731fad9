//! `/settings/webhooks`: outgoing webhooks and PagerDuty services. Only admins see them: an address may be a
//! secret itself.

mod add;
mod change;
mod detail;

use askama::Template;
use axum::extract::Query;
use serde::Deserialize;

use crate::domain::webhook::Webhook;
use crate::error::Error;
use crate::store::WebhookAccess;
use crate::web::access::AdminSession;
use crate::web::error_page::ErrorPage;
use crate::web::layout::{Layout, PageResult, Section, page};
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

const PATH: &str = "/settings/webhooks";

pub(crate) fn add_routes(routes: Routes) -> Routes {
    let routes = routes.get(Access::Admin, PATH, show);
    let routes = add::add_routes(routes);
    let routes = detail::add_routes(routes);
    change::add_routes(routes)
}

#[derive(Template)]
#[template(path = "webhooks.html", config = "src/web/askama.toml")]
struct WebhooksTemplate {
    layout: Layout,
    rows: Vec<WebhookRow>,
    /// The name of a webhook that was just added or removed, with what was done.
    done: Option<String>,
}

struct WebhookRow {
    id: i64,
    name: String,
    kind: &'static str,
    handle: String,
    url: String,
    is_on: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Outcome {
    added: String,
    removed: String,
}

impl WebhookRow {
    fn new(webhook: &Webhook) -> Self {
        Self {
            id: webhook.id,
            name: webhook.name.clone(),
            kind: webhook.kind.label(),
            handle: webhook.recipient().to_string(),
            url: webhook.displayed_url(),
            is_on: webhook.switched_off.is_none(),
        }
    }
}

async fn show(AdminSession(signed_in): AdminSession, Query(outcome): Query<Outcome>) -> PageResult {
    let webhooks = signed_in.store().webhooks().await?;
    let done = match (outcome.added.as_str(), outcome.removed.as_str()) {
        ("", "") => None,
        ("", removed) => Some(format!("Removed {removed}.")),
        (added, _) => Some(format!("Added {added}.")),
    };
    page(&WebhooksTemplate {
        layout: signed_in.layout(Section::Settings),
        rows: webhooks.iter().map(WebhookRow::new).collect(),
        done,
    })
}

/// Returns the path of a webhook's page.
fn webhook_path(id: i64) -> String {
    format!("{PATH}/{id}")
}

/// Returns the webhook of a path.
async fn find(signed_in: &SignedIn, id: &str) -> Result<WebhookAccess, ErrorPage> {
    let id = id.parse().map_err(|_| Error::NotFound("webhook"))?;
    let access = signed_in.store().webhook_access(id).await?;
    Ok(access.ok_or(Error::NotFound("webhook"))?)
}
