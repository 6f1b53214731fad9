//! The page that asks before a source is revoked, and its form.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;

use crate::store::SourceAction;
use crate::web::access::AdminSession;
use crate::web::form::{Form, new_key};
use crate::web::layout::{Layout, PageResult, Section, page_with_status};
use crate::web::pages::alert_sources::{PATH, find, redirect};
use crate::web::parts::Time;
use crate::web::routes::{Access, Routes};

const REVOKE: &str = "/settings/alert-sources/{id}/revoke";

pub(super) fn add_routes(routes: Routes) -> Routes {
    routes
        .get(Access::Admin, REVOKE, show)
        .post(Access::Admin, REVOKE, revoke)
}

#[derive(Template)]
#[template(path = "alert_source_revoke.html", config = "src/web/askama.toml")]
struct RevokeTemplate {
    layout: Layout,
    id: i64,
    name: String,
    kind: &'static str,
    last_received: Option<Time>,
    key: String,
}

async fn show(AdminSession(signed_in): AdminSession, Path(id): Path<String>) -> PageResult {
    let source = find(&signed_in, &id).await?;
    let template = RevokeTemplate {
        layout: signed_in.layout(Section::Settings),
        id: source.identity.id,
        name: source.identity.name,
        kind: source.identity.kind.label(),
        last_received: source.last_received_at.map(|at| signed_in.time(at)),
        key: new_key(),
    };
    page_with_status(StatusCode::OK, &template)
}

async fn revoke(
    AdminSession(signed_in): AdminSession,
    Path(id): Path<String>,
    form: Form,
) -> PageResult {
    let id = find(&signed_in, &id).await?.identity.id;
    let key = form.key(&signed_in.user.id)?;
    let (store, now) = (signed_in.store(), signed_in.now);
    let revoking = store.change_alert_source(key, id, SourceAction::Revoke, now);
    let name = revoking.await?.identity.name;
    tracing::info!(user = %signed_in.user.id, "Revoked the source of alerts {name}");
    Ok(redirect(PATH, ("revoked", &name)))
}
