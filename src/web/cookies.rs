//! Cookies: the session, a sign-in with Slack that has begun, and the preferences of the browser.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::app::AppConfig;

/// The name of the session's cookie where pages are served over https. Browsers accept the prefix with
/// `Secure`, `Path=/` and no `Domain` only.
const SECURE_NAME: &str = "__Host-muster";

/// The name of the session's cookie over plain http, where not all browsers accept `Secure`, even on the
/// user's own machine.
const PLAIN_NAME: &str = "muster";

/// The names of the cookie of a sign-in with Slack, over https and over plain http.
const SIGN_IN_NAMES: [&str; 2] = ["__Host-muster-sign-in", "muster-sign-in"];

/// How long a user may take to sign in at Slack.
const SIGN_IN_SECONDS: i64 = 10 * 60;

/// How long a browser keeps the session's cookie: as long as a session lasts at most.
const SESSION_SECONDS: i64 = 30 * 24 * 60 * 60;

/// How long a browser keeps a preference.
const PREFERENCE_SECONDS: i64 = 365 * 24 * 60 * 60;

/// Returns the value of a cookie.
pub(super) fn find<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let rows = headers.get_all(header::COOKIE).into_iter();
    rows.filter_map(|row| row.to_str().ok())
        .flat_map(|row| row.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value)
}

/// Returns the token of the session.
pub(super) fn session_token<'h>(config: &AppConfig, headers: &'h HeaderMap) -> Option<&'h str> {
    find(headers, session_name(config))
}

/// Returns the header `Set-Cookie` that stores a session. `SameSite=Lax`: with `Strict`, a link in Slack would
/// arrive without the cookie.
pub(super) fn set_session(config: &AppConfig, token: &str) -> Option<HeaderValue> {
    secret_cookie(config, session_name(config), token, SESSION_SECONDS)
}

/// Returns the header `Set-Cookie` that removes the session.
pub(super) fn clear_session(config: &AppConfig) -> Option<HeaderValue> {
    secret_cookie(config, session_name(config), "", 0)
}

/// Returns the cookie of the sign-in with Slack that the browser has begun.
pub(super) fn sign_in<'h>(config: &AppConfig, headers: &'h HeaderMap) -> Option<&'h str> {
    find(headers, sign_in_name(config))
}

/// Returns the header `Set-Cookie` that stores a sign-in with Slack. `SameSite=Lax`: Slack sends the browser back.
pub(super) fn set_sign_in(config: &AppConfig, token: &str) -> Option<HeaderValue> {
    secret_cookie(config, sign_in_name(config), token, SIGN_IN_SECONDS)
}

/// Returns the header `Set-Cookie` that removes a sign-in with Slack.
pub(super) fn clear_sign_in(config: &AppConfig) -> Option<HeaderValue> {
    secret_cookie(config, sign_in_name(config), "", 0)
}

/// Returns the header `Set-Cookie` of a cookie that scripts cannot read.
fn secret_cookie(config: &AppConfig, name: &str, value: &str, max_age: i64) -> Option<HeaderValue> {
    let secure = if is_secure(config) { "; Secure" } else { "" };
    let cookie =
        format!("{name}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&cookie).ok()
}

fn sign_in_name(config: &AppConfig) -> &'static str {
    let [secure, plain] = SIGN_IN_NAMES;
    if is_secure(config) { secure } else { plain }
}

/// Returns the header `Set-Cookie` that keeps the query string of a list until the browser is closed; an empty
/// one, which is that of the list of open incidents, removes it.
pub(super) fn set_list(query: &str) -> Option<HeaderValue> {
    let age = match query {
        "" => "; Max-Age=0",
        _ => "",
    };
    HeaderValue::from_str(&format!(
        "list={query}; Path=/{age}; HttpOnly; SameSite=Lax"
    ))
    .ok()
}

/// Returns the header `Set-Cookie` that stores a preference of the browser; an empty value removes it.
pub(super) fn set_preference(name: &str, value: &str) -> Option<HeaderValue> {
    let seconds = match value {
        "" => 0,
        _ => PREFERENCE_SECONDS,
    };
    let cookie = format!("{name}={value}; Path=/; Max-Age={seconds}; SameSite=Lax");
    HeaderValue::from_str(&cookie).ok()
}

fn session_name(config: &AppConfig) -> &'static str {
    match is_secure(config) {
        true => SECURE_NAME,
        false => PLAIN_NAME,
    }
}

fn is_secure(config: &AppConfig) -> bool {
    let url = config.public_url.as_deref();
    url.is_some_and(|url| url.starts_with("https://"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; muster=x=y"));
        headers.append(header::COOKIE, HeaderValue::from_static("theme=dark"));
        assert_eq!(find(&headers, "muster"), Some("x=y"));
        assert_eq!(find(&headers, "theme"), Some("dark"));
        assert_eq!(find(&headers, "aa"), None);
    }
}
