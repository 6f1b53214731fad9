//! The form of one field that the team defines, shown in place of its value.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::web::parts::FieldInput;

/// The form of one field.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "parts/field_form.html", config = "src/web/askama.toml")]
pub(crate) struct FieldEditForm {
    /// The path of the page with the form.
    pub(crate) page: String,
    /// The name of the field.
    pub(crate) field: String,
    /// The input.
    pub(crate) input: FieldInput,
    /// The idempotency key.
    pub(crate) key: String,
}

impl HtmlSafe for FieldEditForm {}
