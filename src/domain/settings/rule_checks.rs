//! Validation of notification rules and alert rules.

use std::fmt::Display;

use super::{SettingError, Settings};

/// The key of the notification rules.
pub(super) const NOTIFICATION_RULES: &str = "notification_rules";

/// The key of the alert rules.
pub(super) const ALERT_RULES: &str = "alert_rules";

/// Returns the error of the notification rules, which names each problem.
pub(super) fn rule_error(settings: &Settings) -> Option<String> {
    let errors = settings.rule_errors(&settings.notification_rules);
    (!errors.is_empty()).then(|| problem(&errors))
}

/// Returns the error of the alert rules, which names each problem.
pub(super) fn alert_rule_error(settings: &Settings) -> Option<String> {
    let errors = settings.alert_rule_errors();
    (!errors.is_empty()).then(|| problem(&errors))
}

/// Returns the errors of new and edited rules that name what the settings do not have.
pub(super) fn unknown_names(before: &Settings, after: &Settings) -> Vec<SettingError> {
    let rules = before.unknown_names(after);
    let alert_rules = before.unknown_alert_rule_names(after);
    let error = |key: &str, problem: String| SettingError {
        key: key.to_owned(),
        problem,
    };
    let rules = (!rules.is_empty()).then(|| error(NOTIFICATION_RULES, problem(&rules)));
    let alert_rules = (!alert_rules.is_empty()).then(|| error(ALERT_RULES, problem(&alert_rules)));
    rules.into_iter().chain(alert_rules).collect()
}

fn problem(errors: &[impl Display]) -> String {
    let problems: Vec<_> = errors.iter().map(ToString::to_string).collect();
    format!("must be corrected. {}", problems.join(" "))
}
