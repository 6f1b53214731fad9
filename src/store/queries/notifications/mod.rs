//! Queries about notifications, their conversations, subscriptions and rules.

pub(crate) mod incident_notifications;
pub(crate) mod mail_conversation;
pub(crate) mod mail_subscription;
pub(crate) mod rule_matches;
pub(crate) mod webhook_log;
pub(crate) mod webhook_target;
