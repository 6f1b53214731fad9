//! Tests of the store with a real database file.
#![allow(clippy::unwrap_used)]

mod alerts;
mod database_file;
mod field_values;
mod full_text;
mod guests;
mod home_views;
mod message_edits;
#[path = "../support/reopen.rs"]
mod reopen;
mod support;

mod incident_search;
mod incidents;
mod outbox;
mod postmortem;
mod postmortem_list;
mod random_incidents;
mod saved_views;
mod schedule;
mod tasks;
mod timeline;
