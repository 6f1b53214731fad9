//! Tests of the sandbox over HTTP and WebSockets, with a small test app.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod deletions;
mod faults;
mod modals;

mod access;
mod accounts;
mod app;
mod client;
mod events;
mod messages;
mod page;
mod sockets;
mod web_api;
