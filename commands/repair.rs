//! `/datadog incident repair`: recreates what is missing in Slack.

use crate::slash::ParsedCommand;
use crate::slash::command::{Command, HelpGroup};

pub(crate) const COMMAND: Command = Command {
    name: "repair",
    words: &["repair"],
    usage: "incident repair",
    summary: "Recreate anything missing in Slack: the channel, its header, the announcement, bookmarks. A \
        direct message lists what was recreated.",
    group: HelpGroup::Admin,
    short_usage: "repair",
    typos: &["repair"],
    parse: |text| text.when_alone(ParsedCommand::Repair),
};
