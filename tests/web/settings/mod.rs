//! The settings pages.

pub(crate) mod forms;
pub(crate) mod import;
pub(crate) mod import_values;
pub(crate) mod postmortem_templates;
pub(crate) mod rights;
pub(crate) mod rules;
pub(crate) mod templates;
mod unsubscribe;
