//! The postmortem of an incident: a document in sections, with an owner, a status and revisions.

mod announce;
mod edit;
mod export;
mod from_program;
mod generate;
mod line_diff;
mod markdown_document;
mod merge;
#[expect(
    clippy::module_inception,
    reason = "the record has the name of its subject"
)]
mod postmortem;
mod render;
mod restore;
mod revise;
mod section;
mod state;
mod template;
mod template_preview;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

pub use edit::{EditPostmortem, EditSection, SectionError, SectionMove};
pub use export::{ExportReceipt, ExportState, ExportTarget, PostmortemExport, RequestExport};
pub use from_program::WritePostmortem;
pub use generate::{AttachPostmortem, GeneratePostmortem};
pub use line_diff::{DiffLine, line_diff};
pub use markdown_document::PostmortemFact;
pub use merge::{MergedText, merge};
pub use postmortem::{Postmortem, PostmortemStatus, TimelineSelection};
pub use render::MakeText;
pub(crate) use render::is_postmortem_variable;
pub use render::{ChecklistItem, checklist};
pub use render::{
    POSTMORTEM_VARIABLES, PostmortemSource, PostmortemVariable, PostmortemView, QuoteState,
    RenderedPostmortem, RenderedSection, SimilarIncident, SourceEntry,
};
pub use restore::{RemovedSection, RestoreSection};
pub use revise::RevisePostmortem;
pub use section::{
    LONGEST_HEADING, LONGEST_SECTION, MAX_SECTIONS, PostmortemChange, PostmortemDocument, Revision,
    Section,
};
pub use state::PostmortemState;
pub use template::PostmortemTemplate;
pub(crate) use template::default_templates;
