//! Declaring an incident.

pub(crate) mod declare;
pub(crate) mod declare_channel;
pub(crate) mod declare_fields;
pub(crate) mod declare_from_message;
pub(crate) mod duplicates;
pub(crate) mod incident_type;
pub(crate) mod modal_not_opened;
pub(crate) mod no_commander;
pub(crate) mod test_incident;
pub(crate) mod titles;
