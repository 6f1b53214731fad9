//! The form that adds a source. It displays the new token before it is stored, so that the token cannot be lost, and
//! sending the form again adds nothing.

use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use serde::Deserialize;

use crate::domain::alert::{LONGEST_SOURCE_NAME, SourceKind, SourceSetup};
use crate::error::Error;
use crate::secret::Secret;
use crate::store::{AddAlertSource, new_alert_token};
use crate::web::access::AdminSession;
use crate::web::error_page::ErrorPage;
use crate::web::form::{Form, new_key};
use crate::web::layout::{Layout, PageResult, Section, page_with_status};
use crate::web::pages::alert_sources::{PATH, redirect};
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

pub(super) fn add_routes(routes: Routes) -> Routes {
    routes
        .get(Access::Admin, "/settings/alert-sources/new", show)
        .post(Access::Admin, PATH, add)
}

#[derive(Template)]
#[template(path = "alert_source_add.html", config = "src/web/askama.toml")]
struct AddTemplate {
    layout: Layout,
    kind: SourceKind,
    name: String,
    token: Secret,
    setup: SourceSetup,
    /// The ARNs of topics, one in a row.
    topics: String,
    accepts_raw_delivery: bool,
    key: String,
    error: Option<String>,
}

impl AddTemplate {
    fn new(signed_in: &SignedIn, kind: SourceKind, token: Secret) -> Self {
        let base_url = signed_in.app.config.page_url("").unwrap_or_default();
        Self {
            layout: signed_in.layout(Section::Settings),
            kind,
            name: String::new(),
            setup: kind.setup(&base_url, token.reveal()),
            token,
            topics: String::new(),
            accepts_raw_delivery: false,
            key: new_key(),
            error: None,
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Selection {
    kind: String,
}

async fn show(
    AdminSession(signed_in): AdminSession,
    Query(selection): Query<Selection>,
) -> PageResult {
    let kind = selection.kind.parse().unwrap_or(SourceKind::Alertmanager);
    let template = AddTemplate::new(&signed_in, kind, new_alert_token());
    page_with_status(StatusCode::OK, &template)
}

async fn add(AdminSession(signed_in): AdminSession, form: Form) -> PageResult {
    let unknown = |error| ErrorPage::from(Error::Rejected(format!("{error}")));
    let kind: SourceKind = form.value("kind").parse().map_err(unknown)?;
    let topics = form.value("topics").lines().map(str::trim);
    let request = AddAlertSource {
        name: form.value("name").to_owned(),
        kind,
        token: Secret::new(form.value("token")),
        secret: Secret::new(form.value("secret")),
        topics: topics
            .filter(|topic| !topic.is_empty())
            .map(str::to_owned)
            .collect(),
        accepts_raw_delivery: form.value("raw") == "yes",
        created_by: Some(signed_in.user.id.clone()),
    };
    let key = form.key(&signed_in.user.id)?;
    let store = signed_in.store();
    let adding = store.add_alert_source(key, request.clone(), signed_in.now);
    match adding.await {
        Ok(()) => {
            tracing::info!(user = %signed_in.user.id, "Added the source of alerts {}", request.name);
            Ok(redirect(PATH, ("added", &request.name)))
        }
        Err(Error::Rejected(reason)) => {
            let template = AddTemplate {
                name: request.name,
                topics: request.topics.join("\n"),
                accepts_raw_delivery: request.accepts_raw_delivery,
                error: Some(reason),
                ..AddTemplate::new(&signed_in, kind, request.token)
            };
            page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &template)
        }
        Err(other) => Err(other.into()),
    }
}
