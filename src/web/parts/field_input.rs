//! The input of a field that the team defines: in the form of the field, in the form that declares an incident, and
//! in the one that resolves it.

use askama::Template;
use askama::filters::HtmlSafe;
use muster_commands::modal::configured_fields::block_name;

use crate::domain::{
    FieldDefinition, FieldForm, FieldKind, FieldValue, FieldValues, Settings, UserClock,
};
use crate::web::form::Form;

/// The number of values up to which a list is shown with checkboxes. A longer list is searched while typing.
const MAX_CHECKBOXES: usize = 24;

/// The number of inputs that search a long list.
const SEARCH_INPUTS: usize = 3;

/// The input of a field.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "parts/field_input.html", config = "src/web/askama.toml")]
pub(crate) struct FieldInput {
    /// The name of the input.
    pub(crate) name: String,
    pub(crate) label: String,
    hint: String,
    pub(crate) control: InputControl,
    /// The values in the control.
    values: Vec<String>,
    /// The stored value, as one text per line.
    expected: String,
    is_required: bool,
    is_focused: bool,
    /// Why the value was rejected.
    pub(crate) problem: Option<String>,
    /// The stored value, if another user changed it since the form was displayed.
    current: Option<String>,
}

impl HtmlSafe for FieldInput {}

/// The control of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum InputControl {
    /// A single line.
    SingleLine,
    /// Several rows of text.
    Text,
    /// One of these values.
    Select(Vec<String>),
    /// Any of these values.
    Checkboxes(Vec<String>),
    /// Any of these values, which are too many to be shown.
    Search(Vec<String>),
}

impl FieldInput {
    /// Creates the input of a field with its stored value.
    pub(crate) fn new(
        definition: &FieldDefinition,
        settings: &Settings,
        clock: &UserClock,
        value: Option<&FieldValue>,
    ) -> Self {
        let values = value.map_or_else(Vec::new, |value| value.form_items(clock));
        Self {
            name: block_name(&definition.name),
            label: definition.label(),
            hint: hint(definition, clock),
            control: control(definition, settings, value),
            values: match definition.kind {
                FieldKind::TextArray => vec![values.join("\n")],
                FieldKind::SingleSelect
                | FieldKind::MultiSelect
                | FieldKind::Text
                | FieldKind::Number
                | FieldKind::Datetime => values,
            },
            expected: stored_lines(value),
            is_required: false,
            is_focused: false,
            problem: None,
            current: None,
        }
    }

    /// Creates the inputs of a form.
    pub(crate) fn of_form(
        form: FieldForm,
        settings: &Settings,
        clock: &UserClock,
        values: &FieldValues,
    ) -> Vec<Self> {
        let fields = settings.form_fields(form).into_iter();
        let inputs = fields.map(|field| Self {
            is_required: form.requires(field),
            ..Self::new(field, settings, clock, values.get(&field.name))
        });
        inputs.collect()
    }

    /// Returns the input with the focus.
    pub(crate) fn focused(self) -> Self {
        Self {
            is_focused: true,
            ..self
        }
    }

    /// Returns the input with the submitted values. If another user changed the field meanwhile, it shows the current
    /// value.
    pub(crate) fn submitted(mut self, form: &Form, problem: Option<&str>) -> Self {
        let values = form.values(&self.name).filter(|value| !value.is_empty());
        let displayed = form.expected(&self.name);
        if displayed.is_some_and(|displayed| displayed != self.expected) {
            self.current = Some(self.expected.replace('\n', ", "));
        }
        self.values = values.map(str::to_owned).collect();
        self.problem = problem.map(str::to_owned);
        self
    }

    fn text(&self) -> String {
        self.values.join("\n")
    }

    fn has(&self, value: &str) -> bool {
        self.values.iter().any(|known| known == value)
    }

    fn has_hint(&self) -> bool {
        self.problem.is_some() || !self.hint.is_empty()
    }

    fn search_inputs(&self) -> std::ops::Range<usize> {
        0..SEARCH_INPUTS
    }
}

/// Returns the stored value as one text per line, by which a form notices a change by another user.
pub(crate) fn stored_lines(value: Option<&FieldValue>) -> String {
    let items = value.map_or_else(Vec::new, FieldValue::items);
    items.join("\n").trim().to_owned()
}

fn control(
    definition: &FieldDefinition,
    settings: &Settings,
    value: Option<&FieldValue>,
) -> InputControl {
    let listed = settings.field_options(definition).iter();
    let mut options: Vec<String> = listed.map(|option| option.name.clone()).collect();
    // A value that the incident has stays selectable after it was removed from the list.
    let items = value.map_or_else(Vec::new, FieldValue::items);
    let unlisted = items.into_iter().filter(|item| !options.contains(item));
    let unlisted: Vec<_> = unlisted.collect();
    options.extend(unlisted);
    match definition.kind {
        FieldKind::SingleSelect => InputControl::Select(options),
        FieldKind::MultiSelect if options.len() <= MAX_CHECKBOXES => {
            InputControl::Checkboxes(options)
        }
        FieldKind::MultiSelect => InputControl::Search(options),
        FieldKind::Text | FieldKind::TextArray => InputControl::Text,
        FieldKind::Number | FieldKind::Datetime => InputControl::SingleLine,
    }
}

/// Returns the explanation of a field: its help text, and what can be entered.
fn hint(definition: &FieldDefinition, clock: &UserClock) -> String {
    let format = match definition.kind {
        FieldKind::TextArray => "One a line.".to_owned(),
        FieldKind::Number => "Digits, such as 42 or 3.5.".to_owned(),
        FieldKind::Datetime => format!(
            "14:05, yesterday 23:10 or tomorrow 9:00, in {}.",
            clock.zone_name()
        ),
        FieldKind::SingleSelect | FieldKind::MultiSelect | FieldKind::Text => String::new(),
    };
    format!("{} {format}", definition.help).trim().to_owned()
}
