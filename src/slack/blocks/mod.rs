//! Block Kit messages and views.

pub(crate) mod alerts;
pub mod channel;
pub mod lists;

pub mod activity;
pub mod announcement;
pub mod call_suggestion;
pub(crate) mod closing_summary;
pub mod direct_message;
pub(crate) mod duplicates;
pub mod header;
pub mod home;
pub(crate) mod incident_details;
pub(crate) mod mrkdwn;
pub(crate) mod notification;
pub(crate) mod open_page;
pub(crate) mod postmortem;
pub mod private_reply;
pub(crate) mod reminder;
pub(crate) mod rich_text;
pub(crate) mod status_update;
pub(crate) mod task_notice;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod snapshot_tests;

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
