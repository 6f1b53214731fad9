//! `/incidents/7`: the overview of an incident.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{FromRequestParts, Path, Query};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect};

use crate::app::App;
use crate::domain::{Incident, IncidentId, UserNames, Visibility};
use crate::web::error_page::ErrorPage;
use crate::web::layout::{Layout, PageResult, Section, page_with_status};
use crate::web::pages::incident_field::Field;
use crate::web::pages::overview::{self, Clock, Entry, ImpactRow, Link, RoleRow};
use crate::web::parts::{EditForm, SeverityPill, StatusPill, channel_url, user_name};
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

pub(crate) fn add_routes(routes: Routes) -> Routes {
    routes.get(Access::SignedIn, "/incidents/{id}", show)
}

/// The incident in the path: `7`, or `IR-7`, which leads to `7`.
pub(crate) struct IncidentPath {
    pub(crate) id: IncidentId,
    /// Whether the path has its usual form.
    is_canonical: bool,
}

impl FromRequestParts<App> for IncidentPath {
    type Rejection = ErrorPage;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ErrorPage> {
        let path = Path::<HashMap<String, String>>::from_request_parts(parts, app).await;
        let text = path.ok().and_then(|Path(mut path)| path.remove("id"));
        let text = text.unwrap_or_default();
        let id = text.parse().map_err(|_| ErrorPage::unknown_path())?;
        Ok(Self {
            id,
            is_canonical: text == id.number().to_string(),
        })
    }
}

/// Returns the path of the page of an incident.
pub(crate) fn incident_path(id: IncidentId) -> String {
    format!("/incidents/{}", id.number())
}

#[derive(Template)]
#[template(path = "incident.html", config = "src/web/askama.toml")]
struct IncidentTemplate {
    layout: Layout,
    path: String,
    id: String,
    title: String,
    is_private: bool,
    is_test: bool,
    severity: SeverityPill,
    status: StatusPill,
    commander: String,
    running_impact: Option<String>,
    channel: Option<String>,
    call: Option<String>,
    summary: String,
    root_cause: String,
    impacts: Vec<ImpactRow>,
    entries: Vec<Entry>,
    roles: Vec<RoleRow>,
    clock: Vec<Clock>,
    links: Vec<Link>,
    /// The label of the field that was just saved.
    saved: Option<&'static str>,
    editing: Option<EditForm>,
}

impl IncidentTemplate {
    /// Returns the form of a field, if it is being edited.
    fn form(&self, name: &str) -> Option<&EditForm> {
        self.editing.as_ref().filter(|form| form.name == name)
    }
}

async fn show(
    signed_in: SignedIn,
    path: IncidentPath,
    Query(query): Query<HashMap<String, String>>,
) -> PageResult {
    if !path.is_canonical {
        return Ok(Redirect::permanent(&incident_path(path.id)).into_response());
    }
    let viewer = signed_in.viewer.clone();
    let incident = signed_in.store().incident(viewer, path.id).await?;
    let field = |name: &str| query.get(name).and_then(|name| Field::from_name(name));
    let editing = match field("edit") {
        Some(field) => Some(field.form(&signed_in, &incident).await?),
        None => None,
    };
    let state = PageState {
        status: StatusCode::OK,
        editing,
        saved: field("saved").map(Field::label),
    };
    render(&signed_in, &incident, state).await
}

/// The state of the page besides the incident.
pub(crate) struct PageState {
    pub(crate) status: StatusCode,
    pub(crate) editing: Option<EditForm>,
    pub(crate) saved: Option<&'static str>,
}

/// Renders the overview of an incident that the user may see.
pub(crate) async fn render(
    signed_in: &SignedIn,
    incident: &Incident,
    state: PageState,
) -> PageResult {
    let store = signed_in.store();
    let scale = store.settings().await?.severity_scale();
    let names = store.user_names(overview::users_of(incident)).await?;
    let entries = overview::latest_entries(signed_in, incident.id).await?;
    let mut template = template(signed_in, incident, &names);
    template.severity = SeverityPill::long(incident.severity, &scale);
    template.entries = entries;
    template.saved = state.saved;
    template.editing = state.editing;
    page_with_status(state.status, &template)
}

fn template(signed_in: &SignedIn, incident: &Incident, names: &UserNames) -> IncidentTemplate {
    let channel = incident.channel.as_ref();
    IncidentTemplate {
        layout: signed_in.layout(Section::Incidents),
        path: incident_path(incident.id),
        id: incident.id.to_string(),
        title: incident.title.clone(),
        is_private: incident.visibility == Visibility::Private,
        is_test: incident.kind.is_test(),
        severity: SeverityPill::default(),
        status: incident.status.into(),
        commander: user_name(&incident.commander, names),
        running_impact: overview::running_impact(incident, signed_in.now),
        channel: channel.map(|channel| channel_url(&channel.id)),
        call: incident.call_url.clone(),
        summary: incident.summary.clone(),
        root_cause: incident.root_cause.clone(),
        impacts: overview::impacts(signed_in, incident),
        entries: Vec::new(),
        roles: overview::roles(incident, names),
        clock: overview::clock(signed_in, incident),
        links: overview::links(incident),
        saved: None,
        editing: None,
    }
}
