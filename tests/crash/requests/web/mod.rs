//! Crash tests for the forms of the pages.

mod saved_views;
mod settings_forms;
mod slack_sign_in;
mod web_forms;
