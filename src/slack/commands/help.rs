//! `/datadog help`: the most important commands on one screen, and all of them, generated from the command
//! table.

use muster_commands::action_menu;
use muster_commands::help::{self, HelpGroup, HelpScope};

use crate::domain::UserNames;
use crate::domain::text::{RichText, Span, bold, text};
use crate::slack::blocks::rich_text;
use crate::slack::client::Message;
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;

/// Shows help in an ephemeral message. The full list replaces the first screen.
pub(crate) fn handle(ctx: &RequestContext, scope: HelpScope) -> Reply {
    let names = UserNames::default();
    let lines = match scope {
        HelpScope::Short => short_help(ctx.slash_command()),
        HelpScope::Full => full_help(ctx.slash_command()),
    };
    let mut blocks = vec![rich_text::rich_text_block(&lines, &names)];
    let text = rich_text::fallback_text(&lines, &names);
    match scope {
        HelpScope::Short => {
            let show_all = action_menu::command_button(help::SHOW_ALL, "Show all", help::SHOW_ALL);
            blocks.extend(action_menu::button_row(show_all));
            Reply::Ephemeral(Message { text, blocks })
        }
        HelpScope::Full => Reply::Replacement(Message { text, blocks }),
    }
}

/// Returns one line for each group, with its most important commands.
fn short_help(slash: &str) -> Vec<RichText> {
    let mut lines = vec![vec![
        text("Type these after "),
        Span::Code(slash.to_owned()),
        text(", or "),
        Span::Code(slash.to_owned()),
        text(" alone for buttons:"),
    ]];
    for group in HelpGroup::ALL {
        let mut row = vec![bold(group.label())];
        for (index, usage) in help::short_usages(group).into_iter().enumerate() {
            row.push(text(if index == 0 { "  " } else { " · " }));
            row.push(Span::Code(usage.to_owned()));
        }
        lines.push(row);
    }
    lines.push(vec![
        text("In an incident's channel, commands apply to that incident. Elsewhere, add its number: "),
        Span::Code(format!("{slash} resolve IR-7")),
    ]);
    let actions = help::message_actions();
    let mut menu = vec![text("In a message's ⋯ menu: ")];
    for (index, (label, _)) in actions.into_iter().enumerate() {
        menu.extend((index > 0).then(|| text(" · ")));
        menu.push(bold(label));
    }
    lines.push(menu);
    lines
}

/// Returns all commands by group, message actions and shortcuts.
fn full_help(slash: &str) -> Vec<RichText> {
    let mut lines: Vec<RichText> = Vec::new();
    for group in HelpGroup::ALL {
        lines.push(vec![bold(group.label())]);
        for (usage, summary) in help::commands(slash, group) {
            lines.push(vec![Span::Code(usage), text(format!("  {summary}"))]);
        }
        lines.push(vec![]);
    }
    lines.push(vec![bold("In a message's ⋯ menu")]);
    for (label, summary) in help::message_actions() {
        lines.push(vec![bold(label), text(format!("  {summary}"))]);
    }
    lines.push(vec![]);
    lines.push(vec![bold("Shortcuts")]);
    for (label, summary) in help::shortcuts() {
        lines.push(vec![bold(label), text(format!("  {summary}"))]);
    }
    lines
}
