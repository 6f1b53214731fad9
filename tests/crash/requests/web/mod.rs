//! Crash tests for the forms of the pages.

pub mod notifications;
mod saved_views;
mod slack_sign_in;
mod web_forms;
mod webhooks;
