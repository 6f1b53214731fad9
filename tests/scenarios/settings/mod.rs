//! Team settings in Slack.

pub(crate) mod settings;
pub(crate) mod settings_modal;
