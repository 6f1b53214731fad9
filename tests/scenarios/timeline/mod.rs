//! Timeline entries: notes, messages, pushpins.

pub(crate) mod add_to_incident;
pub(crate) mod add_to_incident_other_channel;
pub(crate) mod note;
pub(crate) mod post_edit;
pub(crate) mod pushpin;
mod quoted_message;
pub(crate) mod timeline;
pub(crate) mod timeline_list;
mod update_correction;
