//! Slack's Web API, `POST /api/METHOD`: the methods, their tokens, scopes and rate limits.

mod call_log;
mod conversations_admin;
mod conversations_members;
mod conversations_reads;
mod pagination;

use serde_json::{Value, json};

use super::workspace::Workspace;
use super::{canvas, openid};
use crate::rate_limits::Tier;
use crate::workspace::users::merge;

mod apps;
mod arguments;
mod bookmarks;
mod call;
mod chat;
mod history;
mod pins;
mod reactions;
mod tokens;
mod users;
mod views;

pub(super) use crate::web_api::call_log::LoggedCall;
pub(super) use arguments::{Arguments, parse_query};
pub(super) use call::handle_call;
pub(super) use chat::{check_content, parse_content};

/// The result of a method: the fields of the response other than `ok`.
pub(super) type MethodResult = Result<Value, ApiError>;

/// The error of a rejected call.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ApiError {
    /// Slack's error code.
    pub(super) code: String,
    /// Additional fields of the response.
    pub(super) fields: Value,
}

impl From<&str> for ApiError {
    fn from(code: &str) -> Self {
        Self {
            code: code.to_owned(),
            fields: json!({}),
        }
    }
}

impl ApiError {
    /// Creates an error with additional fields.
    pub(super) fn with_fields(code: &str, more: Value) -> Self {
        Self {
            code: code.to_owned(),
            fields: more,
        }
    }

    /// Creates the error `invalid_arguments` with this message.
    pub(super) fn invalid_argument(message: &str) -> Self {
        let messages = [format!("[ERROR] {message}")];
        Self::with_fields(
            "invalid_arguments",
            json!({"response_metadata": {"messages": messages}}),
        )
    }

    /// Returns the body of the response.
    pub(super) fn to_body(&self) -> Value {
        let mut body = self.fields.clone();
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
    /// One of these scopes is required. Empty if none is.
    pub(super) scopes: &'static [&'static str],
    pub(super) handler: fn(&mut Workspace, &Arguments) -> MethodResult,
}

/// The bodies that a method accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bodies {
    /// JSON and forms.
    JsonOrForm,
    /// Forms only. A JSON body is ignored.
    FormOnly,
}

/// The kind of token that a method requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// `xoxb-…`
    Bot,
    /// `xapp-…`
    App,
    /// None: the call contains the app's client secret.
    None,
}

impl Method {
    pub(super) const fn json(
        name: &'static str,
        tier: Tier,
        scopes: &'static [&'static str],
        run: fn(&mut Workspace, &Arguments) -> MethodResult,
    ) -> Self {
        Self {
            name,
            tier,
            bodies: Bodies::JsonOrForm,
            token: TokenKind::Bot,
            scopes,
            handler: run,
        }
    }

    const fn form(
        name: &'static str,
        tier: Tier,
        scopes: &'static [&'static str],
        run: fn(&mut Workspace, &Arguments) -> MethodResult,
    ) -> Self {
        Self {
            bodies: Bodies::FormOnly,
            ..Self::json(name, tier, scopes, run)
        }
    }
}

/// Returns the method with this name, if the sandbox supports it.
pub(super) fn find_method(name: &str) -> Option<&'static Method> {
    [
        apps::METHODS,
        bookmarks::METHODS,
        canvas::METHODS,
        conversations_admin::METHODS,
        conversations_members::METHODS,
        conversations_reads::METHODS,
        chat::METHODS,
        history::METHODS,
        openid::METHODS,
        pins::METHODS,
        reactions::METHODS,
        users::METHODS,
        views::METHODS,
    ]
    .into_iter()
    .flatten()
    .find(|method| method.name == name)
}
