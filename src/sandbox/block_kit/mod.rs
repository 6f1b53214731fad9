//! Block Kit validation as in Slack: the blocks that each surface allows, their fields and limits.
//!
//! The rules are tables ([`blocks`], [`elements`], [`composition`]) that [`rules`] evaluates.

mod defaults;

use serde_json::{Value, json};

mod blocks;
mod composition;
mod elements;
mod rich_text;
mod rules;
#[cfg(test)]
mod tests;
mod views;

pub(super) use crate::block_kit::defaults::{blocks_with_defaults, view_with_defaults};
pub(super) use views::check_view;

use rules::Violations;

/// The surface on which blocks are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Surface {
    Message,
    Modal,
    Home,
}

/// A violation of Slack's rules and its location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Violation {
    path: String,
    text: String,
}

/// The maximum number of blocks in a message (docs.slack.dev/reference/block-kit/blocks).
const MAX_MESSAGE_BLOCKS: usize = 50;

impl Violation {
    /// Returns the violation in Slack's wording.
    pub(super) fn to_message(&self) -> String {
        format!("{} [json-pointer:{}]", self.text, self.path)
    }
}

/// Returns the violations in the blocks of a message or of one of its attachments.
pub(super) fn check_message(blocks: &[Value]) -> Vec<Violation> {
    let mut report = Violations::default();
    if blocks.len() > MAX_MESSAGE_BLOCKS {
        report.add(
            "/blocks",
            &format!("no more than {MAX_MESSAGE_BLOCKS} items allowed"),
        );
    }
    blocks::check(&mut report, blocks, Surface::Message, "/blocks");
    report.list
}

/// Returns the error fields that describe the violations: `response_metadata.messages` and, for
/// messages, `errors`.
pub(super) fn violations_json(problems: &[Violation]) -> Value {
    let sentences: Vec<String> = problems.iter().map(Violation::to_message).collect();
    let messages: Vec<String> = sentences.iter().map(|s| format!("[ERROR] {s}")).collect();
    json!({"errors": sentences, "response_metadata": {"messages": messages}})
}
