//! `/incidents/7/postmortem`: the postmortem of an incident, or the form that generates it.
//!
//! | To change … | open |
//! | --- | --- |
//! | the page before there is a postmortem | `generate` |
//! | the document, its sections and their buttons | `document`, `sections`, `section_actions` |
//! | the title, the owner, the status, the timeline | `fields` |
//! | the form of a section, two users in one section | `section_form`, `conflict` |
//! | revisions, exports | `revisions`, `exports` |

mod conflict;
mod document;
mod download;
mod exports;
mod fields;
mod generate;
mod head;
mod revisions;
mod saved;
mod section_actions;
mod section_form;
mod section_preview;
mod sections;

use std::collections::HashMap;

use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};

use crate::domain::postmortem::{Postmortem, PostmortemSource, PostmortemStatus, PostmortemView};
use crate::domain::{Incident, IncidentId, UserClock, UserId};
use crate::error::{Error, Result};
use crate::store::ChangeTarget;
use crate::web::form::Form;
use crate::web::layout::PageResult;
use crate::web::pages::incident::{IncidentPath, incident_path};
use crate::web::pages::incident_tabs::Saved;
use crate::web::parts::{EditForm, channel_url};
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

use section_form::SectionForm;

pub(crate) fn add_routes(routes: Routes) -> Routes {
    let routes = routes.get(Access::SignedIn, "/incidents/{id}/postmortem", show);
    let routes = generate::add_routes(routes);
    let routes = download::add_routes(routes);
    let routes = fields::add_routes(routes);
    let routes = section_form::add_routes(routes);
    let routes = section_actions::add_routes(routes);
    let routes = revisions::add_routes(routes);
    exports::add_routes(routes)
}

/// Returns the path of the page.
pub(crate) fn postmortem_path(id: IncidentId) -> String {
    format!("{}/postmortem", incident_path(id))
}

/// A user, and the postmortem that they read.
pub(super) struct PostmortemPage {
    signed_in: SignedIn,
    source: PostmortemSource,
}

/// The reader of a text, as in `PostmortemView`, with its strings.
#[derive(Clone)]
struct Reader {
    clock: UserClock,
    page_url: String,
    channel_url: Option<String>,
}

impl Reader {
    /// Returns the reader of a text that stays as it is, in UTC.
    fn in_utc(self) -> Self {
        let clock = UserClock::new(self.clock.now(), "UTC");
        Self { clock, ..self }
    }

    fn view(&self) -> PostmortemView<'_> {
        PostmortemView {
            clock: &self.clock,
            page_url: Some(&self.page_url),
            channel_url: self.channel_url.as_deref(),
        }
    }
}

impl PostmortemPage {
    async fn load(signed_in: SignedIn, id: IncidentId) -> Result<Self> {
        let viewer = signed_in.viewer.clone();
        let source = signed_in.store().postmortem_source(viewer, id).await?;
        Ok(Self { signed_in, source })
    }

    fn incident(&self) -> &Incident {
        &self.source.incident
    }

    fn path(&self) -> String {
        postmortem_path(self.incident().id)
    }

    /// Returns the postmortem, unless there is none or it is attached.
    fn document(&self) -> Option<&Postmortem> {
        let postmortem = self.incident().postmortem.as_ref();
        postmortem.filter(|it| it.attached_url.is_none())
    }

    /// Returns whether its text can be edited.
    fn is_editable(&self) -> bool {
        let document = self.document();
        document.is_some_and(|it| it.status != PostmortemStatus::Completed)
    }

    fn reader(&self) -> Reader {
        let path = incident_path(self.incident().id);
        let channel = self.incident().channel.as_ref();
        Reader {
            clock: self.signed_in.clock,
            page_url: self.signed_in.app.config.page_url(&path).unwrap_or(path),
            channel_url: channel.map(|it| channel_url(&it.id)),
        }
    }

    /// Returns the name of a user, or their ID if they have not been fetched.
    fn name(&self, user: &UserId) -> String {
        let contact = self.source.contacts.get(user);
        contact.map_or_else(|| user.to_string(), |it| it.name.clone())
    }

    /// Returns the request for a change of the postmortem.
    fn target(&self, form: &Form) -> Result<ChangeTarget> {
        Ok(ChangeTarget {
            viewer: self.signed_in.viewer.clone(),
            id: self.incident().id,
            key: form.key(&self.signed_in.user.id)?,
            now: self.signed_in.now,
        })
    }

    /// Reads the postmortem again and shows it with the reason why nothing was changed.
    async fn reject(self, reason: String) -> PageResult {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        self.show_reason(status, reason).await
    }

    /// Does the same as [`Self::reject`] after another user changed the same section.
    async fn reject_conflict(self, reason: String) -> PageResult {
        self.show_reason(StatusCode::CONFLICT, reason).await
    }

    async fn show_reason(self, status: StatusCode, reason: String) -> PageResult {
        let state = PageState {
            status,
            error: Some(reason),
            ..PageState::default()
        };
        self.reload().await?.render(state).await
    }

    async fn reload(self) -> Result<Self> {
        let id = self.incident().id;
        Self::load(self.signed_in, id).await
    }

    async fn render(&self, state: PageState) -> PageResult {
        match &self.incident().postmortem {
            Some(postmortem) => document::render(self, postmortem, state).await,
            None => generate::render(self, state).await,
        }
    }
}

/// The state of the page besides the postmortem.
#[derive(Default)]
struct PageState {
    /// The status of the response.
    status: StatusCode,
    /// The reason why nothing was changed.
    error: Option<String>,
    /// The last change.
    saved: Option<Saved>,
    /// The open form of a field.
    editing: Option<EditForm>,
    /// The open form of a section.
    section: Option<SectionForm>,
    /// The form that was rejected, before there is a postmortem.
    submitted: Form,
}

async fn show(
    signed_in: SignedIn,
    path: IncidentPath,
    Query(query): Query<HashMap<String, String>>,
) -> PageResult {
    let page = PostmortemPage::load(signed_in, path.id).await?;
    let value = |name: &str| query.get(name).map_or("", String::as_str);
    let state = PageState {
        saved: saved::read(&page, value("saved"), value("object")).await?,
        editing: fields::open_form(&page, value("edit")).await?,
        section: section_form::open(&page, value("edit"), value("displayed")),
        ..PageState::default()
    };
    page.render(state).await
}

/// Leads from the address of a form to the page, as after reloading the response to the form.
async fn back_to_page(_: SignedIn, path: IncidentPath) -> PageResult {
    Ok(Redirect::to(&postmortem_path(path.id)).into_response())
}

/// Returns the rejection of a change, or the error otherwise.
fn rejection<T>(outcome: Result<T>) -> Result<std::result::Result<T, String>> {
    match outcome {
        Ok(done) => Ok(Ok(done)),
        Err(Error::Rejected(reason)) => Ok(Err(reason)),
        Err(error) => Err(error),
    }
}
