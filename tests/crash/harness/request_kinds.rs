//! The kinds of requests from Slack. `forgotten` checks that each of them has a crash test.

use std::fmt;

use muster_commands::slash::{self, ParsedCommand};
use muster_sandbox::{Request, RequestKind, Sandbox};
use serde_json::Value;

/// A kind of request, by its name in the `commands` crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestName {
    /// A slash command, by its name.
    Command(&'static str),
    /// A view submission, by its callback ID.
    Modal(&'static str),
    /// A button click, by its action ID.
    Button(&'static str),
    /// A message action or shortcut, by its callback ID.
    MessageAction(&'static str),
    /// An event, by its type. For messages, followed by the subtype.
    Event(&'static str),
}

/// The users who send requests in these tests.
const USERS: [&str; 3] = ["alice", "chioma", "olga"];

impl RequestName {
    /// Returns the last request of this kind that Slack sent.
    pub fn last_request(self, slack: &Sandbox) -> Option<Request> {
        let sent: Vec<Request> = match self {
            Self::Event(event) => {
                let kind = event.split(' ').next().unwrap_or_default();
                slack.last_event(kind).into_iter().collect()
            }
            _ => USERS
                .iter()
                .filter_map(|who| slack.last_request(who))
                .collect(),
        };
        sent.into_iter().find(|request| self.matches(request))
    }

    /// Returns whether a request is of this kind.
    fn matches(self, request: &Request) -> bool {
        let payload = &request.payload;
        let at = |path: &str| payload.pointer(path).and_then(Value::as_str);
        match self {
            Self::Command(name) => {
                request.kind == RequestKind::Command && at("/text").map(command_name) == Some(name)
            }
            Self::Modal(name) => at("/view/callback_id") == Some(name),
            Self::Button(name) => at("/actions/0/action_id") == Some(name),
            Self::MessageAction(name) => at("/callback_id") == Some(name),
            Self::Event(event) => {
                let parts = [at("/event/type"), at("/event/subtype")];
                let parts: Vec<&str> = parts.into_iter().flatten().collect();
                parts.join(" ") == event
            }
        }
    }
}

impl fmt::Display for RequestName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, name) = match self {
            Self::Command(name) => ("the command", name),
            Self::Modal(name) => ("the form", name),
            Self::Button(name) => ("the button", name),
            Self::MessageAction(name) => ("the menu", name),
            Self::Event(name) => ("the event", name),
        };
        write!(f, "{kind} {name}")
    }
}

/// Returns the name of a command.
fn command_name(text: &str) -> &'static str {
    match slash::parse(text) {
        ParsedCommand::Declare { .. } => "declare",
        ParsedCommand::DeclareTest { .. } => "test_incident",
        ParsedCommand::Update | ParsedCommand::StatusUpdate { .. } => "update",
        ParsedCommand::QuickEdit { .. } | ParsedCommand::Resolve { .. } => "quick_edit",
        ParsedCommand::Show => "show",
        ParsedCommand::Web => "web",
        ParsedCommand::Invite { .. } => "invite",
        ParsedCommand::Unsupported(_) => "unsupported",
        ParsedCommand::Responders => "responders",
        ParsedCommand::Role(_) => "role",
        ParsedCommand::Impact(_) => "impact",
        ParsedCommand::Note { .. } => "note",
        ParsedCommand::Notify { .. } => "notify",
        ParsedCommand::Postmortem(_) => "postmortem",
        ParsedCommand::Timeline => "timeline",
        ParsedCommand::List(_) => "list",
        ParsedCommand::Visibility(_) => "visibility",
        ParsedCommand::Link(_) => "link",
        ParsedCommand::Task(..) => "task",
        ParsedCommand::Repair => "repair",
        ParsedCommand::Settings => "settings",
        ParsedCommand::ActionMenu => "action_menu",
        ParsedCommand::Help(_) => "help",
        ParsedCommand::Unknown(_) => "unknown",
    }
}
