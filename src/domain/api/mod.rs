//! Incidents as documents of the HTTP API: JSON:API, with Datadog's names. Webhooks send the same documents.

mod fields;
mod incident;
mod resource_id;

pub use incident::{DocumentContext, incident_resource};
pub use resource_id::{ResourceType, resource_id, user_resource_id};
