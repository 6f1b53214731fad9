//! Tables of the HTTP API.

pub(crate) mod api_answers;
pub(crate) mod imports;
pub(crate) mod incident_types;
pub(crate) mod setting_resources;
