//! Block Kit as Slack's own validator knows it: which blocks may stand where, and how long everything may be.
//!
//! The rules are tables ([`blocks`], [`elements`], [`composition`]); [`rules`] reads them.

use serde_json::{Value, json};

mod blocks;
mod composition;
mod elements;
mod presets;
mod rich_text;
mod rules;
#[cfg(test)]
mod tests;
mod views;

pub(super) use presets::{blocks_with_presets, with_presets};
pub(super) use views::check_view;

use rules::Report;

/// Where blocks are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Surface {
    Message,
    Modal,
    Home,
}

/// Something that Slack refuses, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    pointer: String,
    text: String,
}

/// The most blocks in a message (docs.slack.dev/reference/block-kit/blocks).
const MOST_IN_MESSAGE: usize = 50;

impl Problem {
    /// Gives the problem as Slack writes it.
    pub(super) fn as_sentence(&self) -> String {
        format!("{} [json-pointer:{}]", self.text, self.pointer)
    }
}

/// Gives what Slack would refuse in the blocks of a message or of one of its attachments.
pub(super) fn check_message(blocks: &[Value]) -> Vec<Problem> {
    let mut report = Report::default();
    if blocks.len() > MOST_IN_MESSAGE {
        report.add(
            "/blocks",
            &format!("no more than {MOST_IN_MESSAGE} items allowed"),
        );
    }
    blocks::check(&mut report, blocks, Surface::Message, "/blocks");
    report.problems
}

/// Gives the fields of a refusal that tell what is wrong: `response_metadata.messages` and, for messages, `errors`.
pub(super) fn refusal(problems: &[Problem]) -> Value {
    let sentences: Vec<String> = problems.iter().map(Problem::as_sentence).collect();
    let messages: Vec<String> = sentences.iter().map(|s| format!("[ERROR] {s}")).collect();
    json!({"errors": sentences, "response_metadata": {"messages": messages}})
}
