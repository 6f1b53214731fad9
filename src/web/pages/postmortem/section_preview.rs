//! The preview of a section while it is written: the variables to complete, the mistakes, the text with the values of
//! its variables.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::domain::postmortem::PostmortemSource;
use crate::domain::{MessageTemplate, Settings};
use crate::web::markdown::{Html, render_section};
use crate::web::pages::postmortem::PostmortemPage;
use crate::web::parts::variable_completion;

/// The preview of a section.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/section_preview.html", config = "src/web/askama.toml")]
pub(super) struct SectionPreview {
    /// The variables with the name that is being written.
    completions: Vec<(String, String)>,
    problems: Vec<String>,
    body: Html,
}

impl HtmlSafe for SectionPreview {}

impl SectionPreview {
    /// Renders the preview of a text.
    pub(super) fn new(page: &PostmortemPage, text: &str) -> Self {
        let settings = &page.source.settings;
        let template = as_template(text);
        let written = variable_completion::written_variable(&template);
        let is_meant = |(name, _): &(String, String)| {
            written.is_some_and(|written| name.contains(&written.to_lowercase()))
        };
        let mut completions = variables(settings);
        completions.retain(is_meant);
        Self {
            completions,
            problems: problems(settings, text),
            body: render_section(&filled_in(page, text)),
        }
    }
}

/// Returns the names and descriptions of the variables.
pub(super) fn variables(settings: &Settings) -> Vec<(String, String)> {
    settings.template_variables()
}

/// Returns the text with a variable in place of the one that is being written.
pub(super) fn with_variable(text: &str, name: &str) -> String {
    let mut template = as_template(text);
    variable_completion::insert(&mut template, name);
    template.body
}

fn as_template(text: &str) -> MessageTemplate {
    MessageTemplate {
        body: text.to_owned(),
        ..MessageTemplate::default()
    }
}

fn problems(_settings: &Settings, _text: &str) -> Vec<String> {
    Vec::new()
}

fn filled_in(page: &PostmortemPage, text: &str) -> String {
    let mut source: PostmortemSource = page.source.clone();
    source.document.sections.truncate(1);
    for section in &mut source.document.sections {
        text.clone_into(&mut section.body);
        section.frozen = None;
    }
    let rendered = source.render(&page.reader().view());
    let section = rendered.sections.into_iter().next();
    section.map_or_else(String::new, |it| it.body)
}
