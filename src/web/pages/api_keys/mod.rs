//! The keys of the HTTP API. On `/settings/api-keys`, admins list all keys, revoke them, and create keys that act as
//! themselves or as Muster, never as another user: the admin would see that user's private incidents. On `/me`, members
//! manage the keys that act as themselves, which can't change settings.

mod add;
mod own;
mod revoke;

pub(crate) use own::OwnKeys;

use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::domain::UserNames;
use crate::domain::api_key::{ApiKey, KeyIdentity, OWN_KEY_SCOPES, Scope};
use crate::web::access::AdminSession;
use crate::web::layout::{Layout, PageResult, Section, page};
use crate::web::parts::Time;
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

const PATH: &str = "/settings/api-keys";

/// The path of the keys of a member.
const OWN_PATH: &str = "/me/api-keys";

/// The page that a form of a key belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KeyPage {
    /// The page with all keys.
    Settings,
    /// The profile of a member.
    Profile,
}

impl KeyPage {
    /// Returns the start of the paths of its forms.
    fn path(self) -> &'static str {
        match self {
            Self::Settings => PATH,
            Self::Profile => OWN_PATH,
        }
    }

    /// Returns the address of its list.
    fn list(self) -> &'static str {
        match self {
            Self::Settings => PATH,
            Self::Profile => "/me#api-keys",
        }
    }

    /// Returns its section of the pages.
    fn section(self) -> Section {
        match self {
            Self::Settings => Section::Settings,
            Self::Profile => Section::Profile,
        }
    }

    /// Returns the scopes that a new key can have.
    fn scopes(self) -> &'static [Scope] {
        match self {
            Self::Settings => &Scope::ALL,
            Self::Profile => &OWN_KEY_SCOPES,
        }
    }

    /// Returns the response that leads to the list after a change; `outcome` is the parameter with the name of the key.
    fn list_page(self, outcome: &str, name: &str) -> Response {
        let address = match self {
            Self::Settings => {
                let mut query = form_urlencoded::Serializer::new(String::new());
                format!("{PATH}?{}", query.append_pair(outcome, name).finish())
            }
            Self::Profile => self.list().to_owned(),
        };
        Redirect::to(&address).into_response()
    }
}

pub(crate) fn add_routes(routes: Routes) -> Routes {
    let routes = routes.get(Access::Admin, PATH, show);
    let routes = add::add_routes(routes);
    revoke::add_routes(routes)
}

#[derive(Template)]
#[template(path = "api_keys.html", config = "src/web/askama.toml")]
struct ApiKeysTemplate {
    layout: Layout,
    valid: Vec<KeyRow>,
    revoked: Vec<KeyRow>,
    /// The confirmation of the last form.
    done: Option<String>,
}

/// A key in a list.
pub(crate) struct KeyRow {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) key_id: String,
    pub(crate) scopes: String,
    /// The name of the user or of Muster.
    acts_as: String,
    pub(crate) created: Time,
    pub(crate) created_by: String,
    pub(crate) last_used: Option<Time>,
    revoked: Option<Time>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Outcome {
    created: String,
    revoked: String,
}

async fn show(AdminSession(signed_in): AdminSession, Query(outcome): Query<Outcome>) -> PageResult {
    let keys = signed_in.store().api_keys().await?;
    let users = keys.iter().flat_map(|key| key.identity.user());
    let creators = keys.iter().flat_map(|key| &key.created_by);
    let users = users.chain(creators).cloned().collect();
    let names = signed_in.store().user_names(users).await?;
    let row = |key| KeyRow::new(key, &names, &signed_in);
    let (valid, revoked) = keys
        .iter()
        .map(row)
        .partition(|row: &KeyRow| row.revoked.is_none());
    let done = match (outcome.created.as_str(), outcome.revoked.as_str()) {
        ("", "") => None,
        ("", revoked) => Some(format!("Revoked {revoked}.")),
        (created, _) => Some(format!("Created {created}.")),
    };
    page(&ApiKeysTemplate {
        layout: signed_in.layout(Section::Settings),
        valid,
        revoked,
        done,
    })
}

impl KeyRow {
    fn new(key: &ApiKey, names: &UserNames, signed_in: &SignedIn) -> Self {
        let creator = key.created_by.as_ref();
        Self {
            id: key.id,
            name: key.name.clone(),
            key_id: key.key_id.clone(),
            scopes: key.scopes.to_string(),
            acts_as: identity_name(&key.identity, names),
            created: signed_in.time(key.created_at),
            created_by: creator
                .map_or("the operator", |it| names.get(it).unwrap_or(it.as_str()))
                .to_owned(),
            last_used: key.last_used_at.map(|at| signed_in.time(at)),
            revoked: key.revoked_at.map(|at| signed_in.time(at)),
        }
    }
}

/// Returns the name of the user on whose behalf a key acts, or of Muster.
fn identity_name(identity: &KeyIdentity, names: &UserNames) -> String {
    match identity {
        KeyIdentity::User(user) => names.get(user).unwrap_or(user.as_str()).to_owned(),
        KeyIdentity::Muster => "Muster".to_owned(),
    }
}
