//! `/datadog incident list`: lists the open incidents in an ephemeral message.

use muster_domain::Status;

use crate::slash::ParsedCommand;
use crate::slash::command::{Command, Position};

pub(crate) const COMMAND: Command = Command {
    name: "list",
    words: &["list"],
    position: Position::AfterIncident,
    usage: "incident list",
    summary: "Shows the open incidents, the worst first. Only you see it.",
    suggestions: &[("list", "incident list")],
    parse: |_| Some(ParsedCommand::List),
};

/// The groups of the list, in order. Within a group, the worst severity comes first
/// (`Severity::sort_key`).
pub const GROUPS: [Status; 2] = [Status::Active, Status::Stable];
