//! Crash tests for the forms of the pages.

mod alert_rules;
mod alert_sources;
mod alerts;
mod api_keys;
mod notification_rules;
pub mod notifications;
mod postmortem;
mod saved_views;
mod settings_forms;
mod slack_sign_in;
mod unsubscribe;
mod web_forms;
mod webhooks;
