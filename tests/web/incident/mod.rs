//! The page of an incident, with its tabs and forms.

mod details;
mod fields;
mod notifications;
mod overview;
mod remediation;
mod timeline;
