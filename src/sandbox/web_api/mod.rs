//! Slack's Web API: `POST /api/METHOD`. What a method is called, who may call it, how often, and what it does.

use serde_json::{Value, json};

use super::limits::Tier;
use super::people::merge;
use super::workspace::Workspace;

mod apps;
mod arguments;
mod bookmarks;
mod call;
mod channel_life;
mod channel_members;
mod channel_reads;
mod chat;
mod history;
mod noted;
mod pages;
mod pins;
mod reactions;
mod tokens;
mod users;
mod views;

pub(super) use arguments::{Arguments, pairs};
pub(super) use call::call;
pub(super) use chat::{check_content, content_of};
pub(super) use noted::Noted;

/// What a method answers: the fields beside `ok`.
pub(super) type Answer = Result<Value, Refusal>;

/// Why a call is refused.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Refusal {
    /// Slack's code.
    pub(super) code: String,
    /// Further fields of the answer.
    pub(super) more: Value,
}

impl From<&str> for Refusal {
    fn from(code: &str) -> Self {
        Self {
            code: code.to_owned(),
            more: json!({}),
        }
    }
}

impl Refusal {
    /// Makes a refusal with further fields.
    pub(super) fn with(code: &str, more: Value) -> Self {
        Self {
            code: code.to_owned(),
            more,
        }
    }

    /// Makes the refusal of an argument that Slack cannot read.
    pub(super) fn argument(message: &str) -> Self {
        let messages = [format!("[ERROR] {message}")];
        Self::with(
            "invalid_arguments",
            json!({"response_metadata": {"messages": messages}}),
        )
    }

    /// Gives the body of the answer.
    pub(super) fn as_body(&self) -> Value {
        let mut body = self.more.clone();
        merge(&mut body, json!({"ok": false, "error": self.code}));
        body
    }
}

/// A method of the Web API.
pub(super) struct Method {
    pub(super) name: &'static str,
    pub(super) tier: Tier,
    pub(super) bodies: Bodies,
    pub(super) token: TokenKind,
    /// Any one of these is enough; empty: none is needed.
    pub(super) scopes: &'static [&'static str],
    pub(super) run: fn(&mut Workspace, &Arguments) -> Answer,
}

/// What bodies a method reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bodies {
    /// JSON and forms.
    JsonOrForm,
    /// Forms only: a JSON body is not looked at.
    FormOnly,
}

/// Whose token a method wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// `xoxb-…`
    Bot,
    /// `xapp-…`
    App,
}

impl Method {
    const fn json(
        name: &'static str,
        tier: Tier,
        scopes: &'static [&'static str],
        run: fn(&mut Workspace, &Arguments) -> Answer,
    ) -> Self {
        Self {
            name,
            tier,
            bodies: Bodies::JsonOrForm,
            token: TokenKind::Bot,
            scopes,
            run,
        }
    }

    const fn form(
        name: &'static str,
        tier: Tier,
        scopes: &'static [&'static str],
        run: fn(&mut Workspace, &Arguments) -> Answer,
    ) -> Self {
        Self {
            bodies: Bodies::FormOnly,
            ..Self::json(name, tier, scopes, run)
        }
    }
}

/// Gives the method of this name, if the sandbox knows it.
pub(super) fn method(name: &str) -> Option<&'static Method> {
    [
        apps::METHODS,
        bookmarks::METHODS,
        channel_life::METHODS,
        channel_members::METHODS,
        channel_reads::METHODS,
        chat::METHODS,
        history::METHODS,
        pins::METHODS,
        reactions::METHODS,
        users::METHODS,
        views::METHODS,
    ]
    .into_iter()
    .flatten()
    .find(|method| method.name == name)
}
