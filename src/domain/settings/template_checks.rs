//! Validation of message and postmortem templates, and of changes that would invalidate them.

use super::{SettingError, Settings, checks};

/// The key of the message templates.
pub(super) const MESSAGE_TEMPLATES: &str = "message_templates";

/// The key of the postmortem templates.
pub(super) const POSTMORTEM_TEMPLATES: &str = "postmortem_templates";

/// The key of the fields, which templates name.
const FIELDS: &str = "fields";

/// Returns all errors after the settings with these keys were changed. If templates stay the same and need a field
/// that is removed, the error belongs to the fields.
pub(super) fn errors_of_change(settings: &Settings, changed: &[String]) -> Vec<SettingError> {
    let is_changed = |key: &str| changed.iter().any(|it| it == key);
    let lacks_field = |key: &str| !is_changed(key) && is_changed(FIELDS);
    let error_of_fields = |templates: &str, problems: String| SettingError {
        key: FIELDS.to_owned(),
        problem: format!("must have the fields that {templates} name. {problems}"),
    };
    let errors = checks::errors(settings).into_iter();
    errors
        .map(|error| match error.key.as_str() {
            MESSAGE_TEMPLATES if lacks_field(MESSAGE_TEMPLATES) => {
                error_of_fields("message templates", message_problems(settings))
            }
            POSTMORTEM_TEMPLATES if lacks_field(POSTMORTEM_TEMPLATES) => {
                error_of_fields("postmortem templates", postmortem_problems(settings))
            }
            _ => error,
        })
        .collect()
}

/// Returns the error of the message templates, which names each problem.
pub(super) fn message_template_error(settings: &Settings) -> Option<String> {
    correction(&message_problems(settings))
}

/// Returns the error of the postmortem templates, which names each problem.
pub(super) fn postmortem_template_error(settings: &Settings) -> Option<String> {
    match settings.postmortem_templates.as_slice() {
        [] => Some("must have at least one template.".to_owned()),
        [..] => correction(&postmortem_problems(settings)),
    }
}

fn correction(problems: &str) -> Option<String> {
    (!problems.is_empty()).then(|| format!("must be corrected. {problems}"))
}

fn message_problems(settings: &Settings) -> String {
    let errors = settings.template_errors(&settings.message_templates);
    join(errors.iter().map(ToString::to_string))
}

fn postmortem_problems(settings: &Settings) -> String {
    let errors = settings.postmortem_template_errors(&settings.postmortem_templates);
    join(errors.iter().map(ToString::to_string))
}

fn join(problems: impl Iterator<Item = String>) -> String {
    problems.collect::<Vec<_>>().join(" ")
}
