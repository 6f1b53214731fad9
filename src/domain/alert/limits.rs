//! The limits of alerts. Longer texts are truncated: an alert is more useful than an error.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::alert::{Alert, AlertBatch, AlertError, AlertLink};
use crate::is_blank;
use crate::link::http_url::url_error;
use crate::text::{length, truncate};

/// The maximum size of a request, in bytes.
pub const MAX_BODY: usize = 10 * 1024 * 1024;

/// The maximum number of alerts in a request.
pub const MAX_ALERTS: usize = 10_000;

const LONGEST_TITLE: usize = 250;
const LONGEST_DESCRIPTION: usize = 8_192;
const LONGEST_KEY: usize = 512;
const LONGEST_LABEL_NAME: usize = 128;
const LONGEST_LABEL: usize = 1_024;
const LONGEST_URL: usize = 2_000;
const LONGEST_SEVERITY: usize = 40;
const MAX_LABELS: usize = 64;
const MAX_LINKS: usize = 10;

/// How much of a long ID precedes its digest, in characters.
const ID_START: usize = 40;

/// The title of an alert without one.
const NO_TITLE: &str = "Alert without a title";

impl AlertBatch {
    /// Returns the batch with texts, labels and links within the limits.
    pub(super) fn limited(mut self) -> Result<Self, AlertError> {
        let count = self.alerts.len();
        if count > MAX_ALERTS {
            return Err(AlertError(format!(
                "The request has {count} alerts, and {MAX_ALERTS} is the maximum."
            )));
        }
        self.alerts = self.alerts.into_iter().map(Alert::limited).collect();
        Ok(self)
    }
}

impl Alert {
    fn limited(self) -> Self {
        let title = truncate(&one_line(&self.title), LONGEST_TITLE);
        Self {
            key: short_id(self.key, LONGEST_KEY),
            occurrence: self.occurrence.map(|it| short_id(it, LONGEST_KEY)),
            title: match is_blank(&title) {
                true => NO_TITLE.to_owned(),
                false => title,
            },
            description: truncate(
                without_overrides(&self.description).trim(),
                LONGEST_DESCRIPTION,
            ),
            severity: truncate(&one_line(&self.severity), LONGEST_SEVERITY),
            labels: limited_labels(self.labels),
            links: limited_links(self.links),
            image: self.image.filter(|url| is_usable(url)),
            group: self.group.map(|it| short_id(it, LONGEST_KEY)),
            ..self
        }
    }
}

/// Returns an ID, or its beginning and its digest if it is long: two long IDs may differ at their end only.
pub(super) fn short_id(id: String, longest: usize) -> String {
    if length(&id) <= longest {
        return id;
    }
    let digest = Sha256::digest(id.as_bytes());
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}…{digest}", prefix(&id, ID_START))
}

fn prefix(text: &str, longest: usize) -> String {
    text.chars().take(longest).collect()
}

pub(super) fn limited_labels(labels: BTreeMap<String, String>) -> BTreeMap<String, String> {
    let labels = labels.into_iter().take(MAX_LABELS);
    labels
        .map(|(name, value)| {
            let value = truncate(&one_line(&value), LONGEST_LABEL);
            (prefix(&one_line(&name), LONGEST_LABEL_NAME), value)
        })
        .collect()
}

pub(super) fn limited_links(links: Vec<AlertLink>) -> Vec<AlertLink> {
    let mut usable: Vec<AlertLink> = Vec::new();
    for link in links {
        let is_new = usable.iter().all(|known| known.url != link.url);
        if is_new && is_usable(&link.url) && usable.len() < MAX_LINKS {
            usable.push(AlertLink {
                name: truncate(&one_line(&link.name), LONGEST_SEVERITY),
                ..link
            });
        }
    }
    usable
}

fn is_usable(url: &str) -> bool {
    url_error(url).is_none() && url.chars().count() <= LONGEST_URL
}

/// Returns a text in one line, without control characters.
pub(super) fn one_line(text: &str) -> String {
    let text = without_overrides(text);
    let parts = text.split(|sign: char| sign.is_whitespace() || sign.is_control());
    let parts: Vec<_> = parts.filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

/// Returns a text without the characters that would also reverse our own text after it.
fn without_overrides(text: &str) -> String {
    let is_override = |sign| matches!(sign, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    text.replace(is_override, "")
}
