//! Incidents as documents of the HTTP API: JSON:API, with Datadog's names. Webhooks send the same documents.

mod attachment;
mod field_analytics;
mod fields;
mod incident;
mod notification_handle;
mod object;
mod relationships;
mod resource_id;
pub mod search;
mod setting_resource;
mod timeline_cell;
mod user;

pub use attachment::{Attachment, POSTMORTEM, attachment_resources, attachments};
pub use field_analytics::DatedChange;
pub use incident::{DocumentContext, LastActivity, incident_resource, incident_revision};
pub use notification_handle::{handle_of, parse_handle};
pub use object::object;
pub use relationships::OWN_CHANNEL;
pub use resource_id::{
    ResourceType, UserRef, incident_resource_id, incident_type_resource_id, parse_incident_ref,
    parse_incident_type_id, parse_part_id, parse_resource_id, parse_user_resource_id,
    part_resource_id, resource_id, responder_resource_id, role_assignment_resource_id,
    system_user_resource_id, user_resource_id,
};
pub use setting_resource::SettingResourceKind;
pub use timeline_cell::{CellContext, TimelineCell, cell_resource, cell_type};
pub use user::{KnownUsers, system_user_resource, user_reference, user_resource};
