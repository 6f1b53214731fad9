//! `/settings/api-keys`: the keys of the HTTP API. Only admins create and revoke them. A key that an admin creates
//! here acts as the admin or as Muster, never as another user: the admin would see that user's private incidents.

mod add;
mod revoke;

use askama::Template;
use axum::extract::Query;
use serde::Deserialize;

use crate::domain::UserNames;
use crate::domain::api_key::{ApiKey, KeyIdentity};
use crate::web::access::AdminSession;
use crate::web::layout::{Layout, PageResult, Section, page};
use crate::web::parts::Time;
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

const PATH: &str = "/settings/api-keys";

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

struct KeyRow {
    id: i64,
    name: String,
    key_id: String,
    scopes: String,
    /// The name of the user or of Muster.
    acts_as: String,
    created: Time,
    created_by: String,
    last_used: Option<Time>,
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
