//! Checks the token with `auth.test`, and explains failed calls to the operator.

use chrono::{DateTime, Utc};
use reqwest::header::{DATE, HeaderMap};
use serde_json::Value;

use crate::slack::client::{BotIdentity, SlackApi, SlackError, SlackResult};

const METHOD: &str = "auth.test";

/// The result of `auth.test`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthTest {
    /// The bot's identity.
    pub identity: BotIdentity,
    /// The granted scopes; `None` without the header `x-oauth-scopes`.
    pub scopes: Option<Vec<String>>,
    /// Slack's clock; `None` without the header `date`.
    pub slack_time: Option<DateTime<Utc>>,
}

impl SlackApi {
    /// Calls `auth.test`.
    ///
    /// It does not use the client library, which hides the response headers: `x-oauth-scopes` holds the
    /// scopes, docs.slack.dev/authentication.
    pub(crate) async fn auth_test(&self) -> SlackResult<AuthTest> {
        let unreachable = |error: reqwest::Error| SlackError::Unreachable {
            method: METHOD,
            what: transport_error_text(&error),
        };
        let response = self
            .http
            .post(format!("{}/{METHOD}", self.api_url))
            .bearer_auth(&self.token.token_value.0)
            .send()
            .await
            .map_err(unreachable)?;
        let status = response.status();
        let headers = response.headers().clone();
        if !status.is_success() {
            return Err(SlackError::Unknown {
                method: METHOD,
                what: format!("Slack answered {}", status.as_u16()),
            });
        }
        let body: Value = response.json().await.map_err(unreachable)?;
        if body["ok"] != Value::Bool(true) {
            let code = body["error"].as_str().unwrap_or("no error code");
            return Err(SlackError::Api {
                method: METHOD,
                code: code.to_owned(),
                needed: None,
            });
        }
        Ok(AuthTest {
            identity: serde_json::from_value(body).map_err(|_| SlackError::Unknown {
                method: METHOD,
                what: "the response could not be parsed".to_owned(),
            })?,
            scopes: parse_scopes(&headers),
            slack_time: header_value(&headers, DATE.as_str()).and_then(parse_date),
        })
    }
}

/// Returns what the operator can do about a failed call, in one or two sentences.
pub(crate) fn operator_help(error: &SlackError) -> String {
    match error {
        SlackError::Api { code, needed, .. } => {
            let advice = match code.as_str() {
                "invalid_auth" | "not_authed" => {
                    "The token is invalid. Copy it again from api.slack.com/apps."
                }
                "account_inactive" | "token_revoked" | "token_expired" => {
                    "The app was removed from the workspace, or its token was revoked. Reinstall it at \
                     api.slack.com/apps and set the new token."
                }
                "missing_scope" => {
                    "The app is missing a scope. Update its manifest with the output of `muster manifest` and \
                     reinstall it to the workspace."
                }
                "not_allowed_token_type" => {
                    "The token has the wrong type. SLACK_BOT_TOKEN takes xoxb-…, \
                     SLACK_APP_TOKEN takes xapp-…."
                }
                _ => "See docs.slack.dev/reference/methods.",
            };
            let scope = needed
                .as_ref()
                .map(|scope| format!(" (needed: {scope})"))
                .unwrap_or_default();
            format!(
                "Slack rejected {} with {code}{scope}. {advice}",
                error.method()
            )
        }
        SlackError::RateLimited { wait, .. } => format!(
            "Rate limited by Slack: retry in {} s. No action needed.",
            wait.as_secs()
        ),
        SlackError::Unreachable { .. }
        | SlackError::Unknown { .. }
        | SlackError::Timeout { .. } => format!(
            "No valid response from Slack ({error}). Check status.slack.com and the network connection to \
             SLACK_API_URL."
        ),
    }
}

/// Describes the error without the URL, which the operator knows and which may be long.
fn transport_error_text(error: &reqwest::Error) -> String {
    let words = if error.is_timeout() {
        "the request timed out"
    } else if error.is_connect() {
        "Slack can't be reached"
    } else {
        "the response couldn't be read"
    };
    words.to_owned()
}

fn header_value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn parse_scopes(headers: &HeaderMap) -> Option<Vec<String>> {
    let scopes = header_value(headers, "x-oauth-scopes")?;
    let scopes = scopes.split(',').map(|scope| scope.trim().to_owned());
    Some(scopes.filter(|scope| !scope.is_empty()).collect())
}

fn parse_date(text: &str) -> Option<DateTime<Utc>> {
    let time = DateTime::parse_from_rfc2822(text).ok()?;
    Some(time.with_timezone(&Utc))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn scopes_and_date_are_parsed_from_headers() {
        let mut headers = HeaderMap::new();
        assert_eq!(parse_scopes(&headers), None);
        headers.insert("x-oauth-scopes", "chat:write, commands,".parse().unwrap());
        assert_eq!(parse_scopes(&headers).unwrap(), ["chat:write", "commands"]);
        let noon = parse_date("Mon, 23 Nov 2026 12:00:00 GMT").unwrap();
        assert_eq!(noon.to_rfc3339(), "2026-11-23T12:00:00+00:00");
        assert_eq!(parse_date("noon"), None);
    }

    #[test]
    fn operator_help_names_the_error_code_and_the_fix() {
        let rejected = SlackError::Api {
            method: "conversations.join",
            code: "missing_scope".to_owned(),
            needed: Some("channels:join".to_owned()),
        };
        let advice = operator_help(&rejected);
        for part in ["missing_scope", "channels:join", "muster manifest"] {
            assert!(advice.contains(part), "{advice}");
        }
    }
}
