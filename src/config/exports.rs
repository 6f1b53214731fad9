//! The variables of the destinations to which postmortems are exported: Confluence and Datadog.

use reqwest::Url;

use super::parse::{self, ParseResult, Reader};
use crate::secret::Secret;

/// The variables without which there is no Confluence.
const CONFLUENCE: [&str; 3] = ["CONFLUENCE_URL", "CONFLUENCE_TOKEN", "CONFLUENCE_SPACE"];

/// The keys, of which Datadog needs both.
const DATADOG: [&str; 2] = ["DATADOG_API_KEY", "DATADOG_APP_KEY"];

/// The end of the host names of Confluence Cloud.
const CLOUD_HOST: &str = ".atlassian.net";

/// Where postmortems are written in Confluence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfluenceConfig {
    /// The base URL, without a trailing `/`; of the site, for Confluence Cloud.
    pub url: String,
    /// The mail address of the user of the token in Confluence Cloud; `None` for Data Center.
    pub user: Option<String>,
    /// The API token of Confluence Cloud, or the personal access token of Data Center.
    pub token: Secret,
    /// The key of the space.
    pub space: String,
    /// The ID of the page below which pages are created; `None` for the top of the space.
    pub parent: Option<String>,
}

/// The access to Datadog's API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatadogConfig {
    /// The base URL of the API, without a trailing `/`.
    pub api_url: String,
    /// The API key of the organization.
    pub api_key: Secret,
    /// The application key of a user.
    pub app_key: Secret,
}

/// Reads the variables of Confluence: all that are required, or none.
pub(super) fn read_confluence<L: Fn(&str) -> Option<String>>(
    reader: &mut Reader<L>,
) -> Option<ConfluenceConfig> {
    let url = reader.optional("CONFLUENCE_URL", confluence_url);
    let user = reader.optional("CONFLUENCE_USER", user);
    let token = reader.optional("CONFLUENCE_TOKEN", secret);
    let space = reader.optional("CONFLUENCE_SPACE", space_key);
    let parent = reader.optional("CONFLUENCE_PARENT", page_id);
    let optional = ["CONFLUENCE_USER", "CONFLUENCE_PARENT"];
    let names = CONFLUENCE.iter().chain(&optional);
    let present = names.copied().find(|name| reader.is_set(name));
    let other = present?;
    for missing in CONFLUENCE {
        if reader.is_set(missing) {
            continue;
        }
        let message = format!(
            "is missing, although {other} is set. The export to Confluence needs CONFLUENCE_URL, \
             CONFLUENCE_TOKEN and CONFLUENCE_SPACE. Set it, or clear all of them."
        );
        reader.problems.add(missing, message);
    }
    if url.as_deref().is_some_and(is_cloud) && !reader.is_set("CONFLUENCE_USER") {
        let message = "is missing. Confluence Cloud needs the mail address of the user who created \
                       CONFLUENCE_TOKEN.";
        reader.problems.add("CONFLUENCE_USER", message);
    }
    let mut url = url?;
    // People copy the address from the browser.
    if user.is_some()
        && let Some(site) = url.strip_suffix("/wiki")
    {
        url = site.to_owned();
    }
    Some(ConfluenceConfig {
        url,
        user,
        token: token?,
        space: space?,
        parent,
    })
}

/// Reads the variables of Datadog: both keys, or none.
pub(super) fn read_datadog<L: Fn(&str) -> Option<String>>(
    reader: &mut Reader<L>,
) -> Option<DatadogConfig> {
    let api_url = reader.or_default("DATADOG_API_URL", datadog_url);
    let api_key = reader.optional("DATADOG_API_KEY", secret);
    let app_key = reader.optional("DATADOG_APP_KEY", secret);
    for (missing, other) in [(DATADOG[0], DATADOG[1]), (DATADOG[1], DATADOG[0])] {
        if !reader.is_set(missing) && reader.is_set(other) {
            let message = format!(
                "is missing, although {other} is set. Notebooks need both: Datadog, Organization Settings, \
                 API Keys and Application Keys. Set it, or clear {other}."
            );
            reader.problems.add(missing, message);
        }
    }
    Some(DatadogConfig {
        api_url: api_url?,
        api_key: api_key?,
        app_key: app_key?,
    })
}

fn is_cloud(url: &str) -> bool {
    let url = Url::parse(url).ok();
    url.is_some_and(|url| {
        url.host_str()
            .is_some_and(|host| host.ends_with(CLOUD_HOST))
    })
}

fn confluence_url(value: &str) -> ParseResult<String> {
    parse::base_url(value).ok_or_else(|| {
        format!(
            "is {value:?}, which isn't the secure address of a Confluence. Use https://acme.atlassian.net, \
             https://confluence.example.com, or http:// on this machine only."
        )
    })
}

/// Parses the address of Datadog's API. The error continues a sentence that starts with the variable.
pub fn datadog_url(value: &str) -> ParseResult<String> {
    parse::base_url(value).ok_or_else(|| {
        format!(
            "is {value:?}, which isn't secure. Use https://, such as https://api.datadoghq.eu, or http:// on \
             this machine only. Leave it empty to use Datadog's address in the US."
        )
    })
}

/// Parses the mail address of a user. A colon would end the name in the header.
fn user(value: &str) -> ParseResult<String> {
    let is_address = value.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && !host.is_empty() && !value.contains([':', ' '])
    });
    is_address.then(|| value.to_owned()).ok_or_else(|| {
        format!(
            "is {value:?}, which isn't a mail address. Use the one of the user who created CONFLUENCE_TOKEN. For \
             Confluence Data Center, leave it empty."
        )
    })
}

/// Parses a token or key. The message does not quote it.
fn secret(value: &str) -> ParseResult<Secret> {
    let is_valid = value.chars().all(|sign| sign.is_ascii_graphic());
    is_valid.then(|| Secret::new(value)).ok_or_else(|| {
        "contains spaces or characters that can't be part of it. Copy it again.".to_owned()
    })
}

/// Parses the key of a space: `OPS`, or `~bob` for a personal one.
fn space_key(value: &str) -> ParseResult<String> {
    let is_valid = value
        .chars()
        .all(|sign| sign.is_ascii_alphanumeric() || "~_-.".contains(sign));
    is_valid.then(|| value.to_owned()).ok_or_else(|| {
        format!(
            "is {value:?}, which isn't the key of a space. Use the part after /spaces/ or /display/ in the \
             address of the space, such as OPS."
        )
    })
}

/// Parses the ID of a page.
fn page_id(value: &str) -> ParseResult<String> {
    let is_valid = value.chars().all(|sign| sign.is_ascii_digit());
    is_valid.then(|| value.to_owned()).ok_or_else(|| {
        format!(
            "is {value:?}, which isn't the ID of a page. Use the number after /pages/ or pageId= in the address of \
             the page, or leave it empty."
        )
    })
}

#[cfg(test)]
mod tests;
