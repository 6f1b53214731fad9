//! The store on a real file: what was kept is read back, and what was refused leaves no trace.
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
