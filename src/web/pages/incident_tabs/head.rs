//! The head of each tab: the title, the state, the buttons and the tabs.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::domain::{Incident, Settings, Status, Visibility};
use crate::error::Result;
use crate::web::form::new_key;
use crate::web::pages::actions::{Action, Buttons, STATUS, StatusAction};
use crate::web::pages::incident::incident_path;
use crate::web::pages::incident_tabs::tab_links::TabLinks;
use crate::web::pages::incident_tabs::{Saved, Tab, TabState};
use crate::web::pages::list_position::{ListPosition, list_position};
use crate::web::pages::overview::running_impact;
use crate::web::pages::postmortem::postmortem_path;
use crate::web::parts::{
    ActionButton, EditForm, SeverityPill, StatusPill, StatusStrip, channel_url, commander_name,
    is_web_address,
};
use crate::web::session::SignedIn;

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
    /// The incident type; `None` if all incidents have the same type.
    incident_type: Option<String>,
    severity: SeverityPill,
    status: StatusPill,
    commander: String,
    /// The button that makes the user the commander, if there is none.
    take_command: Option<TakeCommand>,
    running_impact: Option<String>,
    channel: Option<String>,
    call: Option<String>,
    strip: StatusStrip,
    is_open: bool,
    buttons: Vec<ActionButton>,
    postmortem: Option<PostmortemLink>,
    tabs: TabLinks,
    editing: Option<EditForm>,
    saved: Option<Saved>,
    error: Option<String>,
}

impl HtmlSafe for IncidentHead {}

/// The form of the commander with the user as its value.
struct TakeCommand {
    user: String,
    key: String,
}

/// The link to the postmortem.
struct PostmortemLink {
    path: String,
    label: &'static str,
    /// Its status; `None` before it is generated.
    status: Option<&'static str>,
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
        let settings = store.settings().await?;
        let scale = settings.severity_scale();
        let names = store
            .user_names(incident.commander.iter().cloned().collect())
            .await?;
        let viewer = signed_in.viewer.clone();
        let statuses = store.status_changes(viewer, incident.id).await?;
        let channel = incident.channel.as_ref();
        Ok(Self {
            path: incident_path(incident.id),
            list: list_position(signed_in, incident.id).await?,
            id: incident.id.to_string(),
            title: incident.title.clone(),
            is_private: incident.visibility == Visibility::Private,
            is_test: incident.kind.is_test(),
            incident_type: settings
                .distinctive_type_name(incident.incident_type)
                .map(str::to_owned),
            severity: SeverityPill::long(incident.severity, &scale),
            status: incident.status.into(),
            commander: commander_name(incident.commander.as_ref(), &names),
            take_command: incident.commander.is_none().then(|| TakeCommand {
                user: signed_in.user.id.to_string(),
                key: new_key(),
            }),
            running_impact: running_impact(incident, signed_in.now),
            channel: channel.map(|channel| channel_url(&channel.id)),
            call: incident.call_url.clone().filter(|url| is_web_address(url)),
            strip: StatusStrip::new(incident, &statuses, signed_in.now),
            is_open: incident.status.is_open(),
            buttons: status_buttons(incident, &settings.statuses()),
            postmortem: postmortem_link(incident, &settings),
            tabs: TabLinks::read(signed_in, incident, Some(tab)).await?,
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

/// Returns the link to the postmortem, or to the form that generates it; `None` while it can't be generated.
fn postmortem_link(incident: &Incident, settings: &Settings) -> Option<PostmortemLink> {
    let path = postmortem_path(incident.id);
    match &incident.postmortem {
        Some(postmortem) => Some(PostmortemLink {
            path,
            label: "Postmortem",
            status: Some(postmortem.status.label()),
        }),
        None if incident.postmortem_obstacle(settings).is_some() => None,
        None => Some(PostmortemLink {
            path,
            label: "Generate Postmortem",
            status: None,
        }),
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
