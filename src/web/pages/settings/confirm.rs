//! The page that asks before settings are saved: notification rules name what is removed, or tell people about
//! private incidents. It sends the same form again, confirmed.

use askama::Template;
use axum::http::StatusCode;

use crate::domain::Settings;
use crate::domain::notification::RuleQuestion;
use crate::web::form::Form;
use crate::web::layout::{Layout, PageResult, Section, page_with_status};
use crate::web::session::SignedIn;

/// The field of a form that was confirmed.
const CONFIRMED: &str = "confirmed";

#[derive(Template)]
#[template(path = "settings_confirm.html", config = "src/web/askama.toml")]
struct ConfirmTemplate {
    layout: Layout,
    questions: Vec<String>,
    action: String,
    cancel: String,
    fields: Vec<(String, String)>,
}

/// A form that is sent again.
pub(super) struct Question<'f> {
    /// The form.
    pub(super) form: &'f Form,
    /// The path that it is sent to.
    pub(super) action: &'f str,
    /// The path to return to without saving.
    pub(super) cancel: &'f str,
}

/// Returns what has to be confirmed before the settings become `after`, unless the form is confirmed.
pub(super) fn open_questions(
    before: &Settings,
    after: &Settings,
    form: &Form,
) -> Vec<RuleQuestion> {
    match form.value(CONFIRMED) {
        "" => before.rule_questions(after),
        _ => Vec::new(),
    }
}

/// Shows the questions.
pub(super) fn show(
    signed_in: &SignedIn,
    questions: &[RuleQuestion],
    question: &Question<'_>,
) -> PageResult {
    let fields = question.form.fields();
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let confirmed = (CONFIRMED.to_owned(), "yes".to_owned());
    let template = ConfirmTemplate {
        layout: signed_in.layout(Section::Settings),
        questions: questions.iter().map(ToString::to_string).collect(),
        action: question.action.to_owned(),
        cancel: question.cancel.to_owned(),
        fields: fields.chain([confirmed]).collect(),
    };
    page_with_status(StatusCode::CONFLICT, &template)
}
