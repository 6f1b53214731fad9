//! Validation of notification rules.

use super::{SettingError, Settings};
use crate::notification::RuleError;

/// The key of the notification rules.
pub(super) const NOTIFICATION_RULES: &str = "notification_rules";

/// Returns the error of the notification rules, which names each problem.
pub(super) fn rule_error(settings: &Settings) -> Option<String> {
    let errors = settings.rule_errors(&settings.notification_rules);
    (!errors.is_empty()).then(|| problem(&errors))
}

/// Returns the error of new and edited rules that name what the settings do not have.
pub(super) fn unknown_names(before: &Settings, after: &Settings) -> Option<SettingError> {
    let errors = before.unknown_names(after);
    (!errors.is_empty()).then(|| SettingError {
        key: NOTIFICATION_RULES.to_owned(),
        problem: problem(&errors),
    })
}

fn problem(errors: &[RuleError]) -> String {
    let problems: Vec<_> = errors.iter().map(ToString::to_string).collect();
    format!("must be corrected. {}", problems.join(" "))
}
