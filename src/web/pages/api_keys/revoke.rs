//! The page that asks before a key is revoked, and its form.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};

use crate::domain::api_key::ApiKey;
use crate::error::Error;
use crate::web::access::AdminSession;
use crate::web::error_page::ErrorPage;
use crate::web::form::{Form, new_key};
use crate::web::layout::{Layout, PageResult, Section, page_with_status};
use crate::web::pages::api_keys::{PATH, identity_name};
use crate::web::parts::Time;
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

const REVOKE: &str = "/settings/api-keys/{id}/revoke";

pub(super) fn add_routes(routes: Routes) -> Routes {
    routes
        .get(Access::Admin, REVOKE, show)
        .post(Access::Admin, REVOKE, revoke)
}

#[derive(Template)]
#[template(path = "api_key_revoke.html", config = "src/web/askama.toml")]
struct RevokeTemplate {
    layout: Layout,
    id: i64,
    name: String,
    scopes: String,
    acts_as: String,
    last_used: Option<Time>,
    key: String,
}

async fn show(AdminSession(signed_in): AdminSession, Path(id): Path<String>) -> PageResult {
    let key = find(&signed_in, &id).await?;
    let user = key.identity.user().cloned().into_iter().collect();
    let names = signed_in.store().user_names(user).await?;
    let template = RevokeTemplate {
        layout: signed_in.layout(Section::Settings),
        id: key.id,
        name: key.name,
        scopes: key.scopes.to_string(),
        acts_as: identity_name(&key.identity, &names),
        last_used: key.last_used_at.map(|at| signed_in.time(at)),
        key: new_key(),
    };
    page_with_status(StatusCode::OK, &template)
}

async fn revoke(
    AdminSession(signed_in): AdminSession,
    Path(id): Path<String>,
    form: Form,
) -> PageResult {
    let id = find(&signed_in, &id).await?.id;
    let form_key = form.key(&signed_in.user.id)?;
    let revoking = signed_in
        .store()
        .revoke_api_key(form_key, id, signed_in.now);
    let key = revoking.await?;
    tracing::info!(user = %signed_in.user.id, "Revoked the API key {}", key.name);
    let mut query = form_urlencoded::Serializer::new(String::new());
    let query = query.append_pair("revoked", &key.name).finish();
    Ok(Redirect::to(&format!("{PATH}?{query}")).into_response())
}

/// Returns the key of a path.
async fn find(signed_in: &SignedIn, id: &str) -> Result<ApiKey, ErrorPage> {
    let id: i64 = id.parse().map_err(|_| Error::NotFound("key"))?;
    let keys = signed_in.store().api_keys().await?;
    let key = keys.into_iter().find(|key| key.id == id);
    Ok(key.ok_or(Error::NotFound("key"))?)
}
