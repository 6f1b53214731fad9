//! Renders a postmortem: the values of the variables in its sections, as Markdown.

mod source;

pub use source::{PostmortemSource, QuoteState, SimilarIncident, SourceEntry};

use crate::TemplateValues;
use crate::UserClock;

/// What the rendered text depends on besides the facts: its reader.
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
        let values = TemplateValues {
            incident: &self.incident,
            settings: &self.settings,
            contacts: &self.contacts,
            clock: view.clock,
            page_url: view.page_url,
            channel_url: view.channel_url,
            changes: &[],
        };
        let postmortem = self.incident.postmortem.as_ref();
        let section = |section: &super::Section| RenderedSection {
            number: section.number,
            heading: section.heading.clone(),
            body: match &section.frozen {
                Some(frozen) => frozen.clone(),
                None => values.fill_in_body(&section.body),
            },
        };
        RenderedPostmortem {
            title: postmortem.map_or_else(String::new, |it| it.title.clone()),
            sections: self.document.sections.iter().map(section).collect(),
        }
    }
}
