//! Sign in with Slack: the client side of OpenID Connect, with the authorization code flow.
//!
//! The browser is sent to Slack ([`OpenId::authorize_url`]) and returns with a code, which is exchanged for
//! an ID token ([`OpenId::exchange`]). The token is signed; its claims name the user ([`OpenId::verify`]).
//! Slack: docs.slack.dev/authentication/sign-in-with-slack.

mod id_token;
mod keys;

use std::fmt;
use std::time::Duration;

use reqwest::Client;
use serde::Deserialize;

pub use id_token::Expected;
pub use muster_commands::manifest::SIGN_IN_BACK_PATH as BACK_PATH;

use crate::domain::{Timestamp, UserId};
use crate::error::{Error, Result};
use crate::openid::id_token::IdToken;
use crate::openid::keys::KeyCache;
use crate::secret::Secret;

/// How long a call to Slack may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The app's credentials for Sign in with Slack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenIdClient {
    /// The client ID of the app.
    pub id: String,
    /// The client secret of the app.
    pub secret: Secret,
}

/// Why a user cannot sign in with Slack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInError {
    /// Slack did not answer, or not in time; with the cause.
    Unreachable(String),
    /// Slack rejected the code, such as one that is too old; with Slack's error code.
    CodeRejected(String),
    /// Slack rejected the app's credentials or its redirect URL; with Slack's error code.
    Misconfigured(String),
    /// The user signed in to another workspace.
    OtherWorkspace,
    /// The ID token is not one that this sign-in may use; with the reason.
    InvalidToken(&'static str),
}

impl fmt::Display for SignInError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(cause) => write!(f, "Slack did not answer: {cause}"),
            Self::CodeRejected(code) => write!(f, "Slack rejected the code: {code}"),
            Self::Misconfigured(code) => write!(f, "Slack returned the error {code}"),
            Self::OtherWorkspace => f.write_str("the user is of another workspace"),
            Self::InvalidToken(problem) => write!(f, "an ID token was rejected: {problem}"),
        }
    }
}

/// A sign-in that begins.
#[derive(Clone, Copy, Debug)]
pub struct Authorization<'a> {
    /// Returned with the code. Shows that this browser began the sign-in.
    pub state: &'a Secret,
    /// Returned in the ID token. Shows that the token is for this sign-in.
    pub nonce: &'a Secret,
    /// The ID of the workspace.
    pub team: &'a str,
}

/// The client of Slack's OpenID provider.
pub struct OpenId {
    client: OpenIdClient,
    /// The URL of the Web API, without a trailing `/`.
    api_url: String,
    /// The provider, as it names itself in tokens: `https://slack.com`.
    issuer: String,
    /// The URL to which Slack sends the browser back.
    redirect_url: String,
    http: Client,
    keys: KeyCache,
}

#[derive(Deserialize)]
struct TokenResponse {
    ok: bool,
    #[serde(default)]
    error: String,
    #[serde(default)]
    id_token: String,
}

impl OpenId {
    /// Creates a client of the provider that belongs to a Web API: `https://slack.com/api`.
    pub fn new(client: OpenIdClient, api_url: &str, public_url: &str) -> Result<Self> {
        let api_url = api_url.trim_end_matches('/').to_owned();
        let issuer = api_url.strip_suffix("/api").unwrap_or(&api_url).to_owned();
        let http = Client::builder().timeout(TIMEOUT).connect_timeout(TIMEOUT);
        Ok(Self {
            client,
            redirect_url: format!("{public_url}{BACK_PATH}"),
            http: http.build().map_err(Error::internal)?,
            keys: KeyCache::new(format!("{issuer}/openid/connect/keys")),
            api_url,
            issuer,
        })
    }

    /// Returns the URL to which Slack sends the browser back.
    pub fn redirect_url(&self) -> &str {
        &self.redirect_url
    }

    /// Returns the address at Slack to which the browser is sent.
    pub fn authorize_url(&self, authorization: &Authorization<'_>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("response_type", "code")
            .append_pair("scope", "openid profile email")
            .append_pair("client_id", &self.client.id)
            .append_pair("state", authorization.state.reveal())
            .append_pair("nonce", authorization.nonce.reveal())
            .append_pair("team", authorization.team)
            .append_pair("redirect_uri", &self.redirect_url);
        format!(
            "{}/openid/connect/authorize?{}",
            self.issuer,
            query.finish()
        )
    }

    /// Exchanges a code for an ID token.
    pub async fn exchange(&self, code: &str) -> std::result::Result<Secret, SignInError> {
        let fields = [
            ("client_id", self.client.id.as_str()),
            ("client_secret", self.client.secret.reveal()),
            ("code", code),
            ("redirect_uri", &self.redirect_url),
            ("grant_type", "authorization_code"),
        ];
        let url = format!("{}/openid.connect.token", self.api_url);
        let response = self.http.post(url).form(&fields).send().await;
        let response = response.and_then(reqwest::Response::error_for_status);
        let response: TokenResponse = match response {
            Ok(response) => response.json().await.map_err(|error| unreachable(&error))?,
            Err(error) => return Err(unreachable(&error)),
        };
        match response.ok {
            true => Ok(Secret::new(response.id_token)),
            false => Err(rejection(response.error)),
        }
    }

    /// Checks the signature and the claims of an ID token. Returns its user.
    pub async fn verify(
        &self,
        token: &Secret,
        expected: &Expected<'_>,
        now: Timestamp,
    ) -> std::result::Result<UserId, SignInError> {
        let token = IdToken::parse(token.reveal())?;
        let key = self.keys.find(&self.http, token.key_id(), now).await?;
        token.check_signature(&key)?;
        token.check_claims(&self.issuer, &self.client.id, expected, now)
    }

    /// Fetches the keys of the provider. Returns how many there are.
    pub async fn check_keys(&self) -> std::result::Result<usize, SignInError> {
        self.keys.fetch(&self.http).await.map(|keys| keys.len())
    }
}

/// Returns the error of a failed call. The URL is left out; the body, which holds the code, is never part of it.
fn unreachable(error: &reqwest::Error) -> SignInError {
    let cause = match error {
        error if error.is_timeout() => "no answer in 5 s".to_owned(),
        error if error.is_connect() => "no connection".to_owned(),
        error => match error.status() {
            Some(status) => format!("HTTP {status}"),
            None => "the connection was lost, or the answer is no JSON".to_owned(),
        },
    };
    SignInError::Unreachable(cause)
}

/// Returns the error of a response with `ok: false`.
fn rejection(code: String) -> SignInError {
    match code.as_str() {
        "invalid_code" | "code_expired" | "code_already_used" => SignInError::CodeRejected(code),
        "ratelimited"
        | "internal_error"
        | "fatal_error"
        | "service_unavailable"
        | "request_timeout" => SignInError::Unreachable(code),
        _ => SignInError::Misconfigured(code),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn browser_is_sent_to_the_provider_of_the_web_api() {
        // Another test of this process may have installed it already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = OpenIdClient {
            id: "1.2".to_owned(),
            secret: Secret::new("c0ffee"),
        };
        let api_url = "https://slack.com/api/";
        let openid = OpenId::new(client, api_url, "https://muster.example.com").unwrap();
        let [state, nonce] = ["s1", "n1"].map(Secret::new);
        let url = openid.authorize_url(&Authorization {
            state: &state,
            nonce: &nonce,
            team: "T0ACME",
        });
        assert_eq!(
            url,
            "https://slack.com/openid/connect/authorize?response_type=code&scope=openid+profile+email\
             &client_id=1.2&state=s1&nonce=n1&team=T0ACME\
             &redirect_uri=https%3A%2F%2Fmuster.example.com%2Fsign-in%2Fslack%2Fback"
        );
        assert!(!format!("{:?}", openid.client).contains("c0ffee"));
    }

    #[test]
    fn error_codes_of_slack_are_grouped() {
        let code = |code: &str| rejection(code.to_owned());
        assert!(matches!(code("invalid_code"), SignInError::CodeRejected(_)));
        assert!(matches!(code("ratelimited"), SignInError::Unreachable(_)));
        assert!(matches!(
            code("bad_client_secret"),
            SignInError::Misconfigured(_)
        ));
    }
}
