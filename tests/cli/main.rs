//! The commands of the binary as an operator uses them.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod doctor;
mod doctor_mail;
mod doctor_pages;
mod help;
mod keys;
mod mail_relay;
mod program;
mod settings;
mod settings_csv;
#[path = "../support/mod.rs"]
mod support;
