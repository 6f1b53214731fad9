//! `/incidents/7`: the overview of an incident.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect};

use crate::app::App;
use crate::domain::{Incident, IncidentId, Visibility};
use crate::web::error_page::ErrorPage;
use crate::web::layout::{Layout, PageResult, Section, page_with_status};
use crate::web::pages::actions::{Action, Buttons, ImpactAction, RespondersAction, StatusAction};
use crate::web::pages::alerts::{ChangeRow, RelatedBlock, change_rows};
use crate::web::pages::incident_field::configured_field::FieldSections;
use crate::web::pages::incident_tabs::{IncidentHead, Tab, TabState, open_tab};
use crate::web::pages::overview::{self, Clock, Entry, ImpactRow, Link, RoleRow, RoomRow};
use crate::web::pages::overview_tasks::{OpenTasks, open_tasks};
use crate::web::parts::{ActionButton, ActionForm, EditForm, commander_name};
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
    head: IncidentHead,
    path: String,
    commander: String,
    detection_method: &'static str,
    tasks: OpenTasks,
    /// The button that makes the user a responder, if they are none.
    join: Option<ActionButton>,
    summary: String,
    root_cause: String,
    impacts: Vec<ImpactRow>,
    entries: Vec<Entry>,
    changes: Vec<ChangeRow>,
    roles: Vec<RoleRow>,
    clock: Vec<Clock>,
    links: Vec<Link>,
    rooms: Vec<RoomRow>,
    /// The open form about the incident as a whole.
    lead: Option<ActionForm>,
    related: Option<RelatedBlock>,
    add_impact: Option<ActionForm>,
    end_impact: Option<ActionForm>,
    roles_form: Option<ActionForm>,
    has_open_impact: bool,
    is_private: bool,
    subscribe: ActionButton,
    repair: ActionButton,
    editing: Option<EditForm>,
    fields: FieldSections,
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
    open_tab(Tab::Overview, &signed_in, path.id, query).await
}

/// Renders the overview of an incident that the user may see.
pub(crate) async fn render(
    signed_in: &SignedIn,
    incident: &Incident,
    state: TabState,
) -> PageResult {
    let store = signed_in.store();
    let buttons = Buttons {
        incident,
        back: incident_path(incident.id),
    };
    let names = store.user_names(overview::users_of(incident)).await?;
    page_with_status(
        state.status,
        &IncidentTemplate {
            layout: signed_in.layout(Section::Incidents),
            head: IncidentHead::read(signed_in, incident, Tab::Overview, &state).await?,
            path: incident_path(incident.id),
            commander: commander_name(incident.commander.as_ref(), &names),
            detection_method: incident.detection_method.label(),
            tasks: open_tasks(signed_in, incident),
            join: join_button(&buttons, signed_in),
            summary: incident.summary.clone(),
            root_cause: incident.root_cause.clone(),
            impacts: overview::impacts(signed_in, incident, &state),
            entries: overview::latest_entries(signed_in, incident.id).await?,
            changes: change_rows(signed_in, incident).await?,
            roles: overview::roles(incident, &names),
            clock: overview::clock(signed_in, incident),
            links: overview::links(incident),
            rooms: overview::rooms(incident, &state),
            lead: state.status_form(),
            related: RelatedBlock::read(signed_in, incident, &buttons).await?,
            add_impact: state.form(Action::Impact(ImpactAction::Add), 0),
            end_impact: state.form(Action::Impact(ImpactAction::End), 0),
            roles_form: state.form(Action::Responders(RespondersAction::Assign), 0),
            has_open_impact: incident.open_impact().is_some(),
            is_private: incident.visibility == Visibility::Private,
            subscribe: subscribe_button(&buttons, signed_in),
            repair: repair_button(&buttons),
            fields: FieldSections::read(signed_in, incident, &state).await?,
            editing: state.editing,
        },
    )
}

fn subscribe_button(buttons: &Buttons<'_>, signed_in: &SignedIn) -> ActionButton {
    let label = match buttons.incident.is_subscribed(&signed_in.user.id) {
        true => "Unsubscribe",
        false => "Subscribe",
    };
    let action = Action::Responders(RespondersAction::Subscribe);
    buttons.button(action, 0, label, "")
}

fn repair_button(buttons: &Buttons<'_>) -> ActionButton {
    let repair = Action::Status(StatusAction::Repair);
    buttons.button(repair, 0, "Repair in Slack", "")
}

fn join_button(buttons: &Buttons<'_>, signed_in: &SignedIn) -> Option<ActionButton> {
    let incident = buttons.incident;
    let is_responder = incident.responder_ids().any(|it| *it == signed_in.user.id);
    let path = format!("{}/join", incident_path(incident.id));
    (!is_responder).then(|| buttons.button_to(path, 0, "Join"))
}
