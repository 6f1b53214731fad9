//! The form and the button that change an incident, on all its tabs.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::web::form::{Form, new_key};
use crate::web::parts::{Choice, FieldInput};

/// The separator of the values of a field with several of them.
const SEPARATOR: &str = ",";

/// A form that changes an incident.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "parts/action_form.html", config = "src/web/askama.toml")]
pub(crate) struct ActionForm {
    /// The path that it is submitted to.
    pub(crate) path: String,
    /// The name of the action.
    pub(crate) name: &'static str,
    /// The number of the task, impact, document or entry; 0 if there is none.
    pub(crate) number: i64,
    /// A question before the fields; may be empty.
    pub(crate) question: String,
    /// The fields.
    pub(crate) fields: Vec<FormField>,
    /// The inputs of fields that the team defines.
    pub(crate) configured: Vec<FieldInput>,
    /// The label of the button.
    pub(crate) submit: &'static str,
    /// The label of the link that closes the form without saving.
    pub(crate) cancel: &'static str,
    /// Whether the first field has the focus. Otherwise the form is always on its page, and cannot be cancelled.
    pub(crate) is_focused: bool,
    /// Why the form was rejected.
    pub(crate) error: Option<String>,
    /// The page with the form.
    pub(crate) back: String,
    /// The idempotency key.
    pub(crate) key: String,
}

impl HtmlSafe for ActionForm {}

impl ActionForm {
    /// Returns the form as a part of its page that does not take the focus.
    pub(crate) fn without_focus(self) -> Self {
        Self {
            is_focused: false,
            ..self
        }
    }

    /// Returns the form with the submitted values and the reason of its rejection. A field that another user
    /// changed meanwhile shows its current value.
    pub(crate) fn rejected(mut self, submitted: &Form, error: String) -> Self {
        for field in &mut self.fields {
            let displayed = submitted.expected(&field.name);
            if displayed.is_some_and(|displayed| displayed != field.value) {
                field.current = Some(field.readable_value());
            }
            field.value = field.control.submitted(submitted, &field.name);
        }
        let configured = self.configured.into_iter();
        self.configured = configured
            .map(|input| input.submitted(submitted, None))
            .collect();
        self.error = Some(error);
        self.key = new_key();
        self
    }

    /// Returns the form like [`Self::rejected`], with the choice between the stored values and the submitted
    /// ones.
    pub(crate) fn in_conflict(self, submitted: &Form, error: String) -> Self {
        Self {
            submit: "Use mine",
            cancel: "Keep theirs",
            ..self.rejected(submitted, error)
        }
    }
}

/// A field of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FormField {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) control: FieldControl,
    /// The value in the control.
    pub(crate) value: String,
    /// The value that is stored.
    pub(crate) expected: String,
    /// An explanation under the control; may be empty.
    pub(crate) hint: String,
    /// How a time is read, if the field is one.
    pub(crate) tense: Option<Tense>,
    /// The stored value, if another user changed it since the form was displayed.
    pub(crate) current: Option<String>,
}

impl FormField {
    /// Creates a field with its stored value.
    pub(crate) fn new(name: &str, label: &str, control: FieldControl, value: String) -> Self {
        Self {
            name: name.to_owned(),
            label: label.to_owned(),
            control,
            expected: value.clone(),
            value,
            hint: String::new(),
            tense: None,
            current: None,
        }
    }

    /// Creates a field of one line.
    pub(crate) fn single_line(name: &str, label: &str, value: impl Into<String>) -> Self {
        Self::new(name, label, FieldControl::SingleLine, value.into())
    }

    /// Creates a field of several rows.
    pub(crate) fn text(name: &str, label: &str, value: impl Into<String>) -> Self {
        Self::new(name, label, FieldControl::Text, value.into())
    }

    /// Adds an explanation.
    pub(crate) fn with_hint(mut self, hint: &str) -> Self {
        hint.clone_into(&mut self.hint);
        self
    }

    /// Makes the field a time, which the page shows as it will be stored.
    pub(crate) fn with_time(self, tense: Tense, hint: &str) -> Self {
        Self {
            tense: Some(tense),
            ..self.with_hint(hint)
        }
    }

    fn has(&self, value: &str) -> bool {
        self.value.split(SEPARATOR).any(|known| known == value)
    }

    fn readable_value(&self) -> String {
        let choices = match &self.control {
            FieldControl::SingleLine | FieldControl::Text | FieldControl::Checkbox => {
                return self.value.clone();
            }
            FieldControl::Select(choices) | FieldControl::Users(choices) => choices,
        };
        let selected = choices.iter().filter(|choice| self.has(&choice.value));
        let labels: Vec<_> = selected.map(|choice| choice.label.as_str()).collect();
        labels.join(", ")
    }
}

/// How a time without a date is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tense {
    /// The last such time.
    Past,
    /// The next such time.
    Future,
}

impl Tense {
    /// Returns the name in addresses.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Past => "past",
            Self::Future => "future",
        }
    }
}

/// The control of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FieldControl {
    /// A single line of text.
    SingleLine,
    /// Several rows of text.
    Text,
    /// One of these.
    Select(Vec<Choice>),
    /// Any of these users.
    Users(Vec<Choice>),
    /// Yes or no.
    Checkbox,
}

impl FieldControl {
    fn submitted(&self, form: &Form, name: &str) -> String {
        match self {
            Self::Users(_) => join_values(form.values(name)),
            Self::SingleLine | Self::Text | Self::Select(_) | Self::Checkbox => {
                form.value(name).to_owned()
            }
        }
    }
}

/// Joins the values of a field with several of them.
pub(crate) fn join_values(values: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let values: Vec<_> = values.into_iter().collect();
    let values: Vec<_> = values.iter().map(AsRef::as_ref).collect();
    values.join(SEPARATOR)
}

/// Splits the value of a field with several values.
pub(crate) fn split_values(value: &str) -> impl Iterator<Item = &str> {
    value.split(SEPARATOR).filter(|value| !value.is_empty())
}

/// A button that changes an incident at once.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "parts/action_button.html", config = "src/web/askama.toml")]
pub(crate) struct ActionButton {
    /// The path that it is submitted to.
    pub(crate) path: String,
    /// The number of the task, impact, document or entry; 0 if there is none.
    pub(crate) number: i64,
    /// The label.
    pub(crate) label: &'static str,
    /// The label for screen readers, which names the object.
    pub(crate) full_label: String,
    /// The page with the button.
    pub(crate) back: String,
    /// A field, and the value in it that the page shows.
    pub(crate) expected: Option<(&'static str, String)>,
    /// The idempotency key.
    pub(crate) key: String,
}

impl HtmlSafe for ActionButton {}

impl ActionButton {
    /// Returns the button that changes nothing if a field has another value than the page shows.
    pub(crate) fn expecting(self, name: &'static str, value: &str) -> Self {
        Self {
            expected: Some((name, value.to_owned())),
            ..self
        }
    }
}
