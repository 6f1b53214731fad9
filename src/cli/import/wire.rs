//! Documents of Datadog's API: the members that are imported. Members that are missing are read as empty.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// A list of resources.
#[derive(Debug, Deserialize)]
pub(super) struct List {
    #[serde(default)]
    pub(super) data: Vec<Resource>,
    #[serde(default)]
    pub(super) included: Vec<Resource>,
}

/// A document with one resource.
#[derive(Debug, Deserialize)]
pub(super) struct Document {
    pub(super) data: Resource,
}

/// A resource.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Resource {
    #[serde(default)]
    pub(super) id: String,
    #[serde(default, rename = "type")]
    pub(super) kind: String,
    #[serde(default)]
    attributes: Value,
    #[serde(default)]
    relationships: BTreeMap<String, Value>,
}

impl Resource {
    /// Returns an attribute; null if it is missing.
    pub(super) fn attribute(&self, name: &str) -> &Value {
        &self.attributes[name]
    }

    /// Returns a text; `None` if it is missing or blank.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        text(self.attribute(name))
    }

    /// Returns a flag; false if it is missing.
    pub(super) fn flag(&self, name: &str) -> bool {
        self.attribute(name).as_bool().unwrap_or_default()
    }

    /// Returns the ID of a related resource; `None` if there is none.
    pub(super) fn related(&self, name: &str) -> Option<&str> {
        self.relationships.get(name)?["data"]["id"].as_str()
    }

    /// Returns whether a list of related resources is known to be empty.
    pub(super) fn has_no(&self, name: &str) -> bool {
        let list = self.relationships.get(name).map(|it| &it["data"]);
        list.and_then(Value::as_array).is_some_and(Vec::is_empty)
    }
}

/// Returns a text that is not blank.
pub(super) fn text(value: &Value) -> Option<&str> {
    value
        .as_str()
        .map(str::trim)
        .filter(|text| !text.is_empty())
}
