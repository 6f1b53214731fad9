//! The tables of a postmortem: one file per table.

pub(crate) mod postmortem_exports;
pub(crate) mod postmortem_sections;
pub(crate) mod postmortems;
