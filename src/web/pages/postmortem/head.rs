//! The head of the pages of a postmortem: the way back to the incident, the title, the tabs of the incident.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::domain::Visibility;
use crate::error::Result;
use crate::web::pages::incident::incident_path;
use crate::web::pages::incident_tabs::{Saved, TabLinks};
use crate::web::pages::postmortem::{PageState, PostmortemPage};
use crate::web::parts::EditForm;

/// The head of a page of a postmortem.
#[derive(Template)]
#[template(path = "parts/postmortem_head.html", config = "src/web/askama.toml")]
pub(super) struct PostmortemHead {
    incident: String,
    page: String,
    id: String,
    incident_title: String,
    title: String,
    is_private: bool,
    is_test: bool,
    tabs: TabLinks,
    /// The form of the title, if it is open.
    form: Option<EditForm>,
    is_editable: bool,
    saved: Option<Saved>,
    error: Option<String>,
}

impl HtmlSafe for PostmortemHead {}

impl PostmortemHead {
    /// Reads the head of the page of the postmortem.
    pub(super) async fn read(page: &PostmortemPage, state: &PageState) -> Result<Self> {
        let incident = page.incident();
        let editing = state.editing.clone();
        let postmortem = incident.postmortem.as_ref();
        let is_attached = postmortem.is_some_and(|it| it.attached_url.is_some());
        Ok(Self {
            incident: incident_path(incident.id),
            page: page.path(),
            id: incident.id.to_string(),
            incident_title: incident.display_title(),
            title: postmortem.map_or_else(
                || format!("Postmortem of {}", incident.id),
                |it| it.title.clone(),
            ),
            is_private: incident.visibility == Visibility::Private,
            is_test: incident.kind.is_test(),
            tabs: TabLinks::read(&page.signed_in, incident, None).await?,
            form: editing.filter(|form| form.name == "title"),
            is_editable: page.is_editable() || is_attached,
            saved: state.saved.clone(),
            error: state.error.clone(),
        })
    }

    /// Reads the head of another page of the postmortem, with its own title.
    pub(super) async fn titled(page: &PostmortemPage, title: String) -> Result<Self> {
        Ok(Self {
            title,
            is_editable: false,
            ..Self::read(page, &PageState::default()).await?
        })
    }

    /// Returns the title.
    pub(super) fn title(&self) -> &str {
        &self.title
    }
}
