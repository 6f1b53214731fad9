//! Parsers for the variables. An error explains how to fix the value.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use reqwest::Url;
use tracing_subscriber::EnvFilter;

use crate::config::{Problems, VARIABLES};
use crate::secret::Secret;

/// The parsed value, or an error as the end of a sentence that starts with the name of the variable.
pub type ParseResult<T> = Result<T, String>;

/// Maximum length of a slash command. Slack: docs.slack.dev/reference/app-manifest.
const MAX_COMMAND_LENGTH: usize = 32;

/// Maximum length of a channel name. Slack: docs.slack.dev/reference/methods/conversations.create.
const MAX_CHANNEL_NAME_LENGTH: usize = 80;

/// Reads variables one by one and collects the errors.
pub struct Reader<L> {
    lookup: L,
    /// The errors so far.
    pub problems: Problems,
}

impl<L: Fn(&str) -> Option<String>> Reader<L> {
    /// Creates a reader of the values that `lookup` returns.
    pub fn new(lookup: L) -> Self {
        Self {
            lookup,
            problems: Problems::default(),
        }
    }

    /// Returns whether a variable is set. An empty value counts as unset.
    pub fn is_set(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// Reads an optional variable. Returns `None` if it is unset, or invalid, which is recorded as an error.
    pub fn optional<T>(&mut self, name: &str, read: fn(&str) -> ParseResult<T>) -> Option<T> {
        let value = self.value(name)?;
        read(&value)
            .map_err(|message| self.problems.add(name, message))
            .ok()
    }

    /// Reads a variable with a default. Returns `None` if it is invalid, which is recorded as an error.
    pub fn or_default<T>(&mut self, name: &str, read: fn(&str) -> ParseResult<T>) -> Option<T> {
        let variable = VARIABLES.iter().find(|variable| variable.name == name)?;
        let value = self.value(name);
        let value = value.unwrap_or_else(|| variable.default.to_owned());
        read(&value)
            .map_err(|message| self.problems.add(name, message))
            .ok()
    }

    /// Returns the value of a variable; `None` if it is unset.
    pub fn value(&self, name: &str) -> Option<String> {
        let value = (self.lookup)(name)?;
        let value = value.trim();
        (!value.is_empty()).then(|| value.to_owned())
    }
}

/// Parses a bot token: `xoxb-…`.
pub fn bot_token(value: &str) -> ParseResult<Secret> {
    if value.starts_with("xapp-") {
        return Err(
            "is an app-level token (xapp-…), which belongs in SLACK_APP_TOKEN. Set this variable to \
             the Bot User OAuth Token (xoxb-…)."
                .to_owned(),
        );
    }
    if value.starts_with("xoxp-") || value.starts_with("xoxe") {
        return Err(
            "is a user token or an expiring token. Set it to the Bot User OAuth Token (xoxb-…): \
             api.slack.com/apps, your app, OAuth & Permissions."
                .to_owned(),
        );
    }
    token(value, "xoxb-").ok_or_else(|| {
        "isn't a bot token. Bot tokens start with xoxb- and contain no spaces. Copy the Bot User OAuth \
         Token from api.slack.com/apps, your app, OAuth & Permissions."
            .to_owned()
    })
}

/// Parses an app-level token: `xapp-…`.
pub fn app_token(value: &str) -> ParseResult<Secret> {
    if value.starts_with("xoxb-") {
        return Err(
            "is a bot token (xoxb-…), which belongs in SLACK_BOT_TOKEN. Set this variable to the \
             app-level token (xapp-…)."
                .to_owned(),
        );
    }
    token(value, "xapp-").ok_or_else(|| {
        "isn't an app-level token. App-level tokens start with xapp- and contain no spaces. Create one \
         with the scope connections:write: api.slack.com/apps, your app, Basic Information, \
         App-Level Tokens."
            .to_owned()
    })
}

/// Parses the client ID: `123.456`.
pub fn client_id(value: &str) -> ParseResult<String> {
    let is_valid = value
        .chars()
        .all(|sign| sign.is_ascii_digit() || sign == '.');
    is_valid.then(|| value.to_owned()).ok_or_else(|| {
        "isn't a client ID. Client IDs contain digits and a dot. Copy it from api.slack.com/apps, your \
         app, Basic Information, App Credentials."
            .to_owned()
    })
}

/// Parses the client secret.
pub fn client_secret(value: &str) -> ParseResult<Secret> {
    let is_valid = value.chars().all(|sign| sign.is_ascii_alphanumeric());
    is_valid.then(|| Secret::new(value)).ok_or_else(|| {
        "isn't a client secret. Client secrets contain letters and digits. Copy it from \
         api.slack.com/apps, your app, Basic Information, App Credentials."
            .to_owned()
    })
}

/// Parses the signing secret.
pub fn signing_secret(value: &str) -> ParseResult<Secret> {
    if ["xoxb-", "xapp-", "xoxp-", "xoxe"]
        .iter()
        .any(|start| value.starts_with(start))
    {
        return Err(
            "is a token, not the signing secret. Copy the Signing Secret from \
                    api.slack.com/apps, your app, Basic Information, App Credentials."
                .to_owned(),
        );
    }
    if !value.chars().all(|sign| sign.is_ascii_graphic()) {
        return Err(
            "contains spaces or characters that can't be part of a signing secret. Copy it again from \
             api.slack.com/apps, your app, Basic Information, App Credentials."
                .to_owned(),
        );
    }
    Ok(Secret::new(value))
}

fn token(value: &str, start: &str) -> Option<Secret> {
    let rest = value.strip_prefix(start)?;
    let is_valid = !rest.is_empty() && rest.chars().all(|sign| sign.is_ascii_graphic());
    is_valid.then(|| Secret::new(value))
}

/// Parses the URL of the Web API: https, or plain http for a loopback host.
pub fn api_url(value: &str) -> ParseResult<String> {
    base_url(value).ok_or_else(|| {
        format!(
            "is {value:?}, which isn't secure. Use https://, or http:// on this machine only. Leave it \
             empty to use Slack itself."
        )
    })
}

/// Parses the base URL of PagerDuty's Events API.
pub fn pagerduty_url(value: &str) -> ParseResult<String> {
    base_url(value).ok_or_else(|| {
        format!(
            "is {value:?}, which isn't secure. Use https://, or http:// on this machine only. Leave it \
             empty to use PagerDuty's address in the US."
        )
    })
}

/// Parses the URL of the pages: https, or http inside the operator's network.
pub fn public_url(value: &str) -> ParseResult<String> {
    let is_plain_http = Url::parse(value).is_ok_and(|url| url.scheme() == "http");
    let url = match is_plain_http {
        true => plain_url(value),
        false => base_url(value),
    };
    url.ok_or_else(|| {
        format!(
            "is {value:?}, which isn't the address of a web server. Use https://, such as \
             https://muster.example.com, or http:// inside your network."
        )
    })
}

/// Parses the URL at which Slack reaches the bot.
pub fn webhook_url(value: &str) -> ParseResult<String> {
    base_url(value).ok_or_else(|| {
        format!(
            "is {value:?}, which Slack can't reach. Use https:// and a public host name, such as \
             https://muster.example.com."
        )
    })
}

/// Returns a URL without its trailing `/`, if it has no user, query or fragment.
fn plain_url(value: &str) -> Option<String> {
    let url = Url::parse(value).ok()?;
    let is_plain = url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    (is_plain && url.has_host()).then(|| value.trim_end_matches('/').to_owned())
}

/// Returns a URL without its trailing `/`, if it is https, or plain http for a loopback host.
pub fn base_url(value: &str) -> Option<String> {
    let url = Url::parse(value).ok()?;
    let is_safe = match url.scheme() {
        "https" => url.host_str().is_some(),
        "http" => is_loopback_host(url.host_str()?),
        _ => false,
    };
    plain_url(value).filter(|_| is_safe)
}

fn is_loopback_host(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || address
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}

/// Parses a slash command.
pub fn command(value: &str) -> ParseResult<String> {
    let name = value.strip_prefix('/').unwrap_or_default();
    let is_valid = !name.is_empty()
        && value.chars().count() <= MAX_COMMAND_LENGTH
        && !name
            .chars()
            .any(|sign| sign.is_whitespace() || sign.is_uppercase() || sign == '/');
    if is_valid {
        return Ok(value.to_owned());
    }
    Err(format!(
        "is {value:?}, which isn't a slash command. Use / and one lower-case word, at most \
         {MAX_COMMAND_LENGTH} characters in total, such as /dd."
    ))
}

/// Parses a channel name, with or without `#`, or a channel ID.
pub fn channel(value: &str) -> ParseResult<String> {
    let name = value.strip_prefix('#').unwrap_or(value);
    let is_valid = !name.is_empty()
        && name.chars().count() <= MAX_CHANNEL_NAME_LENGTH
        && !name
            .chars()
            .any(|sign| sign.is_whitespace() || "#<>,".contains(sign));
    if is_valid {
        return Ok(name.to_owned());
    }
    Err(format!(
        "is {value:?}, which isn't a channel. Use one name, such as incidents, or one ID, such as \
         C0123456789, or leave it empty."
    ))
}

/// Parses an address and port to listen on.
pub fn address(value: &str) -> ParseResult<SocketAddr> {
    let address = match value.strip_prefix("localhost:") {
        Some(port) => format!("127.0.0.1:{port}"),
        None => value.to_owned(),
    };
    address.parse().map_err(|_| {
        format!(
            "is {value:?}, which isn't an address. Use an IP address and a port, such as \
             127.0.0.1:3000 or 0.0.0.0:3000."
        )
    })
}

/// Parses the path of a file.
pub fn path(value: &str) -> ParseResult<PathBuf> {
    if value.ends_with('/') {
        return Err(format!(
            "is {value:?}, which is a folder. Name a file in it, such as {value}incidents.db."
        ));
    }
    Ok(PathBuf::from(value))
}

/// Parses a log filter.
pub fn log_filter(value: &str) -> ParseResult<String> {
    EnvFilter::try_new(value)
        .map(|_| value.to_owned())
        .map_err(|error| {
            format!(
                "is {value:?}, which isn't a log filter ({error}). Use info or warn, or leave it empty."
            )
        })
}
