//! Tests of the store with a real database file.
#![allow(clippy::unwrap_used)]

mod file;
mod homes;
mod incidents;
mod kept;
mod messages;
mod outbox;
mod reminders;
mod tasks;
mod timeline;
