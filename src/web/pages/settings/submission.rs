//! The values of a submitted form.

use muster_commands::settings_text::{field_values, parse_field};
use serde_json::Value;

use crate::domain::{Setting, SettingError, SettingGroup, Settings};
use crate::web::form::Form;

/// A submitted form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Submission {
    /// The changed values, by key.
    pub(super) values: Vec<(String, Value)>,
    /// The values that the form displayed.
    pub(super) displayed: Vec<(String, Value)>,
    /// The errors of fields that contain no value of their type.
    pub(super) unreadable: Vec<SettingError>,
    /// The entered values, by key.
    pub(super) entered: Vec<(&'static str, Vec<String>)>,
}

impl Submission {
    /// Reads the fields of a group. A field that the form does not contain stays unchanged.
    pub(super) fn read(group: SettingGroup, form: &Form) -> Self {
        let mut submission = Self::default();
        for setting in group.settings() {
            submission.read_field(setting, form);
        }
        submission
    }

    fn read_field(&mut self, setting: &'static Setting, form: &Form) {
        let displayed = form.expected(setting.key).map(serde_json::from_str);
        let displayed: Option<Value> = displayed.and_then(Result::ok);
        let entered: Vec<_> = form.values(setting.key).collect();
        if entered.is_empty() && displayed.is_none() {
            return;
        }
        let owned = entered.iter().map(|value| (*value).to_owned()).collect();
        self.entered.push((setting.key, owned));
        if is_as_displayed(setting, displayed.as_ref(), &entered) {
            return;
        }
        let key = setting.key.to_owned();
        match parse_field(setting.kind, &entered) {
            Ok(value) if Some(&value) == displayed.as_ref() => return,
            Ok(value) => self.values.push((key.clone(), value)),
            Err(problem) => self.unreadable.push(SettingError {
                key: key.clone(),
                problem,
            }),
        }
        self.displayed.extend(displayed.map(|value| (key, value)));
    }

    /// Returns what the user entered for a setting.
    pub(super) fn entered(&self, key: &str) -> Option<&Vec<String>> {
        let mut entered = self.entered.iter();
        entered
            .find(|(known, _)| *known == key)
            .map(|(_, values)| values)
    }

    /// Returns all errors, so that the user sees them together.
    pub(super) fn errors(&self, settings: &Settings) -> Vec<SettingError> {
        let mut errors = self.unreadable.clone();
        if let Err(invalid) = settings.with_values(self.values.clone()) {
            errors.extend(invalid);
        }
        errors
    }
}

/// Returns whether a field contains what it displayed.
fn is_as_displayed(setting: &Setting, displayed: Option<&Value>, entered: &[&str]) -> bool {
    let Some(displayed) = displayed else {
        return false;
    };
    let rendered = field_values(setting.kind, displayed);
    rendered
        .iter()
        .map(|value| value.trim())
        .eq(entered.iter().copied())
}
