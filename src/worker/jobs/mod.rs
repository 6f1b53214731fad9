//! One file per delivery kind: the calls to Slack of an attempt.

pub(crate) mod create_channel;
pub(crate) mod delete_announcement;
pub(crate) mod old_channel;
pub(crate) mod post_reminder;
pub(crate) mod rename_channel;
pub(crate) mod repair;
pub(crate) mod resolve_user;
pub(crate) mod send_briefing;
pub(crate) mod send_direct_message;
pub(crate) mod send_private_reply;
pub(crate) mod suggest_call;
pub(crate) mod sync_bookmarks;
