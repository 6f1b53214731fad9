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

mod deliveries;
mod harness;
mod reliability;
mod requests;
#[path = "../support/mod.rs"]
mod support;

use harness::{
    api_request, app_messages, database, exactly_once, expected_state, kill_points, matrix,
    process, redelivery, request_kinds, web_form,
};
use requests::{
    fields, links, messages, resolve, status_update, tasks, unresolved_users, visibility,
};
