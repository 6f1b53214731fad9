//! Sign in with Slack: the authorize page, the codes, the keys and the ID tokens.

use muster_sandbox::Limits;
use serde_json::{Value, json};

use crate::app::{Fixture, manifest};

const REDIRECT_URL: &str = "https://app.example/back";

/// Starts a sandbox whose app offers Sign in with Slack.
async fn fixture() -> Fixture {
    let mut manifest = manifest();
    manifest["oauth_config"]["redirect_urls"] = json!([REDIRECT_URL]);
    manifest["oauth_config"]["scopes"]["user"] = json!(["openid", "profile"]);
    Fixture::with_manifest(manifest, Limits::Off).await
}

/// Returns the parameters of a request for a code, with a changed one.
fn parameters<'a>(fixture: &'a Fixture, changed: (&'a str, &'a str)) -> Vec<(&'a str, String)> {
    let mut parameters = vec![
        ("response_type", "code".to_owned()),
        ("scope", "openid profile".to_owned()),
        ("client_id", fixture.slack.client_id()),
        ("state", "s1".to_owned()),
        ("nonce", "n1".to_owned()),
        ("redirect_uri", REDIRECT_URL.to_owned()),
        ("user", fixture.slack.user("bob").to_string()),
        ("decision", "allow".to_owned()),
    ];
    parameters.retain(|(name, _)| *name != changed.0);
    parameters.push((changed.0, changed.1.to_owned()));
    parameters
}

/// Answers the authorize page. Returns the URL to which the browser is sent, or the error page.
async fn decides(fixture: &Fixture, changed: (&str, &str)) -> Result<reqwest::Url, String> {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    let client = client.no_proxy().tls_certs_only([]).build().unwrap();
    let url = format!("{}/openid/connect/authorize", fixture.slack.url());
    let body = parameters(fixture, changed);
    let body = reqwest::Url::parse_with_params("http://x", &body).unwrap();
    let request = client
        .post(url)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body.query().unwrap().to_owned());
    let response = request.send().await.unwrap();
    match response.headers().get("location") {
        Some(url) => Ok(url.to_str().unwrap().parse().unwrap()),
        None => Err(response.text().await.unwrap()),
    }
}

/// Exchanges a code, with a changed argument.
async fn exchanges(fixture: &Fixture, code: &str, changed: (&str, &str)) -> Value {
    let mut arguments = vec![
        ("client_id", fixture.slack.client_id()),
        ("client_secret", fixture.slack.client_secret()),
        ("code", code.to_owned()),
        ("redirect_uri", REDIRECT_URL.to_owned()),
        ("grant_type", "authorization_code".to_owned()),
    ];
    arguments.retain(|(name, _)| *name != changed.0);
    arguments.push((changed.0, changed.1.to_owned()));
    let body = reqwest::Url::parse_with_params("http://x", &arguments).unwrap();
    let url = format!("{}/openid.connect.token", fixture.slack.api_url());
    let request = fixture
        .http
        .post(url)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body.query().unwrap().to_owned());
    request.send().await.unwrap().json().await.unwrap()
}

async fn code(fixture: &Fixture) -> String {
    let url = decides(fixture, ("x", "")).await.unwrap();
    let code = url.query_pairs().find(|(name, _)| name == "code").unwrap();
    code.1.into_owned()
}

#[tokio::test]
async fn request_for_a_code_is_checked() {
    let fixture = fixture().await;
    let url = decides(&fixture, ("x", "")).await.unwrap();
    assert!(url.as_str().starts_with("https://app.example/back?code="));
    assert!(url.as_str().ends_with("&state=s1"));
    let denied = decides(&fixture, ("decision", "deny")).await.unwrap();
    assert_eq!(denied.query(), Some("error=access_denied&state=s1"));
    for (name, value, error) in [
        ("client_id", "1.2", "invalid_client_id"),
        ("response_type", "token", "invalid_response_type"),
        ("scope", "profile", "invalid_scope"),
        ("scope", "openid email", "invalid_scope"),
        (
            "redirect_uri",
            "https://app.example/backdoor",
            "bad_redirect_uri",
        ),
        ("redirect_uri", "https://evil.example/", "bad_redirect_uri"),
        (
            "team",
            "T0OTHER0001",
            "invalid_team_for_non_distributed_app",
        ),
        ("user", "U0NOBODY000", "user_not_found"),
    ] {
        let page = decides(&fixture, (name, value)).await.unwrap_err();
        assert!(page.contains(error), "{name}={value}: {page}");
    }
    fixture.slack.deactivate_account("bob");
    assert!(decides(&fixture, ("x", "")).await.is_err());
}

#[tokio::test]
async fn code_is_exchanged_once_for_the_same_redirect_url() {
    let fixture = fixture().await;
    for (name, value, error) in [
        ("client_id", "1.2", "invalid_client_id"),
        ("client_secret", "guess", "bad_client_secret"),
        ("grant_type", "refresh_token", "invalid_grant_type"),
        ("code", "guess", "invalid_code"),
        (
            "redirect_uri",
            "https://app.example/back/2",
            "bad_redirect_uri",
        ),
    ] {
        let code = code(&fixture).await;
        let response = exchanges(&fixture, &code, (name, value)).await;
        assert_eq!(response["error"], error, "{name}");
    }
    let issued = code(&fixture).await;
    let response = exchanges(&fixture, &issued, ("x", "")).await;
    assert_eq!(response["ok"], true, "{response}");
    assert_eq!(response["id_token"].as_str().unwrap().split('.').count(), 3);
    let again = exchanges(&fixture, &issued, ("x", "")).await;
    assert_eq!(again["error"], "invalid_code");
    let late = code(&fixture).await;
    fixture.advance(600);
    let late = exchanges(&fixture, &late, ("x", "")).await;
    assert_eq!(late["error"], "invalid_code");
}

#[tokio::test]
async fn keys_change_with_a_rotation() {
    let fixture = fixture().await;
    let url = format!("{}/openid/connect/keys", fixture.slack.url());
    let keys = async || -> Value {
        let response = fixture.http.get(&url).send().await.unwrap();
        response.json().await.unwrap()
    };
    let before = keys().await;
    assert_eq!(before["keys"][0]["alg"], "RS256");
    assert_eq!(before["keys"][0]["e"], "AQAB");
    fixture.slack.rotate_openid_key();
    let after = keys().await;
    assert_ne!(before["keys"][0]["kid"], after["keys"][0]["kid"]);
    assert_ne!(before["keys"][0]["n"], after["keys"][0]["n"]);
}
