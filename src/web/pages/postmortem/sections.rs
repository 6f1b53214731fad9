//! The sections of the document, as they are read: their texts with the values of the variables, and their buttons.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::domain::postmortem::{RenderedSection, Section};
use crate::web::markdown::{Html, render_section};
use crate::web::pages::actions::Buttons;
use crate::web::pages::postmortem::PostmortemPage;
use crate::web::pages::postmortem::revisions::revisions_path;
use crate::web::pages::postmortem::section_actions::{EXPECTED, SectionAction, action_path};
use crate::web::parts::{ActionButton, Time};

/// A section of the document.
#[derive(Template)]
#[template(path = "parts/document_section.html", config = "src/web/askama.toml")]
pub(super) struct SectionRow {
    pub(super) number: i64,
    pub(super) heading: String,
    body: Html,
    is_empty: bool,
    author: String,
    time: Time,
    revision: i64,
    /// The address of its form, if it can be edited.
    edit: Option<String>,
    revisions: String,
    buttons: Vec<ActionButton>,
}

impl HtmlSafe for SectionRow {}

/// Returns the sections in their order.
pub(super) fn read(page: &PostmortemPage, rendered: &[RenderedSection]) -> Vec<SectionRow> {
    let sections = &page.source.document.sections;
    let rows = rendered.iter().filter_map(|rendered| {
        let section = sections.iter().find(|it| it.number == rendered.number)?;
        Some(row(page, section, rendered))
    });
    rows.collect()
}

fn row(page: &PostmortemPage, section: &Section, rendered: &RenderedSection) -> SectionRow {
    let number = section.number;
    let edit = format!("{}?edit={number}#section-{number}", page.path());
    let is_editable = page.is_editable();
    SectionRow {
        number,
        heading: section.heading.clone(),
        is_empty: rendered.body.trim().is_empty(),
        body: render_section(&rendered.body),
        author: page.name(&section.edited_by),
        time: page.signed_in.time(section.edited_at),
        revision: section.revision,
        edit: is_editable.then_some(edit),
        revisions: revisions_path(page, number),
        buttons: match is_editable {
            true => buttons(page, section, rendered),
            false => Vec::new(),
        },
    }
}

/// Returns the buttons that are of use: the first section does not move up, and a text without variables is text.
fn buttons(
    page: &PostmortemPage,
    section: &Section,
    rendered: &RenderedSection,
) -> Vec<ActionButton> {
    let sections = &page.source.document.sections;
    let is = |other: Option<&Section>| other.is_some_and(|it| it.number == section.number);
    let has_variables = rendered.body != section.body;
    let useful = [
        (SectionAction::MoveUp, !is(sections.first())),
        (SectionAction::MoveDown, !is(sections.last())),
        (SectionAction::MakeText, has_variables),
        (SectionAction::Remove, true),
    ];
    let buttons = Buttons {
        incident: page.incident(),
        back: page.path(),
    };
    let button = |(action, _): (SectionAction, bool)| {
        let path = action_path(page.incident().id, section.number, action);
        let button = buttons.button_to(path, section.number, action.label());
        ActionButton {
            full_label: format!("{}: {}", action.label(), section.heading),
            ..button.expecting(EXPECTED, &section.revision.to_string())
        }
    };
    let useful = useful.into_iter().filter(|(_, is_useful)| *is_useful);
    useful.map(button).collect()
}
