//! Tests of the sandbox over HTTP and WebSockets, with a small test app.
#![cfg(feature = "sandbox")]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod access;
mod accounts;
mod app;
mod client;
mod events;
mod forms;
mod messages;
mod page;
mod sockets;
mod trouble;
mod undoing;
mod web_api;
