//! Sign in with Slack: the OpenID provider (docs.slack.dev/authentication/sign-in-with-slack).
//!
//! The authorize page asks who signs in, because the sandbox has no sign-in of its own. Slack accepts only https
//! redirect URLs; the sandbox also accepts those of this machine.

mod authorize;
mod keys;
mod token;

use std::collections::HashMap;

use axum::Router;
use axum::routing::get;
use chrono::{DateTime, Utc};

use crate::Sandbox;
use crate::ids;
use crate::ids::UserId;
use crate::manifest::App;
use crate::openid::keys::TestKey;
pub(crate) use crate::openid::token::METHODS;

/// The state of the provider.
#[derive(Default)]
pub(crate) struct Provider {
    /// The codes that were issued and not used.
    codes: HashMap<String, Code>,
    /// The key that signs.
    key: TestKey,
    /// The flaw of the issued tokens.
    flaw: Option<IdTokenFlaw>,
}

/// An issued code.
struct Code {
    user: UserId,
    nonce: String,
    redirect_uri: String,
    issued_at: DateTime<Utc>,
}

/// A flaw of the ID tokens that the sandbox issues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdTokenFlaw {
    /// It contains another nonce.
    OtherNonce,
    /// It is for another app.
    OtherAudience,
    /// Another provider issued it.
    OtherIssuer,
    /// The user signed in to another workspace.
    OtherWorkspace,
    /// It has expired.
    Expired,
    /// Its header claims that it needs no signature.
    Unsigned,
    /// Another key than the one that it names signed it.
    ForgedSignature,
}

/// Returns the routes of the provider.
pub(crate) fn routes() -> Router<Sandbox> {
    Router::new()
        .route(
            "/openid/connect/authorize",
            get(authorize::show).post(authorize::decide),
        )
        .route("/openid/connect/keys", get(keys::serve))
}

impl App {
    /// Returns the client ID.
    pub(crate) fn client_id(&self) -> String {
        let digits = self.id.bytes().map(u64::from).sum::<u64>();
        format!("1000000000001.{digits}")
    }

    /// Returns the client secret.
    pub(crate) fn client_secret(&self) -> String {
        ids::secret(&format!("client secret {}", self.id), 32)
    }
}

impl Sandbox {
    /// Returns the client ID of the app.
    #[must_use]
    pub fn client_id(&self) -> String {
        self.shared.with(|workspace| workspace.app.client_id())
    }

    /// Returns the client secret of the app.
    #[must_use]
    pub fn client_secret(&self) -> String {
        self.shared.with(|workspace| workspace.app.client_secret())
    }

    /// Registers a redirect URL and the scopes of Sign in with Slack, as on the settings page of the app.
    pub fn set_redirect_url(&self, url: &str) {
        self.shared.change(|workspace| {
            workspace.app.redirect_urls = vec![url.to_owned()];
            workspace.app.user_scopes = ["openid", "profile", "email"].map(str::to_owned).to_vec();
        });
    }

    /// Signs ID tokens with another key from now on. The keys at the provider's address change as well.
    pub fn rotate_openid_key(&self) {
        self.shared
            .change(|workspace| workspace.openid.key = workspace.openid.key.other());
    }

    /// Issues ID tokens with this flaw from now on.
    pub fn set_id_token_flaw(&self, flaw: Option<IdTokenFlaw>) {
        self.shared.change(|workspace| workspace.openid.flaw = flaw);
    }
}
