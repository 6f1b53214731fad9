//! Renders a postmortem: the values of the variables in its sections, as Markdown.

mod checklist;
mod facts;
mod links;
mod make_text;
mod participants;
mod remarks;
mod source;
mod timeline;
mod values;
mod variables;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

pub use checklist::{ChecklistItem, checklist};
pub use make_text::MakeText;
pub use source::{PostmortemSource, QuoteState, SimilarIncident, SourceEntry};
pub(crate) use variables::is_postmortem_variable;
pub use variables::{POSTMORTEM_VARIABLES, PostmortemVariable};

use crate::UserClock;
use crate::notification::fill_in;
use crate::postmortem::render::values::PostmortemValues;

/// The number of words that a reader reads in a minute.
const WORDS_PER_MINUTE: usize = 220;

/// The reader. The rendered text depends on the reader and on the facts.
#[derive(Clone, Copy)]
pub struct PostmortemView<'a> {
    /// The current time, in the time zone of the reader.
    pub clock: &'a UserClock,
    /// The address of the incident's page; `None` if the pages have none.
    pub page_url: Option<&'a str>,
    /// The address of the incident's channel; `None` if it has none.
    pub channel_url: Option<&'a str>,
}

/// A postmortem with the values of its variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderedPostmortem {
    /// The title, in one line of plain text.
    pub title: String,
    /// The sections, in their order.
    pub sections: Vec<RenderedSection>,
}

/// A section with the values of its variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderedSection {
    /// Its number.
    pub number: i64,
    /// Its heading, in one line of plain text.
    pub heading: String,
    /// Its text, in Markdown.
    pub body: String,
}

impl PostmortemSource {
    /// Renders the postmortem. A frozen section is returned as it was frozen.
    pub fn render(&self, view: &PostmortemView<'_>) -> RenderedPostmortem {
        let postmortem = self.incident.postmortem.as_ref();
        let section = |section: &super::Section| RenderedSection {
            number: section.number,
            heading: section.heading.clone(),
            body: match &section.frozen {
                Some(frozen) => frozen.clone(),
                None => self.render_text(&section.body, view),
            },
        };
        RenderedPostmortem {
            title: postmortem.map_or_else(String::new, |it| it.title.clone()),
            sections: self.document.sections.iter().map(section).collect(),
        }
    }

    /// Returns a text with the current values of its variables, such as for a preview. Markdown stays Markdown, text
    /// in braces that names no variable stays as it is, and so does fenced code.
    pub fn render_text(&self, text: &str, view: &PostmortemView<'_>) -> String {
        fill_in(text, &PostmortemValues::new(self, view))
    }

    /// Returns the texts of all sections with the current values of their variables, by number.
    pub fn frozen_sections(&self, view: &PostmortemView<'_>) -> Vec<(i64, String)> {
        let sections = self.document.sections.iter();
        sections
            .map(|section| (section.number, self.render_text(&section.body, view)))
            .collect()
    }
}

impl RenderedPostmortem {
    /// Returns the time that it takes to read the document, in minutes: at least one.
    pub fn reading_minutes(&self) -> usize {
        let texts = self.sections.iter().flat_map(|it| [&it.heading, &it.body]);
        let words: usize = texts.map(|text| text.split_whitespace().count()).sum();
        words.div_ceil(WORDS_PER_MINUTE).max(1)
    }
}
