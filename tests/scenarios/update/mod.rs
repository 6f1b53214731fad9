//! Changes of an incident by modal and by quick edit.

pub(crate) mod command_other_channel;
pub(crate) mod concurrent_updates;
pub(crate) mod quick_edit;
mod resolve;
mod status_update;
pub(crate) mod update;
pub(crate) mod update_modal;
pub(crate) mod update_other_channel;
pub(crate) mod update_status;
