//! Alerts in a JSON of any shape, by a mapping of JSON Pointers (RFC 6901) to the members of an alert.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::alert::body::{as_text, key_of, parse, parse_time};
use crate::alert::generic::status_of;
use crate::alert::{Alert, AlertBatch, AlertError, AlertLink, AlertStatus};

/// Where the members of an alert are in a body. Each list contains pointers in the order in which they are tried.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FieldMapping {
    /// The list of alerts; empty if the body is one alert. The other pointers start at an alert.
    pub each: String,
    /// The title.
    pub title: Vec<String>,
    /// The key; if there is none, it is made from the title and the labels.
    pub key: Vec<String>,
    /// The status.
    pub status: Vec<String>,
    /// The values of the status that mean resolved, in addition to the usual ones.
    pub resolved: Vec<String>,
    /// The description.
    pub description: Vec<String>,
    /// The severity.
    pub severity: Vec<String>,
    /// The URL.
    pub url: Vec<String>,
    /// The ID of the group.
    pub group: Vec<String>,
    /// When it started.
    pub started_at: Vec<String>,
    /// The labels, by name.
    pub labels: BTreeMap<String, String>,
}

/// Reads alerts with a mapping.
///
/// # Errors
/// Returns an [`AlertError`] if the list or a title is not where the mapping says.
pub fn read_mapped(body: &[u8], mapping: &FieldMapping) -> Result<AlertBatch, AlertError> {
    let value = parse(body)?;
    let items = match mapping.each.as_str() {
        "" => std::slice::from_ref(&value),
        path => match value.pointer(path) {
            Some(Value::Array(items)) => items.as_slice(),
            Some(_) | None => {
                return Err(AlertError(format!("There's no list at {path}.")));
            }
        },
    };
    let mut batch = AlertBatch::default();
    for item in items {
        batch.alerts.push(mapping.read(item)?);
    }
    batch.limited()
}

impl FieldMapping {
    fn read(&self, item: &Value) -> Result<Alert, AlertError> {
        let Some(title) = first(item, &self.title) else {
            return Err(AlertError(format!(
                "An alert has no title at {}.",
                self.title.join(" or ")
            )));
        };
        let labels: BTreeMap<_, _> = self
            .labels
            .iter()
            .filter_map(|(name, path)| Some((name.clone(), as_text(item.pointer(path)?)?)))
            .collect();
        let key = first(item, &self.key).unwrap_or_else(|| {
            let texts = labels.iter().flat_map(|(name, value)| [name, value]);
            key_of([&title].into_iter().chain(texts).map(String::as_str))
        });
        let url = first(item, &self.url);
        Ok(Alert {
            key,
            status: self.status_of(&first(item, &self.status).unwrap_or_default()),
            title,
            description: first(item, &self.description).unwrap_or_default(),
            severity: first(item, &self.severity).unwrap_or_default(),
            links: url
                .map(|url| AlertLink {
                    name: "Source".to_owned(),
                    url,
                })
                .into_iter()
                .collect(),
            group: first(item, &self.group),
            started_at: first(item, &self.started_at).and_then(|text| parse_time(&text)),
            labels,
            ..Alert::default()
        })
    }

    fn status_of(&self, status: &str) -> AlertStatus {
        let mut resolved = self.resolved.iter();
        match resolved.any(|known| known.eq_ignore_ascii_case(status.trim())) {
            true => AlertStatus::Resolved,
            false => status_of(status),
        }
    }
}

/// Returns the text at the first pointer that leads to one.
fn first(item: &Value, paths: &[String]) -> Option<String> {
    let mut paths = paths.iter();
    paths.find_map(|path| as_text(item.pointer(path)?))
}
