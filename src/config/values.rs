//! What each setting may be: reading one value, and saying what to do when it is wrong.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use reqwest::Url;
use tracing_subscriber::EnvFilter;

use super::{Problems, SETTINGS};
use crate::secret::Secret;

/// A value, or what is wrong with it; the words go on after the name of the setting.
type Read<T> = Result<T, String>;

/// The length of a slash command. Slack: docs.slack.dev/reference/app-manifest.
const LONGEST_COMMAND: usize = 32;

/// The length of a channel's name. Slack: docs.slack.dev/reference/methods/conversations.create.
const LONGEST_CHANNEL_NAME: usize = 80;

/// Reads settings one by one, and collects what is wrong with them.
pub struct Reader<L> {
    lookup: L,
    /// What was wrong so far.
    pub problems: Problems,
}

impl<L: Fn(&str) -> Option<String>> Reader<L> {
    /// Gives a reader of what `lookup` gives.
    pub fn new(lookup: L) -> Self {
        Self {
            lookup,
            problems: Problems::default(),
        }
    }

    /// Says whether a setting is set; an empty one is not.
    pub fn is_set(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// Reads a setting that may be left out. `None` also when it is wrong: then that is noted.
    pub fn given<T>(&mut self, name: &str, read: fn(&str) -> Read<T>) -> Option<T> {
        let value = self.value(name)?;
        read(&value)
            .map_err(|what| self.problems.add(name, what))
            .ok()
    }

    /// Reads a setting that has a preset. `None` only when it is wrong: then that is noted.
    pub fn or_preset<T>(&mut self, name: &str, read: fn(&str) -> Read<T>) -> Option<T> {
        let preset = SETTINGS.iter().find(|setting| setting.name == name)?.preset;
        let value = self.value(name).unwrap_or_else(|| preset.to_owned());
        read(&value)
            .map_err(|what| self.problems.add(name, what))
            .ok()
    }

    fn value(&self, name: &str) -> Option<String> {
        let value = (self.lookup)(name)?;
        let value = value.trim();
        (!value.is_empty()).then(|| value.to_owned())
    }
}

/// Reads a bot token: `xoxb-…`.
pub fn bot_token(value: &str) -> Read<Secret> {
    if value.starts_with("xapp-") {
        return Err(
            "begins with xapp-: that is the app-level token, which belongs in \
                    SLACK_APP_TOKEN. Set this one to the Bot User OAuth Token (xoxb-…)."
                .to_owned(),
        );
    }
    if value.starts_with("xoxp-") || value.starts_with("xoxe") {
        return Err(
            "is a person's token or one that expires. Set it to the Bot User OAuth Token \
                    (xoxb-…): api.slack.com/apps, your app, OAuth & Permissions."
                .to_owned(),
        );
    }
    token(value, "xoxb-").ok_or_else(|| {
        "is no bot token: one begins with xoxb- and has no spaces. Copy the Bot User OAuth Token \
         from api.slack.com/apps, your app, OAuth & Permissions."
            .to_owned()
    })
}

/// Reads an app-level token: `xapp-…`.
pub fn app_token(value: &str) -> Read<Secret> {
    if value.starts_with("xoxb-") {
        return Err(
            "begins with xoxb-: that is the bot token, which belongs in \
                    SLACK_BOT_TOKEN. Set this one to the app-level token (xapp-…)."
                .to_owned(),
        );
    }
    token(value, "xapp-").ok_or_else(|| {
        "is no app-level token: one begins with xapp- and has no spaces. Make one with the scope \
         connections:write: api.slack.com/apps, your app, Basic Information, App-Level Tokens."
            .to_owned()
    })
}

/// Reads the signing secret.
pub fn signing_secret(value: &str) -> Read<Secret> {
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
            "has spaces or signs in it that no signing secret has. Copy it anew from \
                    api.slack.com/apps, your app, Basic Information, App Credentials."
                .to_owned(),
        );
    }
    Ok(Secret::new(value))
}

fn token(value: &str, start: &str) -> Option<Secret> {
    let rest = value.strip_prefix(start)?;
    let fits = !rest.is_empty() && rest.chars().all(|sign| sign.is_ascii_graphic());
    fits.then(|| Secret::new(value))
}

/// Reads where the Web API is: https, or plain http on this machine.
pub fn api_url(value: &str) -> Read<String> {
    base_url(value).ok_or_else(|| {
        format!(
            "is {value:?}, which cannot be used: tokens go to https://… only, or to plain http:// \
             on this machine. For Slack itself, leave it empty."
        )
    })
}

/// Reads where Slack reaches the bot.
pub fn public_url(value: &str) -> Read<String> {
    base_url(value).ok_or_else(|| {
        format!(
            "is {value:?}, which Slack cannot call. Write https:// and the name of this machine \
             as the world knows it, such as https://muster.example.com."
        )
    })
}

/// Gives an address without the `/` at its end, if it is https or plain http on this machine.
fn base_url(value: &str) -> Option<String> {
    let url = Url::parse(value).ok()?;
    let plain = url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    let safe = match url.scheme() {
        "https" => url.host_str().is_some(),
        "http" => is_this_machine(url.host_str()?),
        _ => false,
    };
    (plain && safe).then(|| value.trim_end_matches('/').to_owned())
}

fn is_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || address
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}

/// Reads a slash command.
pub fn command(value: &str) -> Read<String> {
    let word = value.strip_prefix('/').unwrap_or_default();
    let fits = !word.is_empty()
        && value.chars().count() <= LONGEST_COMMAND
        && !word
            .chars()
            .any(|sign| sign.is_whitespace() || sign.is_uppercase() || sign == '/');
    if fits {
        return Ok(value.to_owned());
    }
    Err(format!(
        "is {value:?}, which Slack takes for no command. Write a / and one word in small letters, \
         at most {LONGEST_COMMAND} characters in all, such as /dd."
    ))
}

/// Reads a channel's name, with or without `#`, or its id.
pub fn channel(value: &str) -> Read<String> {
    let name = value.strip_prefix('#').unwrap_or(value);
    let fits = !name.is_empty()
        && name.chars().count() <= LONGEST_CHANNEL_NAME
        && !name
            .chars()
            .any(|sign| sign.is_whitespace() || "#<>,".contains(sign));
    if fits {
        return Ok(name.to_owned());
    }
    Err(format!(
        "is {value:?}, which is no channel. Write one name such as incidents, or one id such as \
         C0123456789, or leave it empty."
    ))
}

/// Reads an address and port to listen at.
pub fn address(value: &str) -> Read<SocketAddr> {
    let numbers = match value.strip_prefix("localhost:") {
        Some(port) => format!("127.0.0.1:{port}"),
        None => value.to_owned(),
    };
    numbers.parse().map_err(|_| {
        format!(
            "is {value:?}. Write an address and a port, such as 127.0.0.1:3000 or 0.0.0.0:3000."
        )
    })
}

/// Reads the path of a file.
pub fn path(value: &str) -> Read<PathBuf> {
    if value.ends_with('/') {
        return Err(format!(
            "is {value:?}, a folder. Write the name of a file in it, such as {value}incidents.db."
        ));
    }
    Ok(PathBuf::from(value))
}

/// Reads what is logged.
pub fn log(value: &str) -> Read<String> {
    EnvFilter::try_new(value)
        .map(|_| value.to_owned())
        .map_err(|error| {
            format!("is {value:?}, which cannot be read ({error}). Write info, or warn, or leave it empty.")
        })
}
