//! The page of an incident, with its tabs and forms.

mod configured_fields;
mod details;
mod fields;
mod notifications;
mod overview;
mod remediation;
mod timeline;
