//! The page that asks before a key is revoked, and its form.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;

use crate::domain::api_key::ApiKey;
use crate::error::Error;
use crate::web::access::{AdminSession, MemberSession};
use crate::web::error_page::ErrorPage;
use crate::web::form::{Form, new_key};
use crate::web::layout::{Layout, PageResult, page_with_status};
use crate::web::pages::api_keys::{KeyPage, identity_name};
use crate::web::parts::Time;
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

const REVOKE: &str = "/settings/api-keys/{id}/revoke";

const REVOKE_OWN: &str = "/me/api-keys/{id}/revoke";

pub(super) fn add_routes(routes: Routes) -> Routes {
    routes
        .get(Access::Admin, REVOKE, show)
        .post(Access::Admin, REVOKE, submit)
        .get(Access::Member, REVOKE_OWN, show_own)
        .post(Access::Member, REVOKE_OWN, submit_own)
}

#[derive(Template)]
#[template(path = "api_key_revoke.html", config = "src/web/askama.toml")]
struct RevokeTemplate {
    layout: Layout,
    page: KeyPage,
    id: i64,
    name: String,
    scopes: String,
    acts_as: String,
    last_used: Option<Time>,
    key: String,
}

async fn show(AdminSession(signed_in): AdminSession, Path(id): Path<String>) -> PageResult {
    question(&signed_in, KeyPage::Settings, &id).await
}

async fn show_own(MemberSession(signed_in): MemberSession, Path(id): Path<String>) -> PageResult {
    question(&signed_in, KeyPage::Profile, &id).await
}

async fn question(signed_in: &SignedIn, page: KeyPage, id: &str) -> PageResult {
    let key = find(signed_in, page, id).await?;
    let user = key.identity.user().cloned().into_iter().collect();
    let names = signed_in.store().user_names(user).await?;
    let template = RevokeTemplate {
        layout: signed_in.layout(page.section()),
        page,
        id: key.id,
        name: key.name,
        scopes: key.scopes.to_string(),
        acts_as: identity_name(&key.identity, &names),
        last_used: key.last_used_at.map(|at| signed_in.time(at)),
        key: new_key(),
    };
    page_with_status(StatusCode::OK, &template)
}

async fn submit(
    AdminSession(signed_in): AdminSession,
    Path(id): Path<String>,
    form: Form,
) -> PageResult {
    let key = find(&signed_in, KeyPage::Settings, &id).await?;
    revoke(&signed_in, KeyPage::Settings, &key, &form).await
}

async fn submit_own(
    MemberSession(signed_in): MemberSession,
    Path(id): Path<String>,
    form: Form,
) -> PageResult {
    let key = find(&signed_in, KeyPage::Profile, &id).await?;
    revoke(&signed_in, KeyPage::Profile, &key, &form).await
}

async fn revoke(signed_in: &SignedIn, page: KeyPage, key: &ApiKey, form: &Form) -> PageResult {
    let form_key = form.key(&signed_in.user.id)?;
    let revoking = signed_in
        .store()
        .revoke_api_key(form_key, key.id, signed_in.now);
    let key = revoking.await?;
    tracing::info!(user = %signed_in.user.id, "Revoked the API key {}", key.name);
    Ok(page.list_page("revoked", &key.name))
}

/// Returns the key of a path. On the profile, a key of another user does not exist.
async fn find(signed_in: &SignedIn, page: KeyPage, id: &str) -> Result<ApiKey, ErrorPage> {
    let id: i64 = id.parse().map_err(|_| Error::NotFound("key"))?;
    let keys = signed_in.store().api_keys().await?;
    let is_manageable = |key: &ApiKey| match page {
        KeyPage::Settings => true,
        KeyPage::Profile => key.identity.user() == Some(&signed_in.user.id),
    };
    let mut keys = keys.into_iter().filter(is_manageable);
    let key = keys.find(|key| key.id == id);
    Ok(key.ok_or(Error::NotFound("key"))?)
}
