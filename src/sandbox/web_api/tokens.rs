//! Whether a call brings the right token, and the scopes that it needs.

use serde_json::json;

use super::{Method, Refusal, TokenKind};
use crate::sandbox::ids;
use crate::sandbox::manifest::{App, Installation};
use crate::sandbox::workspace::Workspace;

impl App {
    /// Gives the bot token.
    pub(in crate::sandbox) fn bot_token(&self) -> String {
        let digits = ids::secret(&format!("bot token {}", self.id), 24);
        format!("xoxb-1000000000001-1000000000002-{digits}")
    }

    /// Gives the app-level token, for Socket Mode.
    pub(in crate::sandbox) fn app_token(&self) -> String {
        let digits = ids::secret(&format!("app token {}", self.id), 64);
        format!("xapp-1-{}-1000000000003-{digits}", self.id)
    }

    /// Gives the secret that requests to the app are signed with.
    pub(in crate::sandbox) fn signing_secret(&self) -> String {
        ids::secret(&format!("signing secret {}", self.id), 32)
    }
}

impl Workspace {
    /// Checks the token of a call.
    pub(super) fn check_token(&self, token: Option<&str>, method: &Method) -> Result<(), Refusal> {
        let token = token.ok_or("not_authed")?;
        let (bot, app) = (self.app.bot_token(), self.app.app_token());
        let wanted = match method.token {
            TokenKind::Bot => &bot,
            TokenKind::App => &app,
        };
        if token != bot && token != app {
            return Err("invalid_auth".into());
        }
        match self.app.state {
            Installation::Uninstalled => return Err("account_inactive".into()),
            Installation::Revoked => return Err("token_revoked".into()),
            Installation::Good => {}
        }
        if token != wanted {
            return Err("not_allowed_token_type".into());
        }
        self.need_one_of(method.scopes)
    }

    /// Checks that the app was granted one of these scopes.
    pub(super) fn need_one_of(&self, scopes: &[&str]) -> Result<(), Refusal> {
        if scopes.is_empty() || scopes.iter().any(|scope| self.app.may(scope)) {
            return Ok(());
        }
        let more = json!({"needed": scopes.join(","), "provided": self.app.scopes.join(",")});
        Err(Refusal::with("missing_scope", more))
    }
}
