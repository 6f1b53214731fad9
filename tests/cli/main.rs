//! The commands of the binary as an operator uses them.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod alert_sources;
mod doctor;
mod doctor_exports;
mod doctor_mail;
mod doctor_pages;
mod help;
mod import;
mod keys;
mod mail_relay;
mod program;
mod settings;
mod settings_csv;
mod settings_import;
mod settings_templates;
#[path = "../support/mod.rs"]
mod support;
