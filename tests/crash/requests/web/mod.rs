//! Crash tests for the forms of the pages.

mod notification_rules;
mod saved_views;
mod slack_sign_in;
mod web_forms;
