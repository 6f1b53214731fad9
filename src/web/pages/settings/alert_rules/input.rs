//! An input of the form of an alert rule.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::web::form::Form;
use crate::web::pages::settings::alert_rules::reading::FieldProblem;
use crate::web::parts::Choice;

/// An input. Its name is the key of the part of the rule.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "parts/rule_input.html", config = "src/web/askama.toml")]
pub(super) struct RuleInput {
    pub(super) name: String,
    pub(super) label: String,
    hint: String,
    control: InputControl,
    values: Vec<String>,
    problems: Vec<String>,
}

impl HtmlSafe for RuleInput {}

/// The control of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum InputControl {
    /// A single line of text.
    Text,
    /// A whole number, next to another one.
    Number,
    /// Several rows of text.
    Lines,
    /// A time in the future.
    Time,
    /// On or off.
    Tick,
    /// One of these, all visible.
    Radios(Vec<Choice>),
    /// One of these.
    Select(Vec<Choice>),
    /// Any of these.
    Checkboxes(Vec<Choice>),
}

impl RuleInput {
    /// Creates an input without a value.
    pub(super) fn new(name: impl Into<String>, label: &str, control: InputControl) -> Self {
        Self {
            name: name.into(),
            label: label.to_owned(),
            hint: String::new(),
            control,
            values: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// Returns the input with an explanation below it.
    pub(super) fn with_hint(self, hint: &str) -> Self {
        Self {
            hint: hint.to_owned(),
            ..self
        }
    }

    /// Returns the input with its values in a form and its problems.
    pub(super) fn filled(self, form: &Form, problems: &[FieldProblem]) -> Self {
        let own = problems.iter().filter(|it| it.part == self.name);
        let problems = own.map(|it| it.text.clone()).collect();
        let values = form.values(&self.name).map(str::to_owned).collect();
        Self {
            values,
            problems,
            ..self
        }
    }

    /// Returns the values in words.
    pub(super) fn readable(&self) -> String {
        match &self.control {
            InputControl::Tick => match self.values.is_empty() {
                true => "No".to_owned(),
                false => "Yes".to_owned(),
            },
            InputControl::Radios(choices)
            | InputControl::Select(choices)
            | InputControl::Checkboxes(choices) => {
                let selected = choices.iter().filter(|choice| self.has(&choice.value));
                let labels: Vec<_> = selected.map(|choice| choice.label.as_str()).collect();
                labels.join(", ")
            }
            InputControl::Text
            | InputControl::Number
            | InputControl::Lines
            | InputControl::Time => self.value().to_owned(),
        }
    }

    /// Returns its problems, with its label.
    pub(super) fn labelled_problems(&self) -> impl Iterator<Item = FieldProblem> {
        self.problems.iter().map(|problem| FieldProblem {
            part: self.name.clone(),
            text: format!("{}: {problem}", self.label),
        })
    }

    /// Returns whether its value is rejected.
    pub(super) fn is_rejected(&self) -> bool {
        !self.problems.is_empty()
    }

    fn value(&self) -> &str {
        self.values.first().map_or("", String::as_str)
    }

    fn has(&self, value: &str) -> bool {
        self.values.iter().any(|known| known == value)
            || (value.is_empty() && self.values.is_empty())
    }

    fn rows(&self) -> usize {
        (self.value().lines().count() + 1).clamp(2, 12)
    }

    fn has_hint(&self) -> bool {
        self.is_rejected() || !self.hint.is_empty()
    }
}
