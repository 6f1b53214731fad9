//! `/datadog help`: lists commands, message actions and shortcuts, generated from the grammar.

use muster_commands::help;

use crate::domain::UserNames;
use crate::slack::client::Message;
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;
use crate::slack::text::activity;
use crate::slack::text::activity::{RichText, Span, bold, text};

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
        text: activity::mrkdwn(&lines, &names),
        blocks: vec![activity::rich_text_block(&lines, &names)],
    })
}
