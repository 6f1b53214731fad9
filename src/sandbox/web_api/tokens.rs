//! The app's tokens, and the checks of the token and scopes of a call.

use serde_json::json;

use super::{ApiError, Method, TokenKind};
use crate::ids;
use crate::manifest::{App, Installation};
use crate::workspace::Workspace;

impl App {
    /// Returns the bot token.
    pub(crate) fn bot_token(&self) -> String {
        let digits = ids::secret(&format!("bot token {}", self.id), 24);
        format!("xoxb-1000000000001-1000000000002-{digits}")
    }

    /// Returns the app-level token for Socket Mode.
    pub(crate) fn app_token(&self) -> String {
        let digits = ids::secret(&format!("app token {}", self.id), 64);
        format!("xapp-1-{}-1000000000003-{digits}", self.id)
    }

    /// Returns the signing secret of requests to the app.
    pub(crate) fn signing_secret(&self) -> String {
        ids::secret(&format!("signing secret {}", self.id), 32)
    }
}

impl Workspace {
    /// Checks the token of a call.
    pub(super) fn check_token(&self, token: Option<&str>, method: &Method) -> Result<(), ApiError> {
        if method.token == TokenKind::None {
            return Ok(());
        }
        let token = token.ok_or("not_authed")?;
        let (bot, app) = (self.app.bot_token(), self.app.app_token());
        let expected = match method.token {
            TokenKind::Bot | TokenKind::None => &bot,
            TokenKind::App => &app,
        };
        if token != bot && token != app {
            return Err("invalid_auth".into());
        }
        match self.app.state {
            Installation::Uninstalled => return Err("account_inactive".into()),
            Installation::Revoked => return Err("token_revoked".into()),
            Installation::Active => {}
        }
        if token != expected {
            return Err("not_allowed_token_type".into());
        }
        self.require_any_scope(method.scopes)
    }

    /// Checks that the app was granted one of these scopes.
    pub(super) fn require_any_scope(&self, scopes: &[&str]) -> Result<(), ApiError> {
        if scopes.is_empty() || scopes.iter().any(|scope| self.app.has_scope(scope)) {
            return Ok(());
        }
        let more = json!({"needed": scopes.join(","), "provided": self.app.scopes.join(",")});
        Err(ApiError::with_fields("missing_scope", more))
    }
}
