//! The page of a postmortem: its attributes, its sections, its exports. One that is attached has only its attributes and
//! the link.

use askama::Template;

use crate::domain::postmortem::{
    ChecklistItem, Postmortem, PostmortemStatus, RemovedSection, checklist,
};
use crate::web::form::new_key;
use crate::web::layout::{Layout, PageResult, Section, page_with_status};
use crate::web::pages::postmortem::exports::{self, ExportRow};
use crate::web::pages::postmortem::head::PostmortemHead;
use crate::web::pages::postmortem::revisions::revisions_path;
use crate::web::pages::postmortem::section_form::SectionForm;
use crate::web::pages::postmortem::sections::{self, SectionRow};
use crate::web::pages::postmortem::{PageState, PostmortemPage};
use crate::web::parts::{EditForm, StatusStrip, Time, is_web_address};

#[derive(Template)]
#[template(path = "postmortem.html", config = "src/web/askama.toml")]
struct DocumentTemplate {
    layout: Layout,
    head: PostmortemHead,
    path: String,
    facts: Facts,
    /// The form of the owner or of the timeline, if it is open.
    editing: Option<EditForm>,
    /// The remarks that readers should know first, as sentences.
    remarks: Vec<String>,
    strip: StatusStrip,
    checklist: Vec<ChecklistItem>,
    /// How long it takes to read it, in minutes.
    minutes: usize,
    /// The address of a document elsewhere.
    attached: Option<String>,
    /// The sections before the open form, and those after it; without one, all are before it.
    before: Vec<SectionRow>,
    after: Vec<SectionRow>,
    form: Option<SectionForm>,
    removed: Vec<RemovedRow>,
    exports: Vec<ExportRow>,
    is_editable: bool,
}

/// The attributes of a postmortem.
struct Facts {
    status: PostmortemStatus,
    /// The status in the select.
    selected: String,
    status_key: String,
    owner: String,
    timeline: &'static str,
    template: String,
    created_by: String,
    created_at: Time,
    completed_at: Option<Time>,
}

/// A section that was removed.
struct RemovedRow {
    heading: String,
    time: Time,
    revisions: String,
}

impl DocumentTemplate {
    /// Returns the form of a field, if it is open.
    fn form_of(&self, name: &str) -> Option<&EditForm> {
        self.editing.as_ref().filter(|form| form.name == name)
    }

    /// Returns how many items of the checklist are open.
    fn open_items(&self) -> usize {
        let open = self.checklist.iter().filter(|item| !item.is_satisfied);
        open.count()
    }

    fn sections(&self) -> impl Iterator<Item = &SectionRow> {
        self.before.iter().chain(&self.after)
    }
}

/// Renders the page.
pub(super) async fn render(
    page: &PostmortemPage,
    postmortem: &Postmortem,
    mut state: PageState,
) -> PageResult {
    let incident = page.incident();
    let (store, viewer) = (page.signed_in.store(), page.signed_in.viewer.clone());
    let changes = store.status_changes(viewer.clone(), incident.id).await?;
    let rendered = page.source.render(&page.reader().view());
    let facts = facts(page, postmortem, &mut state);
    let attached = postmortem.attached_url.clone();
    let (before, after) = around_form(
        sections::read(page, &rendered.sections),
        state.section.as_ref(),
    );
    let template = DocumentTemplate {
        layout: page.signed_in.layout(Section::Incidents),
        head: PostmortemHead::read(page, &state).await?,
        path: page.path(),
        facts,
        editing: state.editing,
        remarks: incident.postmortem_remarks(),
        strip: StatusStrip::new(incident, &changes, page.signed_in.now),
        checklist: checklist(&page.source, page.signed_in.now),
        minutes: rendered.reading_minutes(),
        attached: attached.filter(|url| is_web_address(url)),
        before,
        after,
        form: state.section,
        removed: removed(page, store.removed_sections(viewer, incident.id).await?),
        exports: exports::read(page),
        is_editable: page.is_editable(),
    };
    page_with_status(state.status, &template)
}

/// Returns the attributes. A form of the status that was rejected becomes the select on the page.
fn facts(page: &PostmortemPage, postmortem: &Postmortem, state: &mut PageState) -> Facts {
    let rejected = state.editing.take_if(|form| form.name == "status");
    let mut selected = postmortem.status.as_str().to_owned();
    if let Some(form) = rejected {
        selected = form.value;
        state.error = form.error;
    }
    Facts {
        status: postmortem.status,
        selected,
        status_key: new_key(),
        owner: page.name(&postmortem.owner),
        timeline: postmortem.timeline.label(),
        template: postmortem.template.clone(),
        created_by: page.name(&postmortem.created_by),
        created_at: page.signed_in.time(postmortem.created_at),
        completed_at: postmortem.completed_at.map(|at| page.signed_in.time(at)),
    }
}

/// Splits the sections at the one whose form is open, which is not shown.
fn around_form(
    mut sections: Vec<SectionRow>,
    form: Option<&SectionForm>,
) -> (Vec<SectionRow>, Vec<SectionRow>) {
    let number = form.and_then(|form| form.number);
    let position = sections.iter().position(|it| Some(it.number) == number);
    match position {
        Some(position) => {
            let after = sections.split_off(position + 1);
            sections.truncate(position);
            (sections, after)
        }
        None => (sections, Vec::new()),
    }
}

fn removed(page: &PostmortemPage, removed: Vec<RemovedSection>) -> Vec<RemovedRow> {
    let row = |section: RemovedSection| RemovedRow {
        time: page.signed_in.time(section.removed_at),
        revisions: revisions_path(page, section.number),
        heading: section.heading,
    };
    removed.into_iter().map(row).collect()
}
