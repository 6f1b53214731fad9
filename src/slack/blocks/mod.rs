//! Block Kit messages and views.

pub mod activity;
pub mod announcement;
pub(crate) mod briefing;
pub mod call_suggestion;
pub mod channel_topic;
pub mod direct_message;
pub mod header;
pub mod home;
pub(crate) mod impact_list;
pub(crate) mod incident_list;
pub(crate) mod link_list;
pub(crate) mod mrkdwn;
pub(crate) mod old_channel_notice;
pub mod private_reply;
pub(crate) mod reminder;
pub(crate) mod rich_text;
pub(crate) mod task_list;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod snapshot_tests;
pub(crate) mod timeline_list;
pub mod welcome;

use slack_morphism::prelude::*;

use crate::domain::UserNames;
use crate::domain::text::RichText;
use crate::slack::client::Message;

/// Slack: a header has at most 150 characters, docs.slack.dev/reference/block-kit/blocks/header-block.
const HEADER_LIMIT: usize = 150;

/// Returns a message of one paragraph, without user names.
pub(crate) fn text_message(sentence: RichText) -> Message {
    activity::message_with_retry_buttons(&[], vec![sentence], &UserNames::default())
}

/// Returns a context block.
pub(crate) fn context_block(text: &str) -> SlackBlock {
    SlackContextBlock::new(vec![SlackBlockMarkDownText::new(text.to_owned()).into()]).into()
}

/// Returns a header block.
fn heading_block(heading: &str) -> SlackBlock {
    SlackHeaderBlock::new(SlackBlockPlainText::new(heading.to_owned()).into()).into()
}
