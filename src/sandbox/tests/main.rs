//! Tests of the sandbox over HTTP and WebSockets, with a small test app.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod access;
mod accounts;
mod app;
mod canvases;
mod client;
mod deletions;
mod events;
mod faults;
mod guide;
mod mail;
mod messages;
mod modals;
mod openid;
mod page;
mod response_url;
mod sockets;
mod storage;
mod web_api;
