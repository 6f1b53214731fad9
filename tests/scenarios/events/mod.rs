//! Events about channels.

pub(crate) mod announcements_channel;
pub(crate) mod channel_events;
pub(crate) mod channel_name;
pub(crate) mod channel_unavailable;
pub(crate) mod events;
pub(crate) mod mentions;
