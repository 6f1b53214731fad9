//! What Slack can ask of the bot, each kind by its name, and that none of them is forgotten here.

use std::fmt;

use muster::sandbox::{Request, RequestKind, Sandbox};
use muster_commands::slash::{self, Slash};
use serde_json::Value;

/// A kind of request, by its name in the grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Something that was typed, by the name of the command.
    Typed(&'static str),
    /// A form that was sent.
    Form(&'static str),
    /// A button that was pressed.
    Button(&'static str),
    /// What was chosen in the menu of a message.
    Menu(&'static str),
    /// What happened, by the type of the event, and of messages by the subtype as well.
    Told(&'static str),
}

/// Who asks for something in these tests.
const ASKING: [&str; 3] = ["alice", "chioma", "olga"];

impl Ask {
    /// Gives the last request of this kind that Slack sent.
    pub fn find(self, slack: &Sandbox) -> Option<Request> {
        let sent: Vec<Request> = match self {
            Self::Told(event) => {
                let kind = event.split(' ').next().unwrap_or_default();
                slack.last_event(kind).into_iter().collect()
            }
            _ => ASKING
                .iter()
                .filter_map(|who| slack.last_request(who))
                .collect(),
        };
        sent.into_iter().find(|request| self.is(request))
    }

    /// Says whether a request is of this kind.
    fn is(self, request: &Request) -> bool {
        let payload = &request.payload;
        let at = |pointer: &str| payload.pointer(pointer).and_then(Value::as_str);
        match self {
            Self::Typed(name) => {
                request.kind == RequestKind::Command && at("/text").map(command) == Some(name)
            }
            Self::Form(name) => at("/view/callback_id") == Some(name),
            Self::Button(name) => at("/actions/0/action_id") == Some(name),
            Self::Menu(name) => at("/callback_id") == Some(name),
            Self::Told(event) => {
                let told = [at("/event/type"), at("/event/subtype")];
                let told: Vec<&str> = told.into_iter().flatten().collect();
                told.join(" ") == event
            }
        }
    }
}

impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, name) = match self {
            Self::Typed(name) => ("the command", name),
            Self::Form(name) => ("the form", name),
            Self::Button(name) => ("the button", name),
            Self::Menu(name) => ("the menu", name),
            Self::Told(name) => ("the event", name),
        };
        write!(f, "{kind} {name}")
    }
}

/// Gives the name of the command that was typed.
fn command(text: &str) -> &'static str {
    match slash::read(text) {
        Slash::Declare { .. } => "declare",
        Slash::DeclareTest { .. } => "test_incident",
        Slash::Update => "update",
        Slash::AtOnce(_) => "at_once",
        Slash::Responders => "responders",
        Slash::Role(_) => "role",
        Slash::Impact(_) => "impact",
        Slash::Note { .. } => "note",
        Slash::Timeline => "timeline",
        Slash::List => "list",
        Slash::Visibility(_) => "visibility",
        Slash::Link(_) => "link",
        Slash::Task(..) => "task",
        Slash::Repair => "repair",
        Slash::Settings => "settings",
        Slash::Tray => "tray",
        Slash::Help => "help",
        Slash::Unknown(_) => "unknown",
    }
}
