//! Makes text of the variables in a section: their current values, to be edited.

use crate::postmortem::{EditSection, PostmortemSource, PostmortemView, SectionError};
use crate::{Actor, Change, Incident, Rejection};

/// A request to replace the variables of a section by their current values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MakeText {
    /// The number of the section.
    pub number: i64,
    /// The revision that the user saw.
    pub expected_revision: i64,
}

impl Incident {
    /// Replaces the variables of a section by their current values, as a new revision.
    ///
    /// # Errors
    /// Returns [`SectionError::Conflict`] if the section has another revision than the expected one.
    pub fn make_text(
        &self,
        source: &PostmortemSource,
        request: MakeText,
        view: &PostmortemView<'_>,
        actor: &Actor,
    ) -> Result<Change, SectionError> {
        let Some(section) = source.document.section(request.number) else {
            return Err(SectionError::Conflict(None));
        };
        let body = source.render_text(&section.body, view);
        if body == section.body {
            return Err(SectionError::Rejected(Rejection(
                "This section has no variables to replace.".to_owned(),
            )));
        }
        let edit = EditSection {
            number: Some(request.number),
            expected_revision: request.expected_revision,
            heading: section.heading.clone(),
            body,
        };
        self.edit_section(&source.document, edit, actor)
    }
}
