//! Messages about the channel itself: welcome, briefing, topic, and the notice in an old channel.

pub(crate) mod briefing;
pub mod channel_topic;
pub(crate) mod old_channel_notice;
pub mod welcome;
