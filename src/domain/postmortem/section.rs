//! The sections of a postmortem, their revisions, and the changes that the store saves.

use crate::postmortem::{ExportReceipt, ExportTarget, PostmortemExport};
use crate::{Timestamp, UserId};

/// The maximum number of sections.
pub const MAX_SECTIONS: usize = 50;

/// The longest heading of a section, in characters.
pub const LONGEST_HEADING: usize = 150;

/// The longest text of a section, in characters.
pub const LONGEST_SECTION: usize = 50_000;

/// A section of a postmortem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its number within the postmortem, from 1. Numbers are not used again.
    pub number: i64,
    /// Its heading, in one line of plain text.
    pub heading: String,
    /// Its text: Markdown with variables.
    pub body: String,
    /// Its text as it was when the postmortem was completed, with the values of its variables; `None` before.
    pub frozen: Option<String>,
    /// The number of its current revision, from 1.
    pub revision: i64,
    /// When it was last saved.
    pub edited_at: Timestamp,
    /// The user who last saved it.
    pub edited_by: UserId,
}

/// A version of a section, which is kept when the section is saved again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// The number of the section.
    pub section: i64,
    /// Its number within the section, from 1.
    pub revision: i64,
    /// The heading.
    pub heading: String,
    /// The text.
    pub body: String,
    /// When it was saved.
    pub edited_at: Timestamp,
    /// The user who saved it.
    pub edited_by: UserId,
}

/// The sections of a postmortem in their order, and its exports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PostmortemDocument {
    /// The sections, without removed ones.
    pub sections: Vec<Section>,
    /// The exports, at most one for each target.
    pub exports: Vec<PostmortemExport>,
}

impl PostmortemDocument {
    /// Returns the section with this number.
    pub fn section(&self, number: i64) -> Option<&Section> {
        self.sections.iter().find(|it| it.number == number)
    }
}

/// A change of the sections or the exports of a postmortem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PostmortemChange {
    /// A section is added at the end, or gets another heading or text. The store keeps each revision.
    SectionSaved(Section),
    /// A section is removed. Its revisions are kept.
    SectionRemoved {
        /// Its number.
        number: i64,
    },
    /// The sections get another order.
    SectionsOrdered(Vec<i64>),
    /// A section keeps a text with the values of its variables, or has none any more.
    SectionFrozen {
        /// Its number.
        number: i64,
        /// The text; `None` to show current values again.
        text: Option<String>,
    },
    /// A user requested an export. An earlier receipt of the target is kept.
    ExportRequested {
        /// The tool.
        target: ExportTarget,
        /// The user.
        user: UserId,
    },
    /// An export is done.
    ExportDone {
        /// The tool.
        target: ExportTarget,
        /// The page.
        receipt: ExportReceipt,
        /// A remark; may be empty.
        detail: String,
    },
    /// An export failed. An earlier receipt of the target is kept.
    ExportFailed {
        /// The tool.
        target: ExportTarget,
        /// Why it failed and how to fix it.
        detail: String,
        /// The ID of the delivery, by which it can be retried.
        delivery_id: i64,
    },
    /// A failed export is retried.
    ExportRetried {
        /// The tool.
        target: ExportTarget,
    },
}
