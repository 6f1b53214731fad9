//! Incidents as documents of the HTTP API: JSON:API, with Datadog's names. Webhooks send the same documents.

mod attachment;
mod field_analytics;
mod fields;
mod incident;
mod relationships;
mod resource_id;
pub mod search;
mod timeline_cell;
mod user;

pub use attachment::attachment_resources;
pub use field_analytics::DatedChange;
pub use incident::{DocumentContext, LastActivity, incident_resource, incident_revision};
pub use resource_id::{
    ResourceType, UserRef, incident_resource_id, parse_incident_ref, parse_resource_id,
    parse_user_resource_id, resource_id, system_user_resource_id, user_resource_id,
};
pub use timeline_cell::{CellContext, TimelineCell, cell_resource, cell_type};
pub use user::{KnownUsers, system_user_resource, user_reference, user_resource};
