//! A check-up of the token, and what an operator is told when a call about it fails.

use chrono::{DateTime, Utc};
use reqwest::header::{DATE, HeaderMap};
use serde_json::Value;

use super::{Answer, Identity, SlackApi, Trouble};

const METHOD: &str = "auth.test";

/// What Slack says of our token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkup {
    /// Who we are.
    pub identity: Identity,
    /// What we may do; `None` when Slack did not say.
    pub scopes: Option<Vec<String>>,
    /// What time it is at Slack; `None` when Slack did not say.
    pub slack_time: Option<DateTime<Utc>>,
}

impl SlackApi {
    /// Asks Slack who we are and what we may do.
    ///
    /// It does not use the client library, which keeps the headers of an answer to itself: the
    /// scopes stand in one. Slack: `x-oauth-scopes`, docs.slack.dev/authentication.
    ///
    /// # Errors
    /// `invalid_auth`, `account_inactive`, `token_revoked` when the token is no good.
    pub async fn checkup(&self) -> Answer<Checkup> {
        let unreached = |error: reqwest::Error| Trouble::Unreached {
            method: METHOD,
            what: in_words(&error),
        };
        let answer = self
            .web
            .post(format!("{}/{METHOD}", self.api_url))
            .bearer_auth(&self.token.token_value.0)
            .send()
            .await
            .map_err(unreached)?;
        let status = answer.status();
        let headers = answer.headers().clone();
        if !status.is_success() {
            return Err(Trouble::Unsure {
                method: METHOD,
                what: format!("Slack answered {}", status.as_u16()),
            });
        }
        let body: Value = answer.json().await.map_err(unreached)?;
        if body["ok"] != Value::Bool(true) {
            let code = body["error"].as_str().unwrap_or("no word of error");
            return Err(Trouble::Refused {
                method: METHOD,
                code: code.to_owned(),
                needed: None,
            });
        }
        Ok(Checkup {
            identity: serde_json::from_value(body).map_err(|_| Trouble::Unsure {
                method: METHOD,
                what: "the answer could not be read".to_owned(),
            })?,
            scopes: scopes(&headers),
            slack_time: header(&headers, DATE.as_str()).and_then(time),
        })
    }
}

/// Says what an operator can do about a call that failed, as a sentence or two.
pub fn advice(trouble: &Trouble) -> String {
    match trouble {
        Trouble::Refused { code, needed, .. } => {
            let todo = match code.as_str() {
                "invalid_auth" | "not_authed" => {
                    "The token is not one that Slack knows. Copy it anew from api.slack.com/apps."
                }
                "account_inactive" | "token_revoked" | "token_expired" => {
                    "The app was removed from the workspace, or its token taken back. Install it \
                     again at api.slack.com/apps and set the new token."
                }
                "missing_scope" => {
                    "The app lacks a scope. Give it the manifest of `muster manifest` again and \
                     reinstall it to the workspace."
                }
                "not_allowed_token_type" => {
                    "This is a token of another kind. SLACK_BOT_TOKEN takes xoxb-…, \
                     SLACK_APP_TOKEN takes xapp-…."
                }
                _ => "docs.slack.dev/reference/methods says what that means.",
            };
            let scope = needed
                .as_ref()
                .map(|scope| format!(" (needed: {scope})"))
                .unwrap_or_default();
            format!(
                "Slack refused {} with {code}{scope}. {todo}",
                trouble.method()
            )
        }
        Trouble::Limited { wait, .. } => format!(
            "Slack asks us to wait {} s. Nothing needs to be done.",
            wait.as_secs()
        ),
        Trouble::Unreached { .. } | Trouble::Unsure { .. } | Trouble::Silent { .. } => format!(
            "Slack gave no usable answer ({trouble}). Look at status.slack.com, and at the network \
             between here and SLACK_API_URL."
        ),
    }
}

/// Gives what went wrong without the address, which an operator knows and which may be long.
fn in_words(error: &reqwest::Error) -> String {
    let words = if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "Slack cannot be reached"
    } else {
        "the answer could not be read"
    };
    words.to_owned()
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn scopes(headers: &HeaderMap) -> Option<Vec<String>> {
    let scopes = header(headers, "x-oauth-scopes")?;
    let scopes = scopes.split(',').map(|scope| scope.trim().to_owned());
    Some(scopes.filter(|scope| !scope.is_empty()).collect())
}

fn time(text: &str) -> Option<DateTime<Utc>> {
    let time = DateTime::parse_from_rfc2822(text).ok()?;
    Some(time.with_timezone(&Utc))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_headers_of_an_answer_are_read() {
        let mut headers = HeaderMap::new();
        assert_eq!(scopes(&headers), None);
        headers.insert("x-oauth-scopes", "chat:write, commands,".parse().unwrap());
        assert_eq!(scopes(&headers).unwrap(), ["chat:write", "commands"]);
        let noon = time("Mon, 23 Nov 2026 12:00:00 GMT").unwrap();
        assert_eq!(noon.to_rfc3339(), "2026-11-23T12:00:00+00:00");
        assert_eq!(time("noon"), None);
    }

    #[test]
    fn advice_names_the_word_of_slack_and_what_to_do() {
        let refused = Trouble::Refused {
            method: "conversations.join",
            code: "missing_scope".to_owned(),
            needed: Some("channels:join".to_owned()),
        };
        let advice = advice(&refused);
        for part in ["missing_scope", "channels:join", "muster manifest"] {
            assert!(advice.contains(part), "{advice}");
        }
    }
}
