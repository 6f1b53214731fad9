//! The tabs of an incident, and what they share: the head of the page, and the form that is open.

mod head;
mod notifications;
mod remediation;
mod sent_notifications;
mod tab_links;
mod timeline;
mod timeline_bursts;
mod timeline_notice;
mod timeline_rows;
mod timeline_versions;
mod timeline_view;

use std::collections::HashMap;

use axum::http::StatusCode;

use crate::domain::{Incident, IncidentId};
use crate::error::{Error, Result};
use crate::web::layout::PageResult;
use crate::web::pages::actions::{Action, Buttons, FormRequest, undo_button};
use crate::web::pages::incident::{self, incident_path};
use crate::web::pages::incident_field::Field;
use crate::web::pages::incident_field::configured_field;
use crate::web::parts::{ActionButton, ActionForm, EditForm, FieldEditForm};
use crate::web::routes::Routes;
use crate::web::session::SignedIn;

pub(crate) use head::IncidentHead;
pub(crate) use tab_links::TabLinks;

/// Adds the routes of all tabs except the overview.
pub(crate) fn add_routes(routes: Routes) -> Routes {
    let routes = timeline::add_routes(routes);
    let routes = remediation::add_routes(routes);
    notifications::add_routes(routes)
}

/// A tab of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tab {
    /// The state of the incident.
    Overview,
    /// The entries of the timeline.
    Timeline,
    /// The tasks, the follow-ups and the documents.
    Remediation,
    /// The messages that Muster sent.
    Notifications,
}

impl Tab {
    /// All tabs.
    pub(crate) const ALL: [Self; 4] = [
        Self::Overview,
        Self::Timeline,
        Self::Remediation,
        Self::Notifications,
    ];

    /// Returns the path of the tab.
    pub(crate) fn path(self, id: IncidentId) -> String {
        let page = incident_path(id);
        match self {
            Self::Overview => page,
            Self::Timeline => format!("{page}/timeline"),
            Self::Remediation => format!("{page}/remediation"),
            Self::Notifications => format!("{page}/notifications"),
        }
    }

    /// Returns the address of the tab with this query, without what was opened or done on it.
    fn address(self, id: IncidentId, query: &HashMap<String, String>) -> String {
        match self {
            Self::Timeline => timeline_view::path(timeline_view::read(id, query), &[]),
            Self::Overview | Self::Remediation | Self::Notifications => self.path(id),
        }
    }

    /// Returns the label.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Timeline => "Timeline",
            Self::Remediation => "Remediation",
            Self::Notifications => "Notifications",
        }
    }
}

/// The state of a tab besides the incident.
#[derive(Default)]
pub(crate) struct TabState {
    /// The status of the response.
    pub(crate) status: StatusCode,
    /// The query of the address.
    pub(crate) query: HashMap<String, String>,
    /// The form of an action that is open.
    pub(crate) form: Option<ActionForm>,
    /// The form of a field that is open. Only the overview has any.
    pub(crate) editing: Option<EditForm>,
    /// The form of a field that the team defines that is open. Only the overview has any.
    pub(crate) editing_field: Option<FieldEditForm>,
    /// The reason why a button did nothing.
    pub(crate) error: Option<String>,
    /// The last change.
    pub(crate) saved: Option<Saved>,
}

/// A change that was just made.
#[derive(Clone)]
pub(crate) struct Saved {
    /// The confirmation.
    pub(crate) sentence: String,
    /// The button that undoes it, while that is possible.
    pub(crate) undo: Option<ActionButton>,
}

impl TabState {
    /// Reads the state from the query of the address.
    async fn read(
        tab: Tab,
        signed_in: &SignedIn,
        incident: &Incident,
        query: HashMap<String, String>,
    ) -> Result<Self> {
        let value = |name: &str| query.get(name).map_or("", String::as_str);
        let back = tab.address(incident.id, &query);
        let saved = saved(signed_in, incident, &back, &query).await?;
        let form = match Action::from_name(value("open")) {
            Some(action) => {
                let request = FormRequest {
                    signed_in,
                    incident,
                    action,
                    number: value("number").parse().unwrap_or(0),
                    back,
                    query: &query,
                    submitted: None,
                };
                request.form().await?
            }
            None => None,
        };
        let editing = match Field::from_name(value("edit")) {
            Some(field) => Some(field.form(signed_in, incident).await?),
            None => None,
        };
        let editing_field = configured_field::edit_form(signed_in, incident, value("edit")).await?;
        Ok(Self {
            form,
            editing,
            editing_field,
            saved,
            query,
            ..Self::default()
        })
    }

    /// Returns the open form, if it is the one of this action and number.
    pub(crate) fn form(&self, action: Action, number: i64) -> Option<ActionForm> {
        let form = self.form.as_ref();
        let form = form.filter(|form| form.name == action.name() && form.number == number);
        form.cloned()
    }

    /// Returns the form of an action that is always on its page: as it is open, or empty.
    pub(crate) async fn form_or_empty(
        &self,
        signed_in: &SignedIn,
        incident: &Incident,
        action: Action,
    ) -> Result<ActionForm> {
        if let Some(open) = self.form(action, 0) {
            return Ok(open);
        }
        let request = FormRequest {
            signed_in,
            incident,
            action,
            number: 0,
            back: action.tab().path(incident.id),
            query: &HashMap::new(),
            submitted: None,
        };
        let form = request.form().await?.ok_or(Error::NotFound("form"))?;
        Ok(form.without_focus())
    }

    /// Returns the open form about the incident as a whole.
    pub(crate) fn status_form(&self) -> Option<ActionForm> {
        let form = self.form.as_ref()?;
        let action = Action::from_name(form.name)?;
        matches!(action, Action::Status(_)).then(|| form.clone())
    }
}

/// Returns what the address says was just changed, with **Undo**.
async fn saved(
    signed_in: &SignedIn,
    incident: &Incident,
    back: &str,
    query: &HashMap<String, String>,
) -> Result<Option<Saved>> {
    let value = |name: &str| query.get(name).map_or("", String::as_str);
    let field = Field::from_name(value("saved")).map(|field| field.label().to_owned());
    let configured = configured_field::label(signed_in, value("saved")).await?;
    if let Some(label) = field.or(configured) {
        return Ok(Some(Saved {
            sentence: format!("{label} saved."),
            undo: None,
        }));
    }
    let Some(action) = Action::from_name(value("saved")) else {
        return Ok(None);
    };
    let buttons = Buttons {
        incident,
        back: back.to_owned(),
    };
    let undo = match value("object").parse() {
        Ok(number) => undo_button(signed_in, &buttons, action, number).await?,
        Err(_) => None,
    };
    Ok(Some(Saved {
        sentence: action.done().to_owned(),
        undo,
    }))
}

/// Shows a tab as its address asks for.
pub(crate) async fn open_tab(
    tab: Tab,
    signed_in: &SignedIn,
    id: IncidentId,
    query: HashMap<String, String>,
) -> PageResult {
    let viewer = signed_in.viewer.clone();
    let incident = signed_in.store().incident(viewer, id).await?;
    let state = TabState::read(tab, signed_in, &incident, query).await?;
    show_tab(tab, signed_in, &incident, state).await
}

/// Shows a tab of an incident that the user may see.
pub(crate) async fn show_tab(
    tab: Tab,
    signed_in: &SignedIn,
    incident: &Incident,
    state: TabState,
) -> PageResult {
    match tab {
        Tab::Overview => incident::render(signed_in, incident, state).await,
        Tab::Timeline => timeline::render(signed_in, incident, state).await,
        Tab::Remediation => remediation::render(signed_in, incident, state).await,
        Tab::Notifications => notifications::render(signed_in, incident, state).await,
    }
}
