//! Postmortems: their sections, their revisions, and the decisions that depend on them.

mod list;
#[cfg(test)]
mod list_plans;
pub(crate) mod source;

pub use list::{ListedPostmortem, PostmortemListFilter, PostmortemListRequest, PostmortemPage};
use rusqlite::Connection;

use crate::domain::postmortem::{
    EditPostmortem, EditSection, MakeText, PostmortemDocument, PostmortemSource, PostmortemView,
    RemovedSection, RestoreSection, Revision, Section, SectionError,
};
use crate::domain::{
    Actor, Change, DecisionContext, Incident, IncidentId, UserClock, Viewer, channel_url,
};
use crate::error::{Error, Result};
use crate::store::tables::incident::incidents;
use crate::store::tables::postmortem::postmortem_sections;
use crate::store::{ChangeTarget, Store, changes};

/// The outcome of saving a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SavedSection {
    /// It is saved, now or by the same request before.
    Saved(Box<Incident>),
    /// Another user saved or removed it since it was displayed; with the current one, if there is one.
    Conflict(Option<Section>),
}

impl Store {
    /// Returns the facts of an incident and its postmortem, for rendering.
    pub async fn postmortem_source(
        &self,
        viewer: Viewer,
        id: IncidentId,
    ) -> Result<PostmortemSource> {
        self.read_pool
            .run(move |tx| {
                let incident = incidents::find_visible_incident(tx, &viewer, id)?;
                source::load(tx, &viewer, &incident)
            })
            .await
    }

    /// Returns the revisions of a section, the newest first. They are kept when the section is removed.
    pub async fn section_revisions(
        &self,
        viewer: Viewer,
        id: IncidentId,
        section: i64,
    ) -> Result<Vec<Revision>> {
        self.read_pool
            .run(move |tx| {
                incidents::find_visible_incident(tx, &viewer, id)?;
                postmortem_sections::revisions_of(tx, id, section)
            })
            .await
    }

    /// Returns the removed sections of a postmortem, the latest first.
    pub async fn removed_sections(
        &self,
        viewer: Viewer,
        id: IncidentId,
    ) -> Result<Vec<RemovedSection>> {
        self.read_pool
            .run(move |tx| {
                incidents::find_visible_incident(tx, &viewer, id)?;
                postmortem_sections::removed_sections_of(tx, id)
            })
            .await
    }

    /// Saves a section of a postmortem. Idempotent.
    pub async fn save_section(
        &self,
        target: ChangeTarget,
        request: EditSection,
        actor: Actor,
    ) -> Result<SavedSection> {
        self.write_thread
            .run(move |tx| {
                let before = incidents::find_visible_incident(tx, &target.viewer, target.id)?;
                let document = postmortem_sections::document_of(tx, target.id)?;
                change_section(tx, before, &target, |it| {
                    it.edit_section(&document, request, &actor)
                })
            })
            .await
    }

    /// Restores the text of an earlier revision of a section. Idempotent.
    pub async fn restore_section(
        &self,
        target: ChangeTarget,
        request: RestoreSection,
        actor: Actor,
    ) -> Result<SavedSection> {
        self.write_thread
            .run(move |tx| {
                let before = incidents::find_visible_incident(tx, &target.viewer, target.id)?;
                let document = postmortem_sections::document_of(tx, target.id)?;
                let revisions = postmortem_sections::revisions_of(tx, target.id, request.section)?;
                change_section(tx, before, &target, |it| {
                    it.restore_section(&document, &revisions, request, &actor)
                })
            })
            .await
    }

    /// Changes the postmortem of an incident by a decision that depends on its sections. Idempotent.
    pub async fn change_sections(
        &self,
        target: ChangeTarget,
        decide: impl FnOnce(&Incident, &PostmortemDocument, &DecisionContext<'_>) -> Result<Change>
        + Send
        + 'static,
    ) -> Result<Incident> {
        self.write_thread
            .run(move |tx| {
                let before = incidents::find_visible_incident(tx, &target.viewer, target.id)?;
                let document = postmortem_sections::document_of(tx, target.id)?;
                let change = changes::change_once(tx, before, &target.key, |it, inputs| {
                    decide(it, &document, &inputs.at(target.now))
                })?;
                Ok(change.after)
            })
            .await
    }

    /// Changes the postmortem of an incident by a decision that depends on its rendered text. Idempotent.
    pub async fn change_postmortem(
        &self,
        target: ChangeTarget,
        decide: impl FnOnce(&Incident, &PostmortemSource, &DecisionContext<'_>) -> Result<Change>
        + Send
        + 'static,
    ) -> Result<Incident> {
        self.write_thread
            .run(move |tx| {
                let before = incidents::find_visible_incident(tx, &target.viewer, target.id)?;
                let source = source::load(tx, &Viewer::Operator, &before)?;
                let change = changes::change_once(tx, before, &target.key, |it, inputs| {
                    decide(it, &source, &inputs.at(target.now))
                })?;
                Ok(change.after)
            })
            .await
    }

    /// Changes the attributes of a postmortem. When it is completed, its sections are frozen with the values of their
    /// variables, in UTC. `page_url` is the address of the incident's page. Idempotent.
    pub async fn edit_postmortem(
        &self,
        target: ChangeTarget,
        request: EditPostmortem,
        actor: Actor,
        page_url: Option<String>,
    ) -> Result<Incident> {
        let clock = UserClock::new(target.now, UTC);
        self.change_postmortem(target, move |incident, source, _| {
            let frozen = with_view(incident, &clock, page_url.as_deref(), |view| {
                source.frozen_sections(view)
            });
            Ok(incident.edit_postmortem(request, frozen, &actor)?)
        })
        .await
    }

    /// Replaces the variables of a section by their current values, in UTC. `page_url` is the address of the
    /// incident's page. Idempotent.
    pub async fn make_section_text(
        &self,
        target: ChangeTarget,
        request: MakeText,
        actor: Actor,
        page_url: Option<String>,
    ) -> Result<SavedSection> {
        self.write_thread
            .run(move |tx| {
                let before = incidents::find_visible_incident(tx, &target.viewer, target.id)?;
                let source = source::load(tx, &Viewer::Operator, &before)?;
                let clock = UserClock::new(target.now, UTC);
                change_section(tx, before, &target, |it| {
                    with_view(it, &clock, page_url.as_deref(), |view| {
                        it.make_text(&source, request, view, &actor)
                    })
                })
            })
            .await
    }
}

/// The time zone of texts that stay as they are.
const UTC: &str = "UTC";

/// Calls `render` with the view of a reader with this clock.
fn with_view<T>(
    incident: &Incident,
    clock: &UserClock,
    page_url: Option<&str>,
    render: impl FnOnce(&PostmortemView<'_>) -> T,
) -> T {
    let channel = incident.channel.as_ref();
    let channel_url = channel.map(|channel| channel_url(&channel.id));
    render(&PostmortemView {
        clock,
        page_url,
        channel_url: channel_url.as_deref(),
    })
}

/// Changes a section. A conflict is an outcome, and nothing is stored.
fn change_section(
    tx: &Connection,
    before: Incident,
    target: &ChangeTarget,
    decide: impl FnOnce(&Incident) -> std::result::Result<Change, SectionError>,
) -> Result<SavedSection> {
    let mut conflict = None;
    let saved = changes::change_once(tx, before, &target.key, |it, _| {
        decide(it).map_err(|error| match error {
            SectionError::Rejected(rejection) => rejection.into(),
            SectionError::Conflict(current) => {
                conflict = Some(current.map(|section| *section));
                Error::Conflict
            }
        })
    });
    match (saved, conflict) {
        (Err(Error::Conflict), Some(current)) => Ok(SavedSection::Conflict(current)),
        (saved, _) => Ok(SavedSection::Saved(Box::new(saved?.after))),
    }
}
