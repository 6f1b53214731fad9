//! Validation of message templates, and of changes that would invalidate them.

use super::{SettingError, Settings, checks};

/// The key of the message templates.
pub(super) const MESSAGE_TEMPLATES: &str = "message_templates";

/// The key of the fields, which message templates name.
const FIELDS: &str = "fields";

/// Returns all errors after the settings with these keys were changed. If message templates stay the same and need a
/// field that is removed, the error belongs to the fields.
pub(super) fn errors_of_change(settings: &Settings, changed: &[String]) -> Vec<SettingError> {
    let is_changed = |key: &str| changed.iter().any(|it| it == key);
    let lacks_field = !is_changed(MESSAGE_TEMPLATES) && is_changed(FIELDS);
    let errors = checks::errors(settings).into_iter();
    errors
        .map(
            |error| match error.key == MESSAGE_TEMPLATES && lacks_field {
                true => SettingError {
                    key: FIELDS.to_owned(),
                    problem: format!(
                        "must have the fields that message templates name. {}",
                        problems(settings)
                    ),
                },
                false => error,
            },
        )
        .collect()
}

/// Returns the error of the message templates, which names each problem.
pub(super) fn template_error(settings: &Settings) -> Option<String> {
    let problems = problems(settings);
    (!problems.is_empty()).then(|| format!("must be corrected. {problems}"))
}

fn problems(settings: &Settings) -> String {
    let errors = settings.template_errors(&settings.message_templates);
    let problems: Vec<_> = errors.iter().map(ToString::to_string).collect();
    problems.join(" ")
}
