//! The pages, as a browser without JavaScript uses them: a real server, a real store, and the sandbox as Slack.
//!
//! `harness` contains the browser; the users, the clock and the workspace are those of the scenarios. Each other
//! file contains the stories of one page or of one rule that holds for all pages.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[allow(
    dead_code,
    unused_imports,
    reason = "each test program uses a part of it"
)]
#[path = "../scenarios/harness/mod.rs"]
pub mod harness;
#[path = "../support/mod.rs"]
mod support;
#[allow(
    dead_code,
    unused_imports,
    reason = "each test program uses a part of it"
)]
pub mod transport;

#[path = "harness/browser.rs"]
mod browser;
#[path = "harness/html.rs"]
mod html;

mod alerts;
mod api;
mod clipboard;
mod declare;
mod declare_duplicates;
mod every_route;
mod guests;
mod help;
mod incident;
mod list;
mod live;
mod mixed;
mod open_page;
mod operations;
mod parity;
mod postmortem;
mod postmortems;
mod profile;
mod rejected_requests;
mod settings;
mod sign_in;
mod slack_sign_in;
mod tasks;
mod walkthrough;
mod webhooks;
