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

mod again;
mod asks;
mod blow;
mod cases;
mod declared;
mod deliveries;
mod events;
mod forgotten;
mod full_disk;
mod homes;
mod impacts;
mod links;
mod once;
mod overdue;
mod overtaken;
mod process;
mod records;
mod reminders;
mod requests;
mod standing;
mod strangers;
mod subscribe;
mod tasks;
mod terminal;
mod timeline;
mod visibility;
mod world;
