//! The field of a setting, made from its type.

use askama::Template;
use askama::filters::HtmlSafe;
use muster_commands::settings_text::{NO, YES, field_values, scale_options};
use serde_json::Value;

use crate::domain::{Setting, SettingError, SettingKind, Severity};
use crate::web::pages::settings::submission::Submission;
use crate::web::parts::Choice;

/// The field of a setting.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "parts/setting_field.html", config = "src/web/askama.toml")]
pub(super) struct SettingField {
    key: &'static str,
    label: &'static str,
    hint: String,
    control: Control,
    /// The values in the control.
    values: Vec<String>,
    /// The stored value, as JSON.
    expected: String,
    /// Why the value is rejected.
    problem: Option<String>,
}

impl HtmlSafe for SettingField {}

/// The control of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Control {
    SingleLine,
    Number,
    Lines,
    Select(Vec<Choice>),
    Checkboxes(Vec<Choice>),
}

impl SettingField {
    /// Creates a field with the stored value.
    pub(super) fn new(setting: &'static Setting, value: &Value) -> Self {
        Self {
            key: setting.key,
            label: setting.label,
            hint: hint(setting),
            control: control(setting.kind, value),
            values: field_values(setting.kind, value),
            expected: value.to_string(),
            problem: None,
        }
    }

    /// Shows what the user entered, and its error.
    pub(super) fn enter(&mut self, submission: &Submission, errors: &[SettingError]) {
        if let Some(entered) = submission.entered(self.key) {
            self.values.clone_from(entered);
        }
        // The next submission must not overwrite what another user has stored since.
        let mut displayed = submission.displayed.iter();
        if let Some((_, displayed)) = displayed.find(|(key, _)| key == self.key) {
            self.expected = displayed.to_string();
        }
        let error = errors.iter().find(|error| error.key == self.key);
        self.problem = error.map(|error| capitalized(&error.problem));
    }

    /// Returns the value in words.
    pub(super) fn readable(&self) -> String {
        let choices = match &self.control {
            Control::SingleLine | Control::Number | Control::Lines => {
                return self.value().to_owned();
            }
            Control::Select(choices) | Control::Checkboxes(choices) => choices,
        };
        let selected = choices.iter().filter(|choice| self.has(&choice.value));
        let labels: Vec<_> = selected.map(|choice| choice.label.as_str()).collect();
        labels.join(", ")
    }

    pub(super) fn label(&self) -> &'static str {
        self.label
    }

    fn value(&self) -> &str {
        self.values.first().map_or("", String::as_str)
    }

    fn has(&self, value: &str) -> bool {
        self.values.iter().any(|known| known == value)
    }

    fn rows(&self) -> usize {
        (self.value().lines().count() + 1).clamp(3, 14)
    }
}

/// Returns a value in words.
pub(super) fn readable_value(setting: &'static Setting, value: &Value) -> String {
    SettingField::new(setting, value).readable()
}

/// Returns the explanation under a field. A select explains itself.
fn hint(setting: &Setting) -> String {
    let description = setting.description;
    match setting.kind {
        SettingKind::OneOf(_) | SettingKind::Severities => String::new(),
        SettingKind::TextBySeverity { example } => {
            format!("{description} One severity per line, such as SEV-2: {example}")
        }
        SettingKind::NumberBySeverity { example } => {
            format!("{description} One severity per line, such as SEV-1: {example}")
        }
        SettingKind::Roles => "In addition to Incident Commander and Responder. One role per line, for one \
                               person or several, and the text sent to anyone who gets the role, such as \
                               Scribe (one): You take notes."
            .to_owned(),
        SettingKind::Tables { example } => format!("{description} In TOML, such as [{example}]."),
        SettingKind::YesNo
        | SettingKind::Number { .. }
        | SettingKind::Text
        | SettingKind::AnyOf(_) => description.to_owned(),
    }
}

fn control(kind: SettingKind, value: &Value) -> Control {
    let choices = |choices: &[(&str, &str)]| {
        let choice = |(value, label): &(&str, &str)| Choice {
            value: (*value).to_owned(),
            label: (*label).to_owned(),
        };
        choices.iter().map(choice).collect::<Vec<_>>()
    };
    match kind {
        SettingKind::YesNo => Control::Select(choices(&[(YES, "Yes"), (NO, "No")])),
        SettingKind::Number { .. } => Control::Number,
        SettingKind::Text => Control::SingleLine,
        SettingKind::OneOf(known) => Control::Select(choices(known)),
        SettingKind::AnyOf(known) => Control::Checkboxes(choices(known)),
        SettingKind::Severities => Control::Select(scale_choices(value)),
        SettingKind::TextBySeverity { .. }
        | SettingKind::NumberBySeverity { .. }
        | SettingKind::Roles
        | SettingKind::Tables { .. } => Control::Lines,
    }
}

fn scale_choices(value: &Value) -> Vec<Choice> {
    let levels = value.as_array().into_iter().flatten();
    let levels = levels.filter_map(|level| level.as_str()?.parse::<Severity>().ok());
    let levels: Vec<_> = levels.collect();
    let options = scale_options(&levels).into_iter();
    options
        .map(|(label, value)| Choice { value, label })
        .collect()
}

fn capitalized(problem: &str) -> String {
    let (first, rest) = problem.split_at(problem.chars().next().map_or(0, char::len_utf8));
    format!("{}{rest}", first.to_uppercase())
}
