//! Crash tests: the real binary is killed with SIGKILL at each kill point of each delivery and of each
//! request, and restarted. Afterwards nothing is missing and nothing is duplicated.
//!
//! The bot runs in a process of its own; the sandbox runs in this one, on the system clock. A full disk, and
//! commands in a terminal next to a running bot, are tested here as well, because they need a separate
//! process.
//!
//! Each case has its own workspace, store and bot. Its name states the delivery or request, the kill point
//! and the transport.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod app_messages;
mod cli;
mod concurrent_change;
mod coverage;
mod database;
mod declare_variants;
mod exactly_once;
mod expected_state;
mod harness;
mod home_views;
mod kill_points;
mod matrix;
mod overdue_notice;
mod redelivery;
mod request_kinds;
mod unresolved_users;

mod deliveries;
mod events;
mod full_disk;
mod impacts;
mod links;
mod messages;
mod process;
mod reminders;
mod requests;
mod subscribe;
#[path = "../support/mod.rs"]
mod support;
mod tasks;
mod timeline;
mod visibility;
