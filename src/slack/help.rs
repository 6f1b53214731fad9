//! `/datadog help`: what can be typed and clicked, made from the grammar.

use muster_commands::help;

use super::client::Message;
use super::listener::Reply;
use super::words::{self, Piece, Sentence, plain, strong};
use crate::bot::Bot;
use crate::domain::Names;

/// Typed: shows what can be typed and clicked, only to the person.
pub fn typed(bot: &Bot) -> Reply {
    let mut lines: Vec<Sentence> = vec![vec![strong("What you can type")]];
    for (typed, says) in help::help(&bot.settings.command) {
        lines.push(vec![Piece::Code(typed), plain(format!("  {says}"))]);
    }
    lines.push(vec![]);
    lines.push(vec![strong("In the menu of a message")]);
    for (label, says) in help::clicks() {
        lines.push(vec![strong(label), plain(format!("  {says}"))]);
    }
    lines.push(vec![]);
    lines.push(vec![strong("Among the shortcuts, wherever you are")]);
    for (label, says) in help::shortcuts() {
        lines.push(vec![strong(label), plain(format!("  {says}"))]);
    }
    let names = Names::default();
    Reply::Ephemeral(Message {
        text: words::mrkdwn(&lines, &names),
        blocks: vec![words::block(&lines, &names)],
    })
}
