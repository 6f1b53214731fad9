//! The request to change settings.

use serde_json::Value;

use super::Settings;

/// New values of settings, by key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeSettings {
    /// The new values.
    pub values: Vec<(String, Value)>,
    /// The values that the form displayed. A setting that has another one meanwhile is not overwritten; one
    /// that is missing here is.
    pub displayed: Vec<(String, Value)>,
}

impl From<Vec<(String, Value)>> for ChangeSettings {
    fn from(values: Vec<(String, Value)>) -> Self {
        Self {
            values,
            displayed: Vec::new(),
        }
    }
}

impl ChangeSettings {
    /// Returns the keys of the requested settings that another user has changed since they were displayed, to
    /// another value than the requested one.
    pub fn conflicts(&self, current: &Settings) -> Vec<&'static str> {
        let current = current.values().into_iter();
        let conflicts = current.filter(|(setting, value)| {
            let find = |values: &[(String, Value)]| {
                let named = values.iter().find(|(key, _)| key == setting.key);
                named.map(|(_, value)| value.clone())
            };
            let requested = find(&self.values).is_some_and(|requested| requested != *value);
            requested && find(&self.displayed).is_some_and(|displayed| displayed != *value)
        });
        conflicts.map(|(setting, _)| setting.key).collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn setting_that_another_user_changed_is_a_conflict() {
        let days = |days: u32| vec![("archive_after_days".to_owned(), json!(days))];
        let current = Settings::default().with_values(days(7)).unwrap();
        let conflicts = |displayed, values| {
            let request = ChangeSettings { values, displayed };
            request.conflicts(&current)
        };
        assert_eq!(conflicts(days(0), days(14)), ["archive_after_days"]);
        // The same value, the current value, or no displayed one.
        assert!(conflicts(days(0), days(7)).is_empty());
        assert!(conflicts(days(7), days(14)).is_empty());
        assert!(conflicts(Vec::new(), days(14)).is_empty());
    }
}
