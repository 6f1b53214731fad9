//! Kill it anywhere: the real binary, killed with SIGKILL at every moment of every delivery and of
//! every request, and started again. Nothing is missing then, and nothing is there twice.
//!
//! The bot runs as a process of its own; the sandbox runs in this one, on the clock of the machine.
//! A disk that is full is staged here as well, and the terminal beside a bot that runs, for they take a
//! process of their own.
//!
//! Each case has a workspace, a store and a bot of its own, and is named by what it kills, when, and
//! by which door.
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
