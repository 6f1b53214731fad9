//! The form of one field of an incident, shown in place of its value.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::web::form::new_key;

/// The form of one field.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "parts/edit_form.html", config = "src/web/askama.toml")]
pub(crate) struct EditForm {
    /// The path of the page with the form.
    pub(crate) page: String,
    /// The name of the field, which is also that of the input.
    pub(crate) name: &'static str,
    /// The label of the field.
    pub(crate) label: &'static str,
    /// The control.
    pub(crate) control: Control,
    /// The value in the control.
    pub(crate) value: String,
    /// The value that the incident has.
    pub(crate) expected: String,
    /// Why the value was rejected.
    pub(crate) error: Option<String>,
    /// The idempotency key.
    pub(crate) key: String,
}

impl HtmlSafe for EditForm {}

impl EditForm {
    /// Returns the form with another value, and why it was rejected.
    pub(crate) fn rejected(mut self, value: &str, error: String) -> Self {
        value.clone_into(&mut self.value);
        self.error = Some(error);
        self.key = new_key();
        self
    }
}

/// The control of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Control {
    /// A single line of text.
    SingleLine,
    /// Several rows of text.
    Text,
    /// One of these.
    Select(Vec<Choice>),
}

/// An option of a select.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    /// The submitted value.
    pub(crate) value: String,
    /// The displayed text.
    pub(crate) label: String,
}
