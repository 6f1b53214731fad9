//! The head of each tab: the title, the state, the buttons and the tabs.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::domain::{Incident, Status, Visibility};
use crate::error::Result;
use crate::web::pages::actions::{Action, Buttons, STATUS, StatusAction};
use crate::web::pages::incident::incident_path;
use crate::web::pages::incident_tabs::{Saved, Tab, TabState};
use crate::web::pages::list_position::{ListPosition, list_position};
use crate::web::pages::overview::running_impact;
use crate::web::parts::{
    ActionButton, EditForm, SeverityPill, StatusPill, StatusStrip, channel_url, is_web_address,
    user_name,
};
use crate::web::session::SignedIn;

/// The largest number next to a tab. The template writes `1,000+` for larger ones.
pub(crate) const MAX_COUNT: i64 = 1_000;

/// The head of a tab.
#[derive(Template)]
#[template(path = "parts/incident_head.html", config = "src/web/askama.toml")]
pub(crate) struct IncidentHead {
    path: String,
    list: ListPosition,
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
    strip: StatusStrip,
    is_open: bool,
    buttons: Vec<ActionButton>,
    tabs: Vec<TabLink>,
    editing: Option<EditForm>,
    saved: Option<Saved>,
    error: Option<String>,
}

impl HtmlSafe for IncidentHead {}

struct TabLink {
    path: String,
    label: &'static str,
    count: i64,
    is_current: bool,
}

impl IncidentHead {
    /// Reads what the head of a tab shows.
    pub(crate) async fn read(
        signed_in: &SignedIn,
        incident: &Incident,
        tab: Tab,
        state: &TabState,
    ) -> Result<Self> {
        let store = signed_in.store();
        let scale = store.settings().await?.severity_scale();
        let names = store.user_names(vec![incident.commander.clone()]).await?;
        let viewer = signed_in.viewer.clone();
        let statuses = store.status_changes(viewer, incident.id).await?;
        let statuses_in_use = store.settings().await?.statuses();
        let channel = incident.channel.as_ref();
        Ok(Self {
            path: incident_path(incident.id),
            list: list_position(signed_in, incident.id).await?,
            id: incident.id.to_string(),
            title: incident.title.clone(),
            is_private: incident.visibility == Visibility::Private,
            is_test: incident.kind.is_test(),
            severity: SeverityPill::long(incident.severity, &scale),
            status: incident.status.into(),
            commander: user_name(&incident.commander, &names),
            running_impact: running_impact(incident, signed_in.now),
            channel: channel.map(|channel| channel_url(&channel.id)),
            call: incident.call_url.clone().filter(|url| is_web_address(url)),
            strip: StatusStrip::new(incident, &statuses, signed_in.now),
            is_open: incident.status.is_open(),
            buttons: status_buttons(incident, &statuses_in_use),
            tabs: tabs(signed_in, incident, tab).await?,
            editing: state.editing.clone(),
            saved: state.saved.clone(),
            error: state.error.clone(),
        })
    }

    /// Returns the number of the incident: `IR-7`.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Returns the title.
    pub(crate) fn title(&self) -> &str {
        &self.title
    }

    /// Returns the form of a field, if it is being edited.
    fn form(&self, name: &str) -> Option<&EditForm> {
        self.editing.as_ref().filter(|form| form.name == name)
    }
}

/// Returns the buttons that set another status. To resolve, a form asks for what fixed it.
fn status_buttons(incident: &Incident, in_use: &[Status]) -> Vec<ActionButton> {
    let buttons = Buttons {
        incident,
        back: Tab::Overview.path(incident.id),
    };
    let (next, label) = match incident.status {
        Status::Active => (Status::Stable, "Set to STABLE"),
        Status::Stable => (Status::Active, "Set to ACTIVE"),
        Status::Resolved | Status::Completed => (Status::Active, "Reopen"),
    };
    let mut offered = vec![(next, label)];
    if incident.status == Status::Resolved {
        offered.push((Status::Completed, "Complete"));
    }
    let offered = offered
        .into_iter()
        .filter(|(status, _)| in_use.contains(status));
    let button = |(status, label)| {
        let action = Action::Status(StatusAction::Set(status));
        let button = buttons.button(action, 0, label, "");
        button.expecting(STATUS, incident.status.as_str())
    };
    offered.map(button).collect()
}

async fn tabs(signed_in: &SignedIn, incident: &Incident, current: Tab) -> Result<Vec<TabLink>> {
    let mut links = Vec::new();
    for tab in Tab::ALL {
        links.push(TabLink {
            path: tab.path(incident.id),
            label: tab.label(),
            count: tab.count(signed_in, incident).await?,
            is_current: tab == current,
        });
    }
    Ok(links)
}

impl Tab {
    /// Returns the number next to the label: all entries, open tasks, failed deliveries. 0 is not shown.
    async fn count(self, signed_in: &SignedIn, incident: &Incident) -> Result<i64> {
        match self {
            Self::Overview => Ok(0),
            Self::Timeline => {
                let viewer = signed_in.viewer.clone();
                let store = signed_in.store();
                store
                    .timeline_length(viewer, incident.id, MAX_COUNT + 1)
                    .await
            }
            Self::Remediation => {
                let open = incident.tasks.iter().filter(|task| task.done_at.is_none());
                Ok(i64::try_from(open.count()).unwrap_or(i64::MAX))
            }
            Self::Notifications => {
                let viewer = signed_in.viewer.clone();
                let store = signed_in.store();
                store.count_failed_deliveries(viewer, incident.id).await
            }
        }
    }
}
