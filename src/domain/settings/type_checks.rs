//! Checks that the items of settings name incident types that exist.

use serde_json::Value;

use super::{SettingError, Settings};

/// The settings whose items can be for the incidents of one type.
const KEYS: [&str; 5] = [
    "roles",
    "fields",
    "message_templates",
    "notification_rules",
    "postmortem_templates",
];

/// Returns the errors of items for a type that does not exist, unless the previous items name it, too: it has been
/// deleted since.
pub(super) fn unknown_types(before: &Settings, after: &Settings) -> Vec<SettingError> {
    let named = |settings: &Settings| -> Vec<(&'static str, i64)> {
        let values = settings.values().into_iter();
        let values = values.filter(|(setting, _)| KEYS.contains(&setting.key));
        let types = values.flat_map(|(setting, value)| {
            let items = value.as_array().cloned().unwrap_or_default().into_iter();
            let types = items.filter_map(|item| item.get("incident_type").and_then(Value::as_i64));
            types.map(|it| (setting.key, it)).collect::<Vec<_>>()
        });
        types.collect()
    };
    let mut types = named(after);
    if types.is_empty() {
        return Vec::new();
    }
    types.sort_unstable();
    types.dedup();
    let known = named(before);
    let exists = |number: i64| after.incident_types.iter().any(|it| it.number == number);
    let unknown = types
        .into_iter()
        .filter(|named| !exists(named.1) && !known.contains(named));
    unknown
        .map(|(key, number)| SettingError {
            key: key.to_owned(),
            problem: format!("names the incident type {number}, which doesn't exist."),
        })
        .collect()
}
