//! The tables of the workspace: users, settings, channels, Home views, reactions, pending
//! messages, saved views, clipboards, webhooks, names of rules, unsubscribed addresses.

pub(crate) mod announcements_channels;
pub(crate) mod clipboard;
pub(crate) mod home_views;
pub(crate) mod pending_messages;
pub(crate) mod pushpin_reactions;
pub(crate) mod rule_renames;
pub(crate) mod saved_views;
pub(crate) mod settings;
pub(crate) mod unsubscribed_addresses;
pub(crate) mod users;
pub(crate) mod webhooks;
