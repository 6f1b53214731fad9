//! Validation of settings, beyond their types.

use super::rule_checks::{self, ALERT_RULES, NOTIFICATION_RULES};
use super::template_checks::{self, MESSAGE_TEMPLATES, POSTMORTEM_TEMPLATES};
use super::{SettingError, Settings};
use crate::Severity;
use crate::channel::channel_name;
use crate::field::option_list_error;

/// The maximum length of a severity's label, which an option of a modal shows next to the level.
const MAX_LABEL_LENGTH: usize = 40;
/// The maximum length of a severity's description: eleven must fit into the hint below the field. Slack: a
/// hint has at most 2,000 characters, docs.slack.dev/reference/block-kit/blocks/input-block.
const MAX_DESCRIPTION_LENGTH: usize = 120;
/// The maximum length of a role's name.
const MAX_ROLE_NAME_LENGTH: usize = 40;
/// The maximum length of a role's description.
const MAX_ROLE_DESCRIPTION_LENGTH: usize = 1_000;
/// The maximum number of roles: each has its own field in the modal.
const MAX_ROLES: usize = 20;
/// The maximum interval of a reminder, in minutes: one week.
const MAX_REMINDER_MINUTES: u32 = 7 * 24 * 60;
/// The maximum number of days before a channel is archived.
const MAX_ARCHIVE_DAYS: u32 = 365;

/// Returns all errors.
pub(super) fn errors(settings: &Settings) -> Vec<SettingError> {
    let checks: [(&str, Option<String>); 14] = [
        ("severity_levels", check_levels(settings)),
        ("severity_labels", check_labels(settings)),
        ("severity_descriptions", check_descriptions(settings)),
        ("roles", check_roles(settings)),
        ("fields", check_fields(settings)),
        ("services", option_list_error(&settings.services)),
        ("teams", option_list_error(&settings.teams)),
        (
            "channel_name",
            channel_name::template_error(&settings.channel_name),
        ),
        ("reminder_minutes", check_reminder_minutes(settings)),
        ("archive_after_days", check_archive_days(settings)),
        (
            MESSAGE_TEMPLATES,
            template_checks::message_template_error(settings),
        ),
        (
            POSTMORTEM_TEMPLATES,
            template_checks::postmortem_template_error(settings),
        ),
        (NOTIFICATION_RULES, rule_checks::rule_error(settings)),
        (ALERT_RULES, rule_checks::alert_rule_error(settings)),
    ];
    let wrong = checks.into_iter().filter_map(|(key, what)| {
        Some(SettingError {
            key: key.to_owned(),
            problem: what?,
        })
    });
    let unknown = check_minutes(settings.reminder_minutes_unknown).map(|what| SettingError {
        key: "reminder_minutes_unknown".to_owned(),
        problem: what,
    });
    wrong.chain(unknown).collect()
}

fn check_levels(settings: &Settings) -> Option<String> {
    let levels = &settings.severity_levels;
    if levels.is_empty() || levels.len() > 10 {
        return Some(format!(
            "must list 1 to 10 severities, not {}.",
            levels.len()
        ));
    }
    let first = levels[0].number();
    let in_a_row = levels
        .windows(2)
        .all(|pair| pair[0].number().map(|number| number + 1) == pair[1].number());
    let begins_well = matches!(first, Some(0 | 1));
    (!begins_well || !in_a_row).then(|| {
        "must start at SEV-0 or SEV-1 and have no gaps, such as [\"SEV-1\", \"SEV-2\", \"SEV-3\"]. To allow \
         UNKNOWN, use severity_unknown."
            .to_owned()
    })
}

fn check_labels(settings: &Settings) -> Option<String> {
    let labels = &settings.severity_labels;
    for (severity, label) in labels {
        if let Some(limit) = check_text(label, MAX_LABEL_LENGTH) {
            return Some(format!("must have labels of {limit}; check {severity}."));
        }
        if label.parse::<Severity>().is_ok() {
            return Some(format!(
                "can't label {severity} “{label}”, which is the name of a severity."
            ));
        }
    }
    let scale = settings.severity_scale();
    let used: Vec<_> = scale
        .levels()
        .iter()
        .filter(|it| !it.label.is_empty())
        .collect();
    for (at, level) in used.iter().enumerate() {
        let same = |other: &&&crate::SeverityLevel| {
            other.severity != level.severity && is_same_name(&other.label, &level.label)
        };
        if let Some(other) = used[..at].iter().find(same) {
            return Some(format!(
                "must have unique labels: {} and {} are both “{}”.",
                other.severity, level.severity, level.label
            ));
        }
    }
    None
}

fn check_descriptions(settings: &Settings) -> Option<String> {
    settings
        .severity_descriptions
        .iter()
        .find_map(|(severity, text)| {
            check_text(text, MAX_DESCRIPTION_LENGTH)
                .map(|limit| format!("must have descriptions of {limit}; check {severity}."))
        })
}

fn check_roles(settings: &Settings) -> Option<String> {
    let roles = &settings.roles;
    if roles.len() > MAX_ROLES {
        return Some(format!(
            "must have at most {MAX_ROLES} roles, not {}.",
            roles.len()
        ));
    }
    for (at, role) in roles.iter().enumerate() {
        let name = &role.name;
        if name.trim().is_empty() {
            return Some("must have a name for every role.".to_owned());
        }
        if let Some(limit) = check_text(name, MAX_ROLE_NAME_LENGTH) {
            return Some(format!("must have role names of {limit}; check {name}."));
        }
        if let Some(limit) = check_text(&role.description, MAX_ROLE_DESCRIPTION_LENGTH) {
            return Some(format!("must have descriptions of {limit}; check {name}."));
        }
        let built_in = ["Incident Commander", "Commander", "IC", "Responder"];
        if built_in.iter().any(|known| is_same_name(known, name)) {
            return Some(format!("can't include {name}, which is built in."));
        }
        if roles[..at]
            .iter()
            .any(|other| is_same_name(&other.name, name))
        {
            return Some(format!("must have unique names: {name} is listed twice."));
        }
    }
    None
}

fn check_fields(settings: &Settings) -> Option<String> {
    let errors = settings.definition_errors(&settings.fields);
    let error = errors.first()?;
    Some(format!("must be corrected: {error}"))
}

fn check_reminder_minutes(settings: &Settings) -> Option<String> {
    settings
        .reminder_minutes
        .iter()
        .find_map(|(severity, minutes)| {
            let problem = check_minutes(*minutes)?;
            Some(format!("{problem} Check {severity}."))
        })
}

fn check_minutes(minutes: u32) -> Option<String> {
    (minutes > MAX_REMINDER_MINUTES).then(|| {
        format!("must be at most {MAX_REMINDER_MINUTES} minutes (one week), not {minutes}.")
    })
}

fn check_archive_days(settings: &Settings) -> Option<String> {
    let days = settings.archive_after_days;
    (days > MAX_ARCHIVE_DAYS)
        .then(|| format!("must be at most {MAX_ARCHIVE_DAYS} days, not {days}."))
}

/// Returns the limit that a text exceeds: its length, or one line.
fn check_text(text: &str, longest: usize) -> Option<String> {
    let long = text.chars().count();
    if long > longest {
        return Some(format!("at most {longest} characters"));
    }
    text.contains(['\r', '\n']).then(|| "one line".to_owned())
}

fn is_same_name(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn error_for(key: &str, value: Value) -> String {
        let wrong = Settings::default().with_values([(key.to_owned(), value)]);
        let wrong = wrong.unwrap_err();
        assert_eq!(wrong.len(), 1, "{wrong:?}");
        assert_eq!(wrong[0].key, key);
        wrong[0].problem.clone()
    }

    #[test]
    fn scale_has_one_to_ten_consecutive_levels() {
        let levels = |from: i32, to: i32| {
            let level = |number| format!("SEV-{number}");
            json!((from..=to).map(level).collect::<Vec<_>>())
        };
        assert_eq!(
            error_for("severity_levels", levels(1, 0)),
            "must list 1 to 10 severities, not 0."
        );
        assert!(error_for("severity_levels", levels(0, 10)).ends_with(", not 11."));
        for wrong in [
            levels(2, 4),
            json!(["SEV-2", "SEV-1"]),
            json!(["SEV-1", "SEV-3"]),
            json!(["SEV-1", "SEV-1"]),
            json!(["UNKNOWN"]),
        ] {
            assert!(error_for("severity_levels", wrong).starts_with("must start at SEV-0"));
        }
        for right in [levels(0, 9), levels(1, 10), levels(0, 0), levels(1, 1)] {
            let requested = [("severity_levels".to_owned(), right)];
            assert!(Settings::default().with_values(requested).is_ok());
        }
    }

    #[test]
    fn severity_labels_are_unique() {
        let labels = json!({ "SEV-1": "Bad", "SEV-2": "bad ", "SEV-9": "Bad" });
        assert_eq!(
            error_for("severity_labels", labels),
            "must have unique labels: SEV-1 and SEV-2 are both “bad ”."
        );
        assert_eq!(
            error_for("severity_labels", json!({ "SEV-1": "sev 2" })),
            "can't label SEV-1 “sev 2”, which is the name of a severity."
        );
        assert!(
            error_for("severity_labels", json!({ "SEV-99": "Bad" }))
                .starts_with("must be labels by severity, ")
        );
        // Labels of levels that are not in use may repeat.
        let labels = [(
            "severity_labels".to_owned(),
            json!({ "SEV-1": "Bad", "SEV-9": "Bad" }),
        )];
        assert!(Settings::default().with_values(labels).is_ok());
    }

    #[test]
    fn channel_template_must_produce_a_name() {
        for empty in ["", " - ", "{{ }}"] {
            let what = error_for("channel_name", json!(empty));
            assert!(what.starts_with("must produce a name"), "{empty}: {what}");
        }
        assert!(
            error_for("channel_name", json!("inc-{{nubmer}}")).starts_with("can't use {{nubmer}}.")
        );
    }

    #[test]
    fn role_names_are_unique() {
        let role = |name: &str| json!({ "name": name, "people": "one" });
        assert_eq!(
            error_for("roles", json!([role(" ")])),
            "must have a name for every role."
        );
        assert_eq!(
            error_for("roles", json!([role("Scribe"), role("scribe")])),
            "must have unique names: scribe is listed twice."
        );
        assert_eq!(
            error_for("roles", json!([role("responder")])),
            "can't include responder, which is built in."
        );
        let several = error_for("roles", json!([{ "name": "Scribe", "people": "two" }]));
        assert!(
            several.ends_with("where people is \"one\" or \"several\"."),
            "{several}"
        );
    }

    #[test]
    fn reminder_and_archive_delays_are_limited() {
        let problem = "must be at most 10080 minutes (one week), not 20000.";
        assert_eq!(
            error_for("reminder_minutes", json!({ "SEV-1": 20_000 })),
            format!("{problem} Check SEV-1.")
        );
        assert_eq!(
            error_for("reminder_minutes_unknown", json!(20_000)),
            problem
        );
        assert_eq!(
            error_for("archive_after_days", json!(400)),
            "must be at most 365 days, not 400."
        );
    }
}
