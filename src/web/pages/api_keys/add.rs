//! The form that creates a key. It displays the new key before it is stored, so that the secret cannot be lost, and
//! sending the form again creates nothing.

use askama::Template;
use axum::http::StatusCode;

use crate::domain::api_key::{KeyIdentity, LONGEST_KEY_NAME, Scope, Scopes};
use crate::error::Error;
use crate::secret::Secret;
use crate::store::{AddApiKey, ApiCredentials, new_api_credentials};
use crate::web::access::{AdminSession, MemberSession};
use crate::web::form::{Form, new_key};
use crate::web::layout::{Layout, PageResult, page_with_status};
use crate::web::pages::api_keys::{KeyPage, OWN_PATH, PATH};
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

pub(super) fn add_routes(routes: Routes) -> Routes {
    routes
        .get(Access::Admin, "/settings/api-keys/new", show)
        .post(Access::Admin, PATH, submit)
        .get(Access::Member, "/me/api-keys/new", show_own)
        .post(Access::Member, OWN_PATH, submit_own)
}

#[derive(Template)]
#[template(path = "api_key_add.html", config = "src/web/askama.toml")]
struct AddTemplate {
    layout: Layout,
    page: KeyPage,
    name: String,
    /// The scopes with whether each is ticked.
    scopes: Vec<(Scope, bool)>,
    acts_as_muster: bool,
    /// The name of the user.
    user: String,
    credentials: ApiCredentials,
    /// Both halves in one text.
    token: String,
    key: String,
    error: Option<String>,
}

impl AddTemplate {
    fn new(
        signed_in: &SignedIn,
        page: KeyPage,
        credentials: ApiCredentials,
        scopes: &Scopes,
    ) -> Self {
        let offered = page.scopes().iter();
        Self {
            layout: signed_in.layout(page.section()),
            page,
            name: String::new(),
            scopes: offered
                .map(|scope| (*scope, scopes.contains(*scope)))
                .collect(),
            acts_as_muster: false,
            user: signed_in.user.name.clone(),
            token: credentials.bearer_token(),
            credentials,
            key: new_key(),
            error: None,
        }
    }
}

async fn show(AdminSession(signed_in): AdminSession) -> PageResult {
    form(&signed_in, KeyPage::Settings)
}

async fn show_own(MemberSession(signed_in): MemberSession) -> PageResult {
    form(&signed_in, KeyPage::Profile)
}

fn form(signed_in: &SignedIn, page: KeyPage) -> PageResult {
    let read_only = Scopes::from_iter([Scope::Read]);
    let template = AddTemplate::new(signed_in, page, new_api_credentials(), &read_only);
    page_with_status(StatusCode::OK, &template)
}

async fn submit(AdminSession(signed_in): AdminSession, form: Form) -> PageResult {
    add(&signed_in, KeyPage::Settings, &form).await
}

async fn submit_own(MemberSession(signed_in): MemberSession, form: Form) -> PageResult {
    add(&signed_in, KeyPage::Profile, &form).await
}

/// Reads the key of a form. On the profile, it acts as the user.
fn read(signed_in: &SignedIn, page: KeyPage, form: &Form) -> AddApiKey {
    let scopes = form.values("scope").filter_map(|name| name.parse().ok());
    AddApiKey {
        name: form.value("name").to_owned(),
        key_id: form.value("key_id").to_owned(),
        secret: Secret::new(form.value("secret")),
        scopes: scopes.collect(),
        identity: match (page, form.value("acts_as")) {
            (KeyPage::Settings, "muster") => KeyIdentity::Muster,
            (KeyPage::Settings | KeyPage::Profile, _) => {
                KeyIdentity::User(signed_in.user.id.clone())
            }
        },
        is_own: page == KeyPage::Profile,
        created_by: Some(signed_in.user.id.clone()),
    }
}

async fn add(signed_in: &SignedIn, page: KeyPage, form: &Form) -> PageResult {
    let request = read(signed_in, page, form);
    let key = form.key(&signed_in.user.id)?;
    let adding = signed_in
        .store()
        .add_api_key(key, request.clone(), signed_in.now);
    match adding.await {
        Ok(()) => {
            tracing::info!(user = %signed_in.user.id, "Created the API key {}", request.name);
            Ok(page.list_page("created", &request.name))
        }
        Err(Error::Rejected(reason)) => {
            let credentials = ApiCredentials {
                key_id: request.key_id,
                secret: request.secret,
            };
            let template = AddTemplate {
                acts_as_muster: request.identity == KeyIdentity::Muster,
                name: request.name,
                error: Some(reason),
                ..AddTemplate::new(signed_in, page, credentials, &request.scopes)
            };
            page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &template)
        }
        Err(other) => Err(other.into()),
    }
}
