//! The postmortem of an incident: a document in sections, with an owner, a status and revisions.

mod announce;
mod default_template;
mod edit;
mod export;
mod generate;
#[expect(
    clippy::module_inception,
    reason = "the record has the name of its subject"
)]
mod postmortem;
mod render;
mod revise;
mod section;
mod template;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

pub(crate) use default_template::default_templates;
pub use edit::{EditPostmortem, EditSection, SectionError, SectionMove};
pub use export::{ExportReceipt, ExportState, ExportTarget, PostmortemExport, RequestExport};
pub use generate::{AttachPostmortem, GeneratePostmortem};
pub use postmortem::{Postmortem, PostmortemStatus, TimelineSelection};
pub use render::{
    PostmortemSource, PostmortemView, QuoteState, RenderedPostmortem, RenderedSection,
    SimilarIncident, SourceEntry,
};
pub use revise::RevisePostmortem;
pub use section::{
    LONGEST_HEADING, LONGEST_SECTION, MAX_SECTIONS, PostmortemChange, PostmortemDocument, Revision,
    Section,
};
pub use template::PostmortemTemplate;
