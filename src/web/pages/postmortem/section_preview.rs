//! The preview of a section while it is written: the variables to complete, the mistakes, the text with the values of
//! its variables.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::domain::Settings;
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
        let completions = variable_completion::completions(&[text], &variables(settings));
        Self {
            completions,
            problems: settings.postmortem_variable_errors(text),
            body: render_section(&page.source.render_text(text, &page.reader().view())),
        }
    }
}

/// Returns the names and descriptions of the variables: those of postmortems before those of messages.
pub(super) fn variables(settings: &Settings) -> Vec<(String, String)> {
    settings.postmortem_variables()
}

/// Returns the text with a variable in place of the one that is being written.
pub(super) fn with_variable(text: &str, name: &str) -> String {
    let mut text = text.to_owned();
    variable_completion::insert(&mut [&mut text], name);
    text
}
