//! Sentences that report events.

pub mod activity;
pub(crate) mod duration;
pub(crate) mod impact;
pub(crate) mod role;
pub(crate) mod task;

/// Maximum length of a title or a task within a sentence.
pub(crate) const TITLE_PREVIEW: usize = 120;

/// Maximum length of a quoted text in an activity.
pub(crate) const QUOTE_PREVIEW: usize = 300;
