//! `/settings/alert-sources`: the sources of alerts, with the last bodies of each. Only admins see them.

mod add;
mod detail;
mod mapping;
mod revoke;
mod secret;
mod topics;

use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::domain::UserNames;
use crate::domain::alert::AlertSource;
use crate::error::Error;
use crate::web::access::AdminSession;
use crate::web::error_page::ErrorPage;
use crate::web::layout::{Layout, PageResult, Section, page};
use crate::web::parts::Time;
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

const PATH: &str = "/settings/alert-sources";

pub(crate) fn add_routes(routes: Routes) -> Routes {
    let routes = routes.get(Access::Admin, PATH, show);
    let routes = add::add_routes(routes);
    let routes = detail::add_routes(routes);
    let routes = mapping::add_routes(routes);
    let routes = secret::add_routes(routes);
    let routes = topics::add_routes(routes);
    revoke::add_routes(routes)
}

#[derive(Template)]
#[template(path = "alert_sources.html", config = "src/web/askama.toml")]
struct SourcesTemplate {
    layout: Layout,
    valid: Vec<SourceRow>,
    revoked: Vec<SourceRow>,
    /// The confirmation of the last form.
    done: Option<String>,
}

struct SourceRow {
    id: i64,
    name: String,
    kind: &'static str,
    is_signed: bool,
    created: Time,
    created_by: String,
    last_received: Option<Time>,
    revoked: Option<Time>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Outcome {
    added: String,
    revoked: String,
}

async fn show(AdminSession(signed_in): AdminSession, Query(outcome): Query<Outcome>) -> PageResult {
    let sources = signed_in.store().alert_sources().await?;
    let users = sources.iter().filter_map(|it| it.created_by.clone());
    let names = signed_in.store().user_names(users.collect()).await?;
    let row = |source| SourceRow::new(source, &names, &signed_in);
    let (valid, revoked) = sources
        .iter()
        .map(row)
        .partition(|row: &SourceRow| row.revoked.is_none());
    let done = match (outcome.added.as_str(), outcome.revoked.as_str()) {
        ("", "") => None,
        ("", revoked) => Some(format!("Revoked {revoked}.")),
        (added, _) => Some(format!("Added {added}.")),
    };
    page(&SourcesTemplate {
        layout: signed_in.layout(Section::Settings),
        valid,
        revoked,
        done,
    })
}

impl SourceRow {
    fn new(source: &AlertSource, names: &UserNames, signed_in: &SignedIn) -> Self {
        let creator = source.created_by.as_ref();
        Self {
            id: source.identity.id,
            name: source.identity.name.clone(),
            kind: source.identity.kind.label(),
            is_signed: source.is_signed,
            created: signed_in.time(source.created_at),
            created_by: creator
                .map_or("the operator", |it| names.get(it).unwrap_or(it.as_str()))
                .to_owned(),
            last_received: source.last_received_at.map(|at| signed_in.time(at)),
            revoked: source.revoked_at.map(|at| signed_in.time(at)),
        }
    }
}

/// Returns the path of the page of a source.
fn source_path(id: i64) -> String {
    format!("{PATH}/{id}")
}

/// Returns the source of a path.
async fn find(signed_in: &SignedIn, id: &str) -> Result<AlertSource, ErrorPage> {
    let id: i64 = id.parse().map_err(|_| Error::NotFound("source"))?;
    Ok(signed_in.store().alert_source(id).await?)
}

/// Redirects to a page with the confirmation of a form: a name and its value.
fn redirect(path: &str, confirmation: (&str, &str)) -> Response {
    let (name, value) = confirmation;
    let mut query = form_urlencoded::Serializer::new(String::new());
    let query = query.append_pair(name, value).finish();
    Redirect::to(&format!("{path}?{query}")).into_response()
}
