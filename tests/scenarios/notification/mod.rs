//! Notifications that users send from Slack.

mod notify;
