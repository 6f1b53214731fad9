//! The preview of a section while it is written: the variables to complete, the mistakes, the text with the values of
//! its variables.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::domain::postmortem::POSTMORTEM_VARIABLES;
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
            problems: settings.postmortem_variable_errors(text),
            body: render_section(&page.source.render_text(text, &page.reader().view())),
        }
    }
}

/// Returns the names and descriptions of the variables: those of postmortems before those of messages.
pub(super) fn variables(settings: &Settings) -> Vec<(String, String)> {
    let of_postmortems = POSTMORTEM_VARIABLES.iter();
    let of_postmortems = of_postmortems.map(|it| (it.name.to_owned(), it.description.to_owned()));
    of_postmortems
        .chain(settings.template_variables())
        .collect()
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
