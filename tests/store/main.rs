//! Tests of the store with a real database file.
#![allow(clippy::unwrap_used)]

mod database_file;
mod field_values;
mod guests;
mod home_views;
mod message_edits;
mod support;

mod incidents;
mod outbox;
mod schedule;
mod tasks;
mod timeline;
