//! `/datadog help`: lists commands, message actions and shortcuts, generated from the grammar.

use muster_commands::help;

use crate::app::App;
use crate::domain::UserNames;
use crate::slack::client::Message;
use crate::slack::dispatch::Reply;
use crate::slack::text::activity;
use crate::slack::text::activity::{RichText, Span, bold, text};

/// Lists commands, message actions and shortcuts in an ephemeral message.
pub fn handle(app: &App) -> Reply {
    let mut lines: Vec<RichText> = vec![vec![bold("What you can type")]];
    for (typed, says) in help::commands(&app.config.command) {
        lines.push(vec![Span::Code(typed), text(format!("  {says}"))]);
    }
    lines.push(vec![]);
    lines.push(vec![bold("In the menu of a message")]);
    for (label, says) in help::message_actions() {
        lines.push(vec![bold(label), text(format!("  {says}"))]);
    }
    lines.push(vec![]);
    lines.push(vec![bold("Among the shortcuts, wherever you are")]);
    for (label, says) in help::shortcuts() {
        lines.push(vec![bold(label), text(format!("  {says}"))]);
    }
    let names = UserNames::default();
    Reply::Ephemeral(Message {
        text: activity::mrkdwn(&lines, &names),
        blocks: vec![activity::rich_text_block(&lines, &names)],
    })
}
