//! The incident type in the forms of settings: which incidents a template or a rule is for.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::domain::Settings;
use crate::web::form::Form;
use crate::web::parts::Choice;

/// The name of the input.
const INCIDENT_TYPE: &str = "incident_type";

/// The input of the incident type. Without a choice it is hidden.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/type_field.html", config = "src/web/askama.toml")]
pub(crate) struct TypeField {
    /// The types; none unless there is a choice.
    choices: Vec<Choice>,
    /// The number of the selected type; empty for all types.
    selected: String,
}

impl HtmlSafe for TypeField {}

impl TypeField {
    /// Creates the input with the type that something is for; `None` for all types.
    pub(crate) fn new(settings: &Settings, incident_type: Option<i64>) -> Self {
        let mut choices = incident_type_choices(settings);
        let selected = incident_type.map_or_else(String::new, |it| it.to_string());
        let is_listed = choices.iter().any(|choice| choice.value == selected);
        if !choices.is_empty() && !selected.is_empty() && !is_listed {
            choices.push(Choice {
                value: selected.clone(),
                label: "A deleted type".to_owned(),
            });
        }
        Self { choices, selected }
    }

    /// Reads the type from a form.
    pub(crate) fn read(form: &Form) -> Option<i64> {
        form.value(INCIDENT_TYPE).parse().ok()
    }

    fn is_selected(&self, value: &str) -> bool {
        self.selected == value
    }
}

/// Returns the incident types by number; none unless there is a choice.
pub(crate) fn incident_type_choices(settings: &Settings) -> Vec<Choice> {
    let types = settings.incident_type_choices().iter();
    let choices = types.map(|it| Choice {
        value: it.number.to_string(),
        label: it.name.clone(),
    });
    choices.collect()
}
