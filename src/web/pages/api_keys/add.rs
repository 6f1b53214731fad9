//! The form that creates a key. It displays the new key before it is stored, so that the secret cannot be lost, and
//! sending the form again creates nothing.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};

use crate::domain::api_key::{KeyIdentity, LONGEST_KEY_NAME, Scope, Scopes};
use crate::error::Error;
use crate::secret::Secret;
use crate::store::{AddApiKey, ApiCredentials, new_api_credentials};
use crate::web::access::AdminSession;
use crate::web::form::{Form, new_key};
use crate::web::layout::{Layout, PageResult, Section, page_with_status};
use crate::web::pages::api_keys::PATH;
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

pub(super) fn add_routes(routes: Routes) -> Routes {
    routes
        .get(Access::Admin, "/settings/api-keys/new", show)
        .post(Access::Admin, PATH, add)
}

#[derive(Template)]
#[template(path = "api_key_add.html", config = "src/web/askama.toml")]
struct AddTemplate {
    layout: Layout,
    name: String,
    /// The scopes with whether each is ticked.
    scopes: Vec<(Scope, bool)>,
    acts_as_muster: bool,
    /// The name of the admin.
    user: String,
    credentials: ApiCredentials,
    /// Both halves in one text.
    token: String,
    key: String,
    error: Option<String>,
}

impl AddTemplate {
    fn new(signed_in: &SignedIn, credentials: ApiCredentials, scopes: &Scopes) -> Self {
        Self {
            layout: signed_in.layout(Section::Settings),
            name: String::new(),
            scopes: Scope::ALL
                .map(|scope| (scope, scopes.contains(scope)))
                .to_vec(),
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
    let read_only = Scopes::from_iter([Scope::Read]);
    let template = AddTemplate::new(&signed_in, new_api_credentials(), &read_only);
    page_with_status(StatusCode::OK, &template)
}

async fn add(AdminSession(signed_in): AdminSession, form: Form) -> PageResult {
    let scopes = form.values("scope").filter_map(|name| name.parse().ok());
    let credentials = ApiCredentials {
        key_id: form.value("key_id").to_owned(),
        secret: Secret::new(form.value("secret")),
    };
    let request = AddApiKey {
        name: form.value("name").to_owned(),
        key_id: credentials.key_id.clone(),
        secret: credentials.secret.clone(),
        scopes: scopes.collect(),
        identity: match form.value("acts_as") {
            "muster" => KeyIdentity::Muster,
            _ => KeyIdentity::User(signed_in.user.id.clone()),
        },
        created_by: Some(signed_in.user.id.clone()),
    };
    let key = form.key(&signed_in.user.id)?;
    let adding = signed_in
        .store()
        .add_api_key(key, request.clone(), signed_in.now);
    match adding.await {
        Ok(()) => {
            tracing::info!(user = %signed_in.user.id, "Created the API key {}", request.name);
            let mut query = form_urlencoded::Serializer::new(String::new());
            let query = query.append_pair("created", &request.name).finish();
            Ok(Redirect::to(&format!("{PATH}?{query}")).into_response())
        }
        Err(Error::Rejected(reason)) => {
            let template = AddTemplate {
                acts_as_muster: request.identity == KeyIdentity::Muster,
                name: request.name,
                error: Some(reason),
                ..AddTemplate::new(&signed_in, credentials, &request.scopes)
            };
            page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &template)
        }
        Err(other) => Err(other.into()),
    }
}
