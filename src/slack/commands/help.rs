//! `/datadog help`: lists commands, message actions and shortcuts, generated from the grammar.

use muster_commands::help;

use crate::domain::UserNames;
use crate::domain::text::{RichText, Span, bold, text};
use crate::slack::blocks::rich_text;
use crate::slack::client::Message;
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;

/// Lists commands, message actions and shortcuts in an ephemeral message.
pub(crate) fn handle(ctx: &RequestContext) -> Reply {
    let mut lines: Vec<RichText> = vec![vec![bold("What you can type")]];
    for (usage, summary) in help::commands(ctx.slash_command()) {
        lines.push(vec![Span::Code(usage), text(format!("  {summary}"))]);
    }
    lines.push(vec![]);
    lines.push(vec![bold("In the menu of a message")]);
    for (label, summary) in help::message_actions() {
        lines.push(vec![bold(label), text(format!("  {summary}"))]);
    }
    lines.push(vec![]);
    lines.push(vec![bold("Among the shortcuts, wherever you are")]);
    for (label, summary) in help::shortcuts() {
        lines.push(vec![bold(label), text(format!("  {summary}"))]);
    }
    let names = UserNames::default();
    Reply::Ephemeral(Message {
        text: rich_text::fallback_text(&lines, &names),
        blocks: vec![rich_text::rich_text_block(&lines, &names)],
    })
}
