//! Scenarios: the whole bot against the sandbox, over HTTP and over Socket Mode, with a simulated clock. A
//! scenario acts only as a user can: typing, filling in, clicking and reading.
//!
//! `harness` contains the world, its users and what the scenarios share; each other folder contains the stories
//! of one subject, named like the command or the domain module. `reliability` has the failures of Slack and of
//! the store, `transport` the HTTP endpoints and Socket Mode, and `privacy` what users without access see.
//! The files next to this one tell whole walk-throughs: an incident from start to end, the README and the
//! handbook, the help.
#![allow(clippy::unwrap_used, clippy::expect_used)]
#![allow(
    clippy::module_inception,
    reason = "the folder and its first story have the same subject"
)]

mod action_menu;
mod alert;
pub mod declare;
mod end_to_end;
pub mod events;
pub mod field;
pub mod harness;
pub mod home;
pub mod impact;
pub mod link;
pub mod mail;
mod notification_rules;
pub mod people;
pub mod postmortem;
pub mod postmortem_export;
pub mod privacy;
pub mod reliability;
pub mod reminder;
pub mod settings;
#[path = "../support/mod.rs"]
mod support;
pub mod task;
pub mod timeline;
pub mod transport;
pub mod update;

mod grammar;
mod grammar_questions;
mod grammar_texts;
mod help;
mod list;
mod notification;
mod readme;
