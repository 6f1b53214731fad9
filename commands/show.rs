//! `/datadog incident show IR-7`: shows an incident, open or not, in an ephemeral message.

use crate::list::ListFilter;
use crate::slash::ParsedCommand;
use crate::slash::command::{Command, CommandText, HelpGroup};
use crate::slash::grammar::parse_known;
use crate::task::TaskCommand;

pub(crate) const COMMAND: Command = Command {
    name: "show",
    words: &["show", "summary", "card", "info"],
    usage: "incident show IR-7",
    summary: "Show an incident and the link to its channel; IR-7 alone does the same. Only you see it.",
    group: HelpGroup::Declare,
    short_usage: "show IR-7",
    typos: &["show", "summary"],
    parse,
};

/// Parses the command alone, or followed by the thing to show: `show timeline`.
fn parse(text: &CommandText<'_>) -> Option<ParsedCommand> {
    if text.escaped.is_empty() {
        return Some(ParsedCommand::Show);
    }
    let command = parse_known(&text.next())?;
    let is_list = match &command {
        ParsedCommand::Timeline
        | ParsedCommand::Responders
        | ParsedCommand::Help(_)
        | ParsedCommand::Task(_, TaskCommand::List)
        | ParsedCommand::Link(crate::link::LinkCommand::List) => true,
        ParsedCommand::List(filter) => !matches!(filter, ListFilter::Words(_)),
        _ => false,
    };
    is_list.then_some(command)
}
